//! One connection to a broker, from its first byte to its break.

use super::devices::{self, Refused};
use super::packet::{self, Connect, Packet, PacketFault, Publish};
use super::{OUTBOX, topic};
use crate::app::App;
use crate::config::MqttSettings;
use events::{Backoff, Claimed, EventsError, Tenant, Wanted};
use rustls::pki_types::ServerName;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(20);
/// Between two words of ours.
const KEEP_ALIVE_S: u16 = 30;
/// Packets that wait to be written.
const TO_WRITE_MAX: usize = 256;
/// Messages at QoS 1 that wait for their turn: no more can be in flight, for their numbers have 16 bits.
const KEPT_MAX: usize = 1 << 16;
/// Messages at QoS 0 that wait for their turn.
const FLEETING_MAX: usize = 1_000;
/// Longer than sending takes.
const LEASE_S: u32 = 60;
/// A broker that is away is no fault of a message: it is tried until it arrives.
const BACKOFF: Backoff = Backoff { first_s: 1, longest_s: 60, attempts_max: u32::MAX };
/// Messages in the air at a time, each of another site.
const AT_ONCE: u32 = 16;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The network.
    #[error("{0}")]
    Network(#[from] std::io::Error),
    /// What came.
    #[error(transparent)]
    Packet(#[from] PacketFault),
    /// The broker says no.
    #[error("the broker does not let us in: code {0}. Look at user, password and client id")]
    NotWelcome(u8),
    /// It says no to a topic.
    #[error("the broker does not let us read {0}. Let it, or leave the tenant out")]
    NotGranted(String),
    /// It says nothing.
    #[error("the broker says nothing")]
    Silent,
    /// It sends more than it may without our word.
    #[error("the broker sends more messages than can be in flight")]
    Flooded,
    /// It closed, or our own side did.
    #[error("the connection was closed")]
    Closed,
    /// A host name that TLS cannot check.
    #[error("`{0}` is no name that a certificate can have")]
    Name(String),
    /// What was read cannot be recorded now.
    #[error("readings cannot be recorded now: {0}")]
    Store(String),
}

impl From<EventsError> for Broken {
    fn from(fault: EventsError) -> Self {
        Self::Store(fault.to_string())
    }
}

/// A stream of bytes to the broker.
trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

/// What is to be written, and who waits for the broker's word on it.
struct Lines {
    out: mpsc::Sender<Vec<u8>>,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    last_id: u16,
    by_id: HashMap<u16, oneshot::Sender<()>>,
}

impl Lines {
    async fn write(&self, bytes: Vec<u8>) -> Result<(), Broken> {
        self.out.send(bytes).await.map_err(|_| Broken::Closed)
    }

    /// Publishes at QoS 1, and waits until the broker has it.
    async fn publish(
        &self,
        topic: String,
        payload: Vec<u8>,
        is_retained: bool,
    ) -> Result<(), Broken> {
        let (done, arrived) = oneshot::channel();
        let id = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                waiting.last_id = waiting.last_id.checked_add(1).unwrap_or(1);
                if !waiting.by_id.contains_key(&waiting.last_id) {
                    break;
                }
            }
            let id = waiting.last_id;
            waiting.by_id.insert(id, done);
            id
        };
        self.write(Publish { topic, payload, is_retained, id: Some(id) }.bytes()).await?;
        let answered = timeout(ANSWER, arrived).await.map_err(|_| Broken::Silent)?;
        answered.map_err(|_| Broken::Closed)
    }

    fn arrived(&self, id: u16) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(done) = waiting.by_id.remove(&id) {
            // Who no longer waits has ended the connection.
            let _ = done.send(());
        }
    }
}

async fn connect(
    settings: &MqttSettings,
    tls: Option<Arc<rustls::ClientConfig>>,
) -> Result<Box<dyn Bytes>, Broken> {
    let stream = TcpStream::connect((settings.host.as_str(), settings.port)).await?;
    stream.set_nodelay(true)?;
    let Some(tls) = tls else { return Ok(Box::new(stream)) };
    let name = ServerName::try_from(settings.host.clone());
    let name = name.map_err(|_| Broken::Name(settings.host.clone()))?;
    Ok(Box::new(TlsConnector::from(tls).connect(name, stream).await?))
}

/// Comes, subscribes, and works until the connection breaks.
pub(super) async fn run(
    app: &App,
    settings: &MqttSettings,
    tls: Option<Arc<rustls::ClientConfig>>,
) -> Broken {
    let opened = timeout(ANSWER, open(settings, tls)).await;
    let (reader, writer) = match opened.unwrap_or(Err(Broken::Silent)) {
        Ok(halves) => halves,
        Err(broken) => return broken,
    };
    tracing::info!(host = settings.host, port = settings.port, "the broker is there");
    metrics::gauge!("greenchain_mqtt_connected").set(1.0);
    let (out, to_write) = mpsc::channel(TO_WRITE_MAX);
    let (came, messages) = mpsc::channel(KEPT_MAX + FLEETING_MAX);
    let lines = Lines { out, waiting: Mutex::default() };
    let ended = tokio::select! {
        ended = listen(reader, &lines, came) => ended,
        ended = speak(writer, to_write) => ended,
        ended = take(app, settings, &lines, messages) => ended,
        ended = carry(app, settings, &lines) => ended,
    };
    ended.err().unwrap_or(Broken::Closed)
}

/// The first words: who we are, and what we want to hear.
async fn open(
    settings: &MqttSettings,
    tls: Option<Arc<rustls::ClientConfig>>,
) -> Result<(ReadHalf<Box<dyn Bytes>>, WriteHalf<Box<dyn Bytes>>), Broken> {
    let mut stream = connect(settings, tls).await?;
    let hello = Connect {
        client_id: &settings.client_id,
        user: settings.user.as_deref(),
        password: settings.password.as_ref().map(|secret| secret.0.as_str()),
        keep_alive_s: KEEP_ALIVE_S,
    };
    stream.write_all(&hello.bytes()).await?;
    match packet::read(&mut stream).await? {
        Packet::ConnAck(0) => {}
        Packet::ConnAck(code) => return Err(Broken::NotWelcome(code)),
        _ => return Err(PacketFault::Malformed("something before its welcome").into()),
    }
    let (reader, mut writer) = tokio::io::split(stream);
    let topics: Vec<String> = settings.tenants.iter().map(topic::readings_of).collect();
    if !topics.is_empty() {
        writer.write_all(&packet::subscribe(1, &topics)).await?;
    }
    Ok((reader, writer))
}

/// Hears the broker; one that says nothing for two of our words is gone.
async fn listen(
    mut reader: ReadHalf<Box<dyn Bytes>>,
    lines: &Lines,
    came: mpsc::Sender<Publish>,
) -> Result<(), Broken> {
    let longest = Duration::from_secs(u64::from(KEEP_ALIVE_S)) + ANSWER;
    loop {
        let read = timeout(longest, packet::read(&mut reader)).await;
        match read.map_err(|_| Broken::Silent)?? {
            Packet::Publish(message) => hand_on(message, &came)?,
            Packet::PubAck(id) => lines.arrived(id),
            Packet::SubAck(_, granted) if granted.contains(&0x80) => {
                return Err(Broken::NotGranted("the readings of a tenant".into()));
            }
            Packet::SubAck(..) | Packet::PingResp | Packet::ConnAck(_) => {}
        }
    }
}

/// Lets a message wait for its turn. Never waits itself: the word that another one arrived comes by the
/// same way. One at QoS 0 that finds no room is lost, as that promises no more.
fn hand_on(message: Publish, came: &mpsc::Sender<Publish>) -> Result<(), Broken> {
    if message.id.is_none() && came.capacity() <= KEPT_MAX {
        metrics::counter!("greenchain_mqtt_messages_total", "outcome" => "lost").increment(1);
        return Ok(());
    }
    came.try_send(message).map_err(|fault| match fault {
        mpsc::error::TrySendError::Closed(_) => Broken::Closed,
        mpsc::error::TrySendError::Full(_) => Broken::Flooded,
    })
}

/// Writes what is to be written, and a word where there was none for a while.
async fn speak(
    mut writer: WriteHalf<Box<dyn Bytes>>,
    mut to_write: mpsc::Receiver<Vec<u8>>,
) -> Result<(), Broken> {
    let pause = Duration::from_secs(u64::from(KEEP_ALIVE_S) / 2);
    loop {
        let bytes = tokio::select! {
            bytes = to_write.recv() => bytes.ok_or(Broken::Closed)?,
            () = sleep(pause) => packet::pingreq(),
        };
        timeout(ANSWER, writer.write_all(&bytes)).await.map_err(|_| Broken::Silent)??;
        timeout(ANSWER, writer.flush()).await.map_err(|_| Broken::Silent)??;
    }
}

/// Records messages one after another; each is acknowledged once that is done, or refused.
async fn take(
    app: &App,
    settings: &MqttSettings,
    lines: &Lines,
    mut messages: mpsc::Receiver<Publish>,
) -> Result<(), Broken> {
    loop {
        let message = messages.recv().await.ok_or(Broken::Closed)?;
        let taken = devices::take(app, settings, &message).await;
        let outcome = match &taken {
            Ok(true) => "recorded",
            Ok(false) => "known",
            Err(Refused::Told { .. }) => "refused",
            Err(Refused::NotOurs) => "not-ours",
            Err(Refused::Later(_)) => "later",
        };
        metrics::counter!("greenchain_mqtt_messages_total", "outcome" => outcome).increment(1);
        match taken {
            Ok(_) => {}
            Err(Refused::Told { to, document }) => lines.publish(to, document, false).await?,
            Err(Refused::NotOurs) => tracing::warn!("a message of no tenant of ours is left out"),
            // Not acknowledged: the broker sends it again once we are back.
            Err(Refused::Later(fault)) => return Err(Broken::Store(fault)),
        }
        if let Some(id) = message.id {
            lines.write(packet::puback(id)).await?;
        }
    }
}

/// What lies in the outbox.
#[derive(Deserialize)]
struct ToSend {
    to: String,
    body: Box<RawValue>,
}

/// Carries what lies in the outbox, site by site in its order.
async fn carry(app: &App, settings: &MqttSettings, lines: &Lines) -> Result<(), Broken> {
    let mut appended = app.appended.subscribe();
    loop {
        let mut sent = 0;
        for tenant in &settings.tenants {
            let wanted = Wanted {
                topic: OUTBOX,
                lease_s: LEASE_S,
                limit: AT_ONCE,
                attempts_max: BACKOFF.attempts_max,
            };
            let claimed = app.store.claim(tenant, wanted, app.now()).await?;
            sent += claimed.len();
            for one in claimed {
                send(app, tenant, lines, &one).await?;
            }
        }
        if sent == 0 {
            app.wait(&mut appended, Duration::from_secs(1)).await;
        }
    }
}

async fn send(app: &App, tenant: &Tenant, lines: &Lines, claimed: &Claimed) -> Result<(), Broken> {
    let read: Result<ToSend, _> = serde_json::from_str(claimed.message.payload.as_str());
    let sent = match read {
        Ok(ToSend { to, body }) => {
            let topic = topic::of_site(tenant, &claimed.message.key, &to);
            lines.publish(topic, body.get().as_bytes().to_vec(), to == "schedule").await
        }
        Err(fault) => Err(Broken::Store(fault.to_string())),
    };
    match sent {
        Ok(()) => {
            app.store.delivered(tenant, claimed).await?;
            Ok(())
        }
        Err(broken) => {
            let told = broken.to_string();
            app.store.undelivered(tenant, claimed, BACKOFF, app.now(), &told).await?;
            Err(broken)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fleeting_messages_leave_room_for_those_that_are_kept() {
        let (came, mut messages) = mpsc::channel(KEPT_MAX + FLEETING_MAX);
        let message =
            |id| Publish { topic: String::new(), payload: Vec::new(), is_retained: false, id };
        for _ in 0..2 * FLEETING_MAX {
            hand_on(message(None), &came).unwrap();
        }
        for id in 1..=u16::MAX {
            hand_on(message(Some(id)), &came).unwrap();
        }
        let mut waiting = 0;
        while messages.try_recv().is_ok() {
            waiting += 1;
        }
        assert_eq!(waiting, FLEETING_MAX + usize::from(u16::MAX));
        drop(messages);
        assert!(matches!(hand_on(message(Some(1)), &came), Err(Broken::Closed)));
    }
}
