//! Load on a server, as rows of JSON: `load ours ADDRESS INVITATION SCENARIO SECONDS` fills a new server and
//! measures orders, scans, bulk and readings; `load bare ADDRESS SECONDS` measures `bare` by the same
//! connections. SCENARIO is a folder with the files of a day of many orders.
//!
//! Each connection is kept open and waits for its answer before it asks again. The same seed, the same
//! requests.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a program that measures"
)]

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// Connections of the main cases.
const CONNECTIONS: usize = 200;
/// The administrator's.
const PASSWORD: &str = "nine walls that hold no wind";
/// Bytes of an answer.
const ANSWER_MAX: usize = 64 << 20;
/// Drawn from by all that is drawn.
const SEED: u64 = 20_260_714;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

/// What is asked.
#[derive(Clone)]
struct Ask {
    method: Method,
    path: String,
    media: &'static str,
    body: Bytes,
}

impl Ask {
    fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), media: "", body: Bytes::new() }
    }

    fn json(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let body = body.to_string().into();
        Self { method, path: path.into(), media: "application/json", body }
    }

    fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::json(Method::POST, path, body)
    }
}

/// What was answered.
struct Told {
    status: StatusCode,
    cookie: Option<String>,
    body: Bytes,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body, or a panic that shows what went wrong.
    fn good(self, what: &str) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert!(self.status.is_success(), "{what}: {} {text}", self.status);
        self.json()
    }
}

/// Where a server is, and the headers that it wants.
#[derive(Clone)]
struct Server {
    address: String,
    headers: Vec<(&'static str, String)>,
}

/// A connection that is kept open.
struct Connection {
    server: Server,
    sender: SendRequest<Body>,
}

impl Server {
    async fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket of ours");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP");
        tokio::spawn(async move {
            if let Err(fault) = connection.await {
                eprintln!("a connection broke: {fault}");
            }
        });
        Connection { server: self.clone(), sender }
    }

    async fn ask(&self, ask: &Ask) -> Told {
        self.connect().await.ask(ask).await
    }
}

impl Connection {
    async fn ask(&mut self, ask: &Ask) -> Told {
        let mut request = Request::builder().method(&ask.method).uri(&ask.path);
        request = request.header(header::HOST, &self.server.address);
        for (name, value) in &self.server.headers {
            request = request.header(*name, value);
        }
        if !ask.media.is_empty() {
            request = request.header(header::CONTENT_TYPE, ask.media);
        }
        let request = request.body(Body::from(ask.body.clone())).expect("a request");
        // The answer before may have come to its end a moment before the connection is free again.
        self.sender.ready().await.expect("the connection is kept open");
        let answer = self.sender.send_request(request).await.expect("an answer");
        let status = answer.status();
        let cookie = answer.headers().get(header::SET_COOKIE);
        let cookie = cookie.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = to_bytes(Body::new(answer.into_body()), ANSWER_MAX).await.expect("a body");
        Told { status, cookie, body }
    }
}

/// What some connections met.
#[derive(Default)]
struct Met {
    waits: Vec<Duration>,
    errors: BTreeMap<u16, usize>,
    /// Numbers of the requests that were refused.
    refused: Vec<usize>,
    elapsed: Duration,
}

impl Met {
    fn rate(&self) -> f64 {
        self.waits.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Prints a row; `times`: what a request counts.
    fn tell(&mut self, case: &str, times: usize, more: &Value) {
        self.waits.sort_unstable();
        let ms = |share: f64| match self.waits.len() {
            0 => 0.0,
            n => self.waits[((n - 1) as f64 * share) as usize].as_secs_f64() * 1e3,
        };
        let errors: usize = self.errors.values().sum();
        let mut row = json!({
            "case": case,
            "per_s": (self.rate() * times as f64).round(),
            "p50_ms": (ms(0.5) * 100.0).round() / 100.0,
            "p99_ms": (ms(0.99) * 100.0).round() / 100.0,
            "answers": self.waits.len(),
            "errors": errors,
            "seconds": (self.elapsed.as_secs_f64() * 100.0).round() / 100.0,
        });
        if errors > 0 {
            row["statuses"] = json!(self.errors);
        }
        if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
            row.extend(more.clone());
        }
        println!("{row}");
    }
}

/// Lets connections ask until the time is over or nothing is left: `ask` makes the request of a
/// connection's turn. Answers that are refusals count as errors and not as answers.
async fn run<F>(server: &Server, connections: usize, time: Duration, ask: F) -> Met
where
    F: Fn(usize, usize) -> Option<(usize, Ask)> + Send + Sync + 'static,
{
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(server.connect().await);
    }
    let ask = Arc::new(ask);
    let begin = Instant::now();
    let end = begin + time;
    let tasks = open.into_iter().enumerate().map(|(worker, mut connection)| {
        let ask = ask.clone();
        tokio::spawn(async move {
            let mut met = Met::default();
            let mut turn = 0;
            while Instant::now() < end
                && let Some((number, ask)) = ask(worker, turn)
            {
                let begin = Instant::now();
                let told = connection.ask(&ask).await;
                if told.status.is_success() {
                    met.waits.push(begin.elapsed());
                } else {
                    *met.errors.entry(told.status.as_u16()).or_default() += 1;
                    met.refused.push(number);
                }
                turn += 1;
            }
            met
        })
    });
    let mut all = Met::default();
    for task in tasks.collect::<Vec<_>>() {
        let met = task.await.expect("a connection");
        all.waits.extend(met.waits);
        all.refused.extend(met.refused);
        for (status, n) in met.errors {
            *all.errors.entry(status).or_default() += n;
        }
    }
    all.elapsed = begin.elapsed();
    all
}

/// Lets connections share a list of requests, each asked once.
async fn share(server: &Server, connections: usize, asks: &Arc<Vec<Ask>>) -> Met {
    let (asks, next) = (asks.clone(), AtomicUsize::new(0));
    let longest = Duration::from_mins(10);
    run(server, connections, longest, move |_, _| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        asks.get(number).map(|ask| (number, ask.clone()))
    })
    .await
}

/// An order of the starter scenario.
fn order(n: usize) -> Value {
    let mut draws = Draws(SEED ^ n as u64);
    let skus = ["book", "shirt", "mug", "shampoo"];
    let (lat, lon) = (draws.below(100_000) as f64 / 1e6, draws.below(100_000) as f64 / 1e6);
    json!({
        "scenario": "intake",
        "placed_at": "2026-07-14T08:12:00-06:00",
        "origin_site": "W1",
        "promised_by": "2026-07-16T23:59:59-06:00",
        "option": "green",
        "recipient": {
            "customer_id": format!("C{}", draws.below(100_000)),
            "dest_lat": 39.70 + lat,
            "dest_lon": -105.00 + lon,
        },
        "items": [{"sku": skus[draws.below(4)], "quantity": 1 + draws.below(3)}],
    })
}

fn put_order(case: &str, worker: usize, turn: usize) -> Ask {
    let path = format!("/api/v1/orders/{case}-{worker}-{turn}");
    Ask::json(Method::PUT, path, &order(worker * 1_000_000 + turn))
}

/// Files as a form.
fn form(folder: &Path, leave: &[&str]) -> Ask {
    const MEDIA: &str = "multipart/form-data; boundary=greenchain-bench-boundary";
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| !leave.contains(&name.as_str()))
        .collect();
    names.sort_unstable();
    let mut body = Vec::new();
    for name in names {
        let head = format!(
            "--greenchain-bench-boundary\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(std::fs::read(folder.join(&name)).expect("a file"));
        body.extend(b"\r\n");
    }
    body.extend(b"--greenchain-bench-boundary--\r\n");
    Ask { method: Method::PUT, path: String::new(), media: MEDIA, body: body.into() }
}

/// Follows the invitation; returns the server with a key that may do all.
async fn come_in(address: &str, invitation: &str) -> Server {
    let bare = Server { address: address.into(), headers: Vec::new() };
    let body = json!({"token": invitation, "password": PASSWORD});
    let told = bare.ask(&Ask::post("/api/v1/invitations/accept", &body)).await;
    let cookie = told.cookie.clone().unwrap_or_default();
    let who = told.good("the invitation");
    let session = cookie.split(';').next().unwrap_or_default().to_owned();
    let csrf = who["csrf"].as_str().unwrap_or_default().to_owned();
    let signed_in =
        Server { headers: vec![("cookie", session), ("x-csrf-token", csrf)], ..bare.clone() };
    let body = json!({"name": "load", "scopes": who["permissions"]});
    let made = signed_in.ask(&Ask::post("/api/v1/keys", &body)).await.good("a key");
    let key = format!("Bearer {}", made["key"].as_str().unwrap_or_default());
    Server { headers: vec![("authorization", key)], ..bare }
}

async fn pages(server: &Server, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.ask(&Ask::get(format!("{path}&limit=1000{cursor}"))).await.good(path);
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

async fn until(server: &Server, path: &str, wanted: &str) {
    loop {
        let plan = server.ask(&Ask::get(path)).await.good(path);
        match plan["status"].as_str() {
            Some(status) if status == wanted => return,
            Some("failed") => panic!("the plan failed: {plan}"),
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A day of a released plan: all parcels packed, loaded, driven and delivered.
async fn scans(server: &Server, folder: &Path) {
    let scenario = Ask { path: "/api/v1/scenarios/day".into(), ..form(folder, &["README.md"]) };
    server.ask(&scenario).await.good("the scenario of the day");
    let asked = Ask::post("/api/v1/plans", &json!({"scenario": "day"}));
    let plan = server.ask(&asked).await.good("the plan");
    let plan = format!("/api/v1/plans/{}", text(&plan["id"]));
    until(server, &plan, "finished").await;
    let begin = Instant::now();
    let release = Ask { method: Method::POST, ..Ask::get(format!("{plan}/release")) };
    server.ask(&release).await.good("the release");
    until(server, &plan, "released").await;
    let parcels = pages(server, "/api/v1/parcels?status=planned").await;
    let rounds = pages(server, "/api/v1/rounds?status=planned").await;
    let (n_parcels, n_rounds) = (parcels.len(), rounds.len());
    let told = json!({"case": "release", "parcels": n_parcels, "rounds": n_rounds,
        "seconds": begin.elapsed().as_secs_f64()});
    println!("{told}");
    let pack = parcels.iter().map(|parcel| {
        let path = format!("/api/v1/parcels/{}/pack", text(&parcel["id"]));
        let (site, package) = (&parcel["site"], &parcel["planned_package"]);
        Ask::post(path, &json!({"site": site, "package": package}))
    });
    scan(server, "pack", pack.collect()).await;
    let load = parcels.iter().map(|parcel| {
        let path = format!("/api/v1/parcels/{}/load", text(&parcel["id"]));
        Ask::post(path, &json!({"round": parcel["round"]}))
    });
    scan(server, "load", load.collect()).await;
    let mut vehicles: BTreeMap<String, usize> = BTreeMap::new();
    for round in &rounds {
        let fleet = format!("{}-{}", text(&round["site"]), text(&round["vehicle_type"]));
        let number = vehicles.entry(fleet.clone()).or_default();
        *number += 1;
        let path = format!("/api/v1/rounds/{}/depart", text(&round["id"]));
        let depart = Ask::post(path, &json!({"vehicle": format!("{fleet}-{number}")}));
        server.ask(&depart).await.good("a departure");
    }
    let stops = rounds.iter().flat_map(|round| {
        let path = format!("/api/v1/rounds/{}/stops", text(&round["id"]));
        let stops = round["stops"].as_array().cloned().unwrap_or_default();
        stops.into_iter().enumerate().map(move |(stop, at)| {
            let parcels = at["parcels"].as_array().cloned().unwrap_or_default();
            let delivered: Vec<Value> =
                parcels.into_iter().map(|parcel| json!({"parcel": parcel})).collect();
            Ask::post(path.clone(), &json!({"stop": stop, "delivered": delivered}))
        })
    });
    scan(server, "stop", stops.collect()).await;
}

/// Scans in no order; those that were refused are sent again, one after another, and not counted.
async fn scan(server: &Server, case: &str, mut asks: Vec<Ask>) {
    Draws(SEED).shuffle(&mut asks);
    let asks = Arc::new(asks);
    let mut met = share(server, CONNECTIONS, &asks).await;
    met.tell(case, 1, &json!({"connections": CONNECTIONS}));
    for number in met.refused {
        server.ask(&asks[number]).await.good(case);
    }
}

/// Orders one by one, and how long until all of them are shown.
async fn intake(server: &Server, seconds: u64) {
    let time = Duration::from_secs(seconds);
    let mut met =
        run(server, CONNECTIONS, time, |worker, turn| Some((turn, put_order("A", worker, turn))))
            .await;
    let begin = Instant::now();
    server.ask(&Ask::get("/api/v1/orders/A-0-0")).await.good("an order");
    let behind = begin.elapsed().as_secs_f64() * 1e3;
    met.tell("order", 1, &json!({"connections": CONNECTIONS, "shown_after_ms": behind.round()}));
}

/// Orders in requests of many lines.
async fn bulk(server: &Server, lines: usize, connections: usize, seconds: u64) {
    let case = format!("bulk-{lines}-{connections}");
    // Made beforehand: what is measured is the server.
    let turns = (seconds as usize * 60_000).div_ceil(lines * connections).max(2);
    let asks = (0..turns * connections).map(|n| {
        let mut body = String::new();
        for line in n * lines..(n + 1) * lines {
            let id = format!("{case}-{line}");
            body += &json!({"id": id, "order": order(line)}).to_string();
            body.push('\n');
        }
        let (path, body) = ("/api/v1/orders/bulk".into(), body.into());
        Ask { method: Method::POST, path, media: "application/x-ndjson", body }
    });
    let (asks, next) = (asks.collect::<Vec<_>>(), AtomicUsize::new(0));
    let mut met = run(server, connections, Duration::from_secs(seconds), move |_, _| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        asks.get(number).map(|ask| (number, ask.clone()))
    })
    .await;
    let begin = Instant::now();
    let first = server.ask(&Ask::get(format!("/api/v1/orders/{case}-0"))).await;
    first.good("the first order of many");
    let behind = begin.elapsed().as_secs_f64() * 1e3;
    met.tell(&case, lines, &json!({"connections": connections, "shown_after_ms": behind.round()}));
}

/// Readings by 16 connections while 32 others write.
async fn readings<F, R, W>(server: &Server, seconds: u64, read: R, write: W) -> (Met, Met)
where
    F: Future<Output = Met>,
    R: Fn(usize, usize) -> Option<(usize, Ask)> + Send + Sync + 'static,
    W: FnOnce(Server, Duration) -> F + Send,
{
    let time = Duration::from_secs(seconds);
    let writing = write(server.clone(), time);
    tokio::join!(run(server, 16, time, read), writing)
}

async fn read_orders(server: &Server, seconds: u64) {
    for case in ["read", "page"] {
        let read = move |worker: usize, turn: usize| {
            let mut draws = Draws(SEED ^ (worker * 1_000_000 + turn) as u64);
            let path = match case {
                "read" => format!("/api/v1/orders/A-{}-{}", draws.below(200), draws.below(5)),
                _ => "/api/v1/orders?limit=100".into(),
            };
            Some((turn, Ask::get(path)))
        };
        let write = |server: Server, time| async move {
            run(&server, 32, time, move |worker, turn| {
                Some((turn, put_order(&format!("while-{case}"), worker, turn)))
            })
            .await
        };
        let (mut met, written) = readings(server, seconds, read, write).await;
        met.tell(case, 1, &json!({"connections": 16, "writes_per_s": written.rate().round()}));
    }
}

async fn ours(address: &str, invitation: &str, folder: &Path, seconds: u64) {
    let server = come_in(address, invitation).await;
    let leave = ["README.md", "orders.csv", "order_items.csv"];
    let scenario = Ask { path: "/api/v1/scenarios/intake".into(), ..form(folder, &leave) };
    server.ask(&scenario).await.good("the scenario");
    // Both sides begin warm.
    let warm = |worker, turn| (turn < 20).then(|| (turn, put_order("warm", worker, turn)));
    run(&server, 16, Duration::from_secs(seconds), warm).await;
    intake(&server, seconds).await;
    read_orders(&server, seconds.div_ceil(3)).await;
    for (lines, connections) in [(1_000, 1), (1_000, 8), (10_000, 1), (10_000, 8)] {
        bulk(&server, lines, connections, seconds.div_ceil(2)).await;
    }
    scans(&server, folder).await;
}

/// A row of the bare handler.
fn put_row(case: &str, worker: usize, turn: usize) -> Ask {
    let path = format!("/rows/{case}-{worker}-{turn}");
    Ask::json(Method::PUT, path, &order(worker * 1_000_000 + turn))
}

async fn bare(address: &str, seconds: u64) {
    let server = Server { address: address.into(), headers: Vec::new() };
    let warm = |worker, turn| (turn < 20).then(|| (turn, put_row("warm", worker, turn)));
    run(&server, 16, Duration::from_secs(seconds), warm).await;
    let time = Duration::from_secs(seconds);
    let write = |worker, turn| Some((turn, put_row("A", worker, turn)));
    run(&server, CONNECTIONS, time, write).await.tell("order", 1, &json!({}));
    let read = move |worker: usize, turn: usize| {
        let mut draws = Draws(SEED ^ (worker * 1_000_000 + turn) as u64);
        let path = format!("/rows/A-{}-{}", draws.below(200), draws.below(5));
        Some((turn, Ask::get(path)))
    };
    let write = |server: Server, time| async move {
        run(&server, 32, time, |worker, turn| Some((turn, put_row("while", worker, turn)))).await
    };
    let (mut met, written) = readings(&server, seconds.div_ceil(3), read, write).await;
    met.tell("read", 1, &json!({"connections": 16, "writes_per_s": written.rate().round()}));
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let seconds = |text: &str| text.parse().expect("seconds");
    // One thread: the server has the other cores.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a thread").block_on(async {
        match arguments[..] {
            ["ours", address, invitation, folder, time] => {
                ours(address, invitation, Path::new(folder), seconds(time)).await;
            }
            ["bare", address, time] => bare(address, seconds(time)).await,
            _ => {
                panic!("load ours ADDRESS INVITATION SCENARIO SECONDS | load bare ADDRESS SECONDS")
            }
        }
    });
}
