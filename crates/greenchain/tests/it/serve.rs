//! `serve`, `tenant` and `store`: how a server starts and ends, and what is done beside it. What it
//! answers is tried in `tests/api`.

use crate::stand::{fresh, greenchain, printed, succeed, text};
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A server over a data folder; killed when the test ends.
struct Live {
    child: Child,
    address: String,
    /// What it printed on its way up.
    said: Vec<String>,
    /// What it prints from then on.
    more: Lines<BufReader<ChildStderr>>,
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Live {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_greenchain"))
            .args(["serve", "--listen", "127.0.0.1:0", "--quiet", "--data", text(data)])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next().expect("it says where it serves").unwrap();
            said.push(line.clone());
            if let Some(url) = line.strip_prefix("greenchain serves at http://") {
                break url.to_owned();
            }
        };
        // The link of the first administrator, where there is none yet, ends what it says.
        if !data.join("told").exists() {
            said.extend(lines.by_ref().take(4).map(Result::unwrap));
            std::fs::write(data.join("told"), "").unwrap();
        }
        Self { child, address, said, more: lines }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Told to end as the system tells it.
    fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        assert_eq!(self.more.next().unwrap().unwrap(), "stopped");
        code
    }
}

#[test]
fn a_server_starts_in_an_empty_folder_tells_how_to_come_in_and_ends_in_peace() {
    let data = fresh("serve_starts").join("data");
    std::fs::create_dir_all(&data).unwrap();
    let live = Live::start(&data);
    let link = live.said.iter().find(|line| line.contains("/invitation#gci_main.administrator."));
    assert!(link.is_some(), "{:?}", live.said);
    for (path, status, what) in [
        ("/healthz", "200", "alive"),
        ("/readyz", "200", "ready"),
        ("/metrics", "200", "greenchain_requests_total"),
        ("/api/openapi.json", "200", "\"openapi\":\"3.1.0\""),
        ("/api/v1/orders", "401", "urn:greenchain:problem:not-signed-in"),
        ("/nowhere", "404", "urn:greenchain:problem:not-found"),
    ] {
        let answer = live.get(path);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
        assert!(answer.contains(what), "{path}: {answer}");
    }
    assert_eq!(live.end(), Some(0));
    let again = Live::start(&data);
    assert!(again.get("/readyz").starts_with("HTTP/1.1 200"), "a folder that is known");
}

#[test]
fn what_is_done_beside_a_server_that_goes_on() {
    let folder = fresh("serve_beside");
    let data = folder.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let live = Live::start(&data);
    let (data, backup) = (text(&data).to_owned(), folder.join("b.backup"));
    let second = greenchain(&["serve", "--listen", "127.0.0.1:0", "--data", &data]);
    assert_eq!(second.status.code(), Some(2), "one server at a time");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server is at it"));
    let made = succeed(&["tenant", "other", "--data", &data]);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    assert!(said.contains("gci_other.administrator."), "{said}");
    let heads = folder.join("heads.json");
    let checked =
        succeed(&["store", "check", "--data", &data, "--heads-out", text(&heads), "--json"]);
    let checked = printed(&checked);
    assert_eq!((&checked["sound"], checked["heads"].as_array().unwrap().len()), (&true.into(), 2));
    succeed(&["store", "backup", text(&backup), "--data", &data]);
    let restored = text(&folder.join("restored")).to_owned();
    succeed(&["store", "restore", text(&backup), "--data", &restored]);
    succeed(&["store", "check", "--data", &restored, "--heads", text(&heads)]);
    let digests = |data: &str| {
        let rebuilt = succeed(&["store", "rebuild", "--data", data, "--json"]);
        let rows = printed(&rebuilt);
        rows.as_array().unwrap().iter().map(|row| row["digest"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(digests(&data), digests(&restored));
    // What happened after the backup is missed in the restored store by the heads of a later check.
    succeed(&["tenant", "third", "--data", &data]);
    succeed(&["store", "check", "--data", &data, "--heads-out", text(&heads)]);
    let lost = greenchain(&["store", "check", "--data", &restored, "--heads", text(&heads)]);
    assert_eq!(lost.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&lost.stdout).contains("third"));
    assert!(live.get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn wrong_use_is_told_with_its_mend() {
    let folder = fresh("serve_wrong");
    let data = folder.join("data");
    std::fs::create_dir_all(&data).unwrap();
    drop(Live::start(&data));
    let data = text(&data);
    for (arguments, expect, why) in [
        (
            &["serve", "--listen", "0.0.0.0:0", "--data", data] as &[&str],
            "--tls-cert",
            "passwords would travel in the open",
        ),
        (&["serve", "--tls-cert", "c.pem", "--data", data], "--tls-key", "half a pair"),
        (&["serve", "--demo", "--data", data], "not empty", "data that are somebody's"),
        (&["store", "check", "--data", "nowhere"], "greenchain.db", "no such folder"),
        (&["store", "restore", "nowhere", "--data", data], "nowhere", "no such file"),
        (
            &["serve", "--database-url", "mysql://x", "--data", data],
            "sqlite://FILE",
            "another database",
        ),
        (&["tenant", "a b", "--data", data], "a b", "no name"),
    ] {
        let output = greenchain(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{why}: {told}");
        assert!(told.contains(expect), "{why}: {told}");
    }
}
