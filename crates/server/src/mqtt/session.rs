//! One connection to a broker, from its first byte to its break.
//!
//! Each connection has a client of the library of its own. What that would send again after a break ends
//! with it: the outbox alone says what goes out, and the broker what comes in.

use super::devices::{self, Refused};
use super::{outbox, topic};
use crate::app::App;
use crate::config::MqttSettings;
use events::EventsError;
use rumqttc::{
    AckMode, AsyncClient, ConfigError, ConnectReturnCode, ConnectionError, Event, EventLoop,
    MqttOptions, Packet, Publish, PublishOptions, QoS, SubscribeFilterInput, SubscribeReasonCode,
};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long the broker may take to answer.
const ANSWER: Duration = Duration::from_secs(20);
/// Between two words of ours; a broker that is silent for two of them is gone.
const KEEP_ALIVE_S: u16 = 25;
/// Bytes of a packet; a larger one breaks the connection.
const PACKET_MAX: usize = 16 << 20;
/// Messages at QoS 1 that wait for their turn: no more can be in flight, for their numbers have 16 bits.
const KEPT_MAX: usize = 1 << 16;
/// Messages at QoS 0 that wait for their turn.
const FLEETING_MAX: usize = 1_000;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The network, or what came by it.
    #[error("{0}")]
    Connection(Box<ConnectionError>),
    /// The settings are none that MQTT has.
    #[error("{0}. Look at the client id")]
    Settings(#[from] ConfigError),
    /// The broker says no.
    #[error("the broker does not let us in: {0:?}. Look at user, password and client id")]
    NotWelcome(ConnectReturnCode),
    /// It says no to a topic.
    #[error("the broker does not let us read {0}. Let it, or leave the tenant out")]
    NotGranted(String),
    /// It begins with something else than its answer to our coming.
    #[error("the broker sent something before its welcome")]
    NoWelcome,
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

impl From<ConnectionError> for Broken {
    fn from(fault: ConnectionError) -> Self {
        match fault {
            ConnectionError::ConnectionRefused(code) => Self::NotWelcome(code),
            // The library would write the packet out, however large.
            ConnectionError::NotConnAck(_) => Self::NoWelcome,
            ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => Self::Silent,
            other => Self::Connection(Box::new(other)),
        }
    }
}

/// A stream of bytes to the broker.
trait Bytes: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Bytes for T {}

/// By what name a broker shows itself, and whom that is believed from.
type Trust = (ServerName<'static>, Arc<ClientConfig>);

async fn dial(host: String, port: u16, trust: Option<Trust>) -> std::io::Result<Box<dyn Bytes>> {
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    let Some((name, config)) = trust else { return Ok(Box::new(stream)) };
    Ok(Box::new(TlsConnector::from(config).connect(name, stream).await?))
}

/// How we come: to a session that outlives the connection, with our own word on each message.
fn options(settings: &MqttSettings, tls: Option<Arc<ClientConfig>>) -> Result<MqttOptions, Broken> {
    let (host, port) = (settings.host.clone(), settings.port);
    let mut options = MqttOptions::new(&settings.client_id, (&host, port));
    options.try_set_clean_session(false)?;
    options
        .set_ack_mode(AckMode::Manual)
        .set_keep_alive(KEEP_ALIVE_S)
        .set_max_packet_size(PACKET_MAX, PACKET_MAX);
    match (&settings.user, &settings.password) {
        (Some(user), Some(password)) => options.set_credentials(user, password.0.clone()),
        (Some(user), None) => options.set_username(user),
        // A password without a user is not allowed (3.1.2.9).
        (None, _) => &mut options,
    };
    let trust = match tls {
        None => None,
        Some(config) => {
            let name = ServerName::try_from(host.clone());
            Some((name.map_err(|_| Broken::Name(host.clone()))?, config))
        }
    };
    // The library writes host and port with a colon between, which is no address for IPv6.
    options.set_socket_connector(move |_, _| dial(host.clone(), port, trust.clone()));
    Ok(options)
}

/// Comes to the broker.
async fn open(
    settings: &MqttSettings,
    tls: Option<Arc<ClientConfig>>,
) -> Result<(AsyncClient, EventLoop), Broken> {
    let (client, mut events) = AsyncClient::builder(options(settings, tls)?).build();
    events.network_options.set_connection_timeout(ANSWER.as_secs());
    // Its first event is the broker's welcome.
    events.poll().await?;
    Ok((client, events))
}

/// Comes, subscribes, and works until the connection breaks.
pub(super) async fn run(
    app: &App,
    settings: &MqttSettings,
    tls: Option<Arc<ClientConfig>>,
) -> Broken {
    let (client, events) = match open(settings, tls).await {
        Ok(opened) => opened,
        Err(broken) => return broken,
    };
    tracing::info!(host = settings.host, port = settings.port, "the broker is there");
    metrics::gauge!("greenchain_mqtt_connected").set(1.0);
    let (came, messages) = mpsc::channel(KEPT_MAX + FLEETING_MAX);
    let (alive, gone) = oneshot::channel();
    // A task of its own: it must not wait for what is done with a message, and a panic in it ends no more
    // than the connection.
    let mut hearing = JoinSet::new();
    hearing.spawn(Hearing { events, came, _alive: alive }.hear());
    let mut carrying = pin!(outbox::carry(app, settings, &client, gone));
    let ended = tokio::select! {
        heard = hearing.join_next() => Err(match heard {
            Some(Ok((broken, _))) => broken,
            Some(Err(_)) | None => Broken::Closed,
        }),
        ended = take(app, settings, &client, messages) => ended,
        ended = &mut carrying => return ended.err().unwrap_or(Broken::Closed),
    };
    // With the library's loop all ends that waits for the broker: what was on its way goes back to the
    // outbox now, not when its claim has run out.
    hearing.shutdown().await;
    let _ = timeout(ANSWER, carrying).await;
    ended.err().unwrap_or(Broken::Closed)
}

/// The library's loop, and what of ours ends with it.
struct Hearing {
    events: EventLoop,
    came: mpsc::Sender<Publish>,
    /// Dropped with the loop, which the carrier sees.
    _alive: oneshot::Sender<()>,
}

impl Hearing {
    /// Hears the broker and writes what waits for it. Gives itself back, so that nobody sees the end
    /// before its reason is known.
    async fn hear(mut self) -> (Broken, Self) {
        loop {
            let heard = match self.events.poll().await {
                Ok(Event::Incoming(Packet::Publish(message))) => hand_on(message, &self.came),
                Ok(_) => Ok(()),
                Err(fault) => Err(fault.into()),
            };
            if let Err(broken) = heard {
                return (broken, self);
            }
        }
    }
}

/// Lets a message wait for its turn. Never waits itself: the word that another one arrived comes by the
/// same way. One at QoS 0 that finds no room is lost, as that promises no more.
fn hand_on(message: Publish, came: &mpsc::Sender<Publish>) -> Result<(), Broken> {
    if message.qos == QoS::AtMostOnce && came.capacity() <= KEPT_MAX {
        metrics::counter!("greenchain_mqtt_messages_total", "outcome" => "lost").increment(1);
        return Ok(());
    }
    came.try_send(message).map_err(|fault| match fault {
        mpsc::error::TrySendError::Closed(_) => Broken::Closed,
        mpsc::error::TrySendError::Full(_) => Broken::Flooded,
    })
}

/// Publishes at QoS 1, and waits until the broker has it.
pub(super) async fn publish(
    client: &AsyncClient,
    topic: String,
    payload: Vec<u8>,
    is_retained: bool,
) -> Result<(), Broken> {
    let options = PublishOptions::at_least_once().retain(is_retained);
    let arrived = async {
        let notice = client.publish_tracked(topic, payload, options).await;
        let notice = notice.map_err(|_| Broken::Closed)?;
        notice.wait_async().await.map_err(|_| Broken::Closed)
    };
    timeout(ANSWER, arrived).await.map_err(|_| Broken::Silent)?.map(drop)
}

/// Asks for the readings of each tenant.
async fn subscribe(client: &AsyncClient, settings: &MqttSettings) -> Result<(), Broken> {
    let topics: Vec<String> = settings.tenants.iter().map(topic::readings_of).collect();
    if topics.is_empty() {
        return Ok(());
    }
    let filters = topics.iter().map(|topic| SubscribeFilterInput::new(topic, QoS::AtLeastOnce));
    let granted = async {
        let notice = client.subscribe_many_tracked(filters).await;
        notice.map_err(|_| Broken::Closed)?.wait_async().await.map_err(|_| Broken::Closed)
    };
    let granted = timeout(ANSWER, granted).await.map_err(|_| Broken::Silent)??;
    let mut answers = topics.into_iter().zip(granted.return_codes);
    match answers.find(|(_, code)| *code == SubscribeReasonCode::Failure) {
        Some((topic, _)) => Err(Broken::NotGranted(topic)),
        None => Ok(()),
    }
}

/// Records messages one after another; each is acknowledged once that is done, or refused.
async fn take(
    app: &App,
    settings: &MqttSettings,
    client: &AsyncClient,
    mut messages: mpsc::Receiver<Publish>,
) -> Result<(), Broken> {
    subscribe(client, settings).await?;
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
            Err(Refused::Told { to, document }) => publish(client, to, document, false).await?,
            Err(Refused::NotOurs) => tracing::warn!("a message of no tenant of ours is left out"),
            // Not acknowledged: the broker sends it again once we are back.
            Err(Refused::Later(fault)) => return Err(Broken::Store(fault)),
        }
        client.ack(&message).await.map_err(|_| Broken::Closed)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Tenant;
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    const WELCOME: &[u8] = b"\x20\x02\x00\x00";

    fn settings(url: &str, port: u16) -> MqttSettings {
        let tenants = ["main", "north"].map(|name| Tenant::new(name).unwrap());
        let parsed = MqttSettings::parse(&format!("{url}:{port}"), tenants.into()).unwrap();
        MqttSettings { client_id: "gc".into(), ..parsed }
    }

    /// The next packet that a broker is sent, whole; none longer than 127 bytes is.
    async fn packet(from: &mut TcpStream) -> Vec<u8> {
        let mut bytes = vec![0; 2];
        from.read_exact(&mut bytes).await.unwrap();
        let length = usize::from(bytes[1]);
        bytes.resize(2 + length, 0);
        from.read_exact(&mut bytes[2..]).await.unwrap();
        bytes
    }

    /// A client that came in, the broker's side of its connection, and what it was sent first.
    async fn met(
        url: &str,
        listener: &TcpListener,
    ) -> (AsyncClient, EventLoop, TcpStream, Vec<u8>) {
        let settings = settings(url, listener.local_addr().unwrap().port());
        let broker = async {
            let (mut broker, _) = listener.accept().await.unwrap();
            let hello = packet(&mut broker).await;
            broker.write_all(WELCOME).await.unwrap();
            (broker, hello)
        };
        let (opened, (broker, hello)) = tokio::join!(open(&settings, None), broker);
        let (client, events) = opened.unwrap();
        (client, events, broker, hello)
    }

    fn heard(events: EventLoop) -> (JoinSet<(Broken, Hearing)>, mpsc::Receiver<Publish>) {
        let (came, messages) = mpsc::channel(KEPT_MAX + FLEETING_MAX);
        let (alive, _) = oneshot::channel();
        let mut hearing = JoinSet::new();
        hearing.spawn(Hearing { events, came, _alive: alive }.hear());
        (hearing, messages)
    }

    #[tokio::test]
    async fn we_come_to_a_session_that_outlives_the_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // 3.1: the name of the protocol, its level, flags, 25 s, then the texts that the flags announce.
        for (url, expect, why) in [
            ("mqtt://127.0.0.1", &b"\x10\x0e\x00\x04MQTT\x04\x00\x00\x19\x00\x02gc"[..], "nobody"),
            (
                "mqtt://u@127.0.0.1",
                b"\x10\x11\x00\x04MQTT\x04\x80\x00\x19\x00\x02gc\x00\x01u",
                "no password",
            ),
            (
                "mqtt://u:p@127.0.0.1",
                b"\x10\x14\x00\x04MQTT\x04\xc0\x00\x19\x00\x02gc\x00\x01u\x00\x01p",
                "both",
            ),
            (
                "mqtt://:p@127.0.0.1",
                b"\x10\x0e\x00\x04MQTT\x04\x00\x00\x19\x00\x02gc",
                "a password without a user is not allowed",
            ),
        ] {
            let (_, _, _, hello) = met(url, &listener).await;
            assert_eq!(hello, expect, "{why}");
        }
    }

    #[tokio::test]
    #[expect(clippy::print_stderr, reason = "a skipped test says why")]
    async fn a_broker_may_have_an_address_of_ipv6() {
        let Ok(listener) = TcpListener::bind("[::1]:0").await else {
            return eprintln!("skipped: this machine has no IPv6");
        };
        met("mqtt://[::1]", &listener).await;
    }

    #[tokio::test]
    async fn who_does_not_come_in_is_told_why_without_the_password() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let broker = async {
            let (mut broker, _) = listener.accept().await.unwrap();
            packet(&mut broker).await;
            broker.write_all(b"\x20\x02\x00\x05").await.unwrap();
        };
        let settings = settings("mqtt://roof:hush@127.0.0.1", port);
        let (opened, ()) = tokio::join!(open(&settings, None), broker);
        let told = opened.err().unwrap();
        let shown = format!("{told} {told:?}");
        assert!(shown.contains("NotAuthorized") && !shown.contains("hush"), "{shown}");
        let broker = async {
            let (mut broker, _) = listener.accept().await.unwrap();
            broker.write_all(b"\x30\x04\x00\x01ax").await.unwrap();
            broker
        };
        let (opened, _broker) = tokio::join!(open(&settings, None), broker);
        assert!(matches!(opened, Err(Broken::NoWelcome)), "a message before its welcome");
        let nameless = MqttSettings { client_id: String::new(), ..settings };
        assert!(matches!(open(&nameless, None).await, Err(Broken::Settings(_))));
    }

    #[tokio::test]
    async fn a_message_is_acknowledged_by_our_word_alone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, events, mut broker, _) = met("mqtt://127.0.0.1", &listener).await;
        let (_hearing, mut messages) = heard(events);
        broker.write_all(b"\x32\x06\x00\x01a\x00\x07x").await.unwrap();
        let message = messages.recv().await.unwrap();
        assert_eq!((&message.topic[..], &message.payload[..]), (&b"a"[..], &b"x"[..]));
        let answering = async {
            // The first that the broker hears is no word on its own message.
            assert_eq!(packet(&mut broker).await, b"\x33\x06\x00\x01b\x00\x01y", "retained, QoS 1");
            broker.write_all(b"\x40\x02\x00\x01").await.unwrap();
        };
        let (sent, ()) = tokio::join!(publish(&client, "b".into(), b"y".into(), true), answering);
        sent.unwrap();
        client.ack(&message).await.unwrap();
        assert_eq!(packet(&mut broker).await, b"\x40\x02\x00\x07");
    }

    #[tokio::test]
    async fn what_did_not_arrive_is_left_to_the_outbox_to_send_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, events, mut broker, _) = met("mqtt://127.0.0.1", &listener).await;
        let (mut hearing, _messages) = heard(events);
        let breaking = async {
            assert_eq!(packet(&mut broker).await, b"\x32\x06\x00\x01a\x00\x01x");
            drop(broker);
            let (broken, _) = hearing.join_next().await.unwrap().unwrap();
            assert!(matches!(broken, Broken::Connection(_)), "{broken}");
        };
        let (sent, ()) = tokio::join!(publish(&client, "a".into(), b"x".into(), false), breaking);
        assert!(matches!(sent, Err(Broken::Closed)), "its sender hears of it at once");
        let (client, events, mut broker, _) = met("mqtt://127.0.0.1", &listener).await;
        let (_hearing, _messages) = heard(events);
        let answering = async {
            assert_eq!(
                packet(&mut broker).await,
                b"\x32\x06\x00\x01b\x00\x01y",
                "nothing before it"
            );
            broker.write_all(b"\x40\x02\x00\x01").await.unwrap();
        };
        let (sent, ()) = tokio::join!(publish(&client, "b".into(), b"y".into(), false), answering);
        sent.unwrap();
    }

    #[tokio::test]
    async fn a_tenant_whose_readings_are_not_granted_is_named() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (client, events, mut broker, _) = met("mqtt://127.0.0.1", &listener).await;
        let (_hearing, _messages) = heard(events);
        let answering = async {
            let asked = packet(&mut broker).await;
            assert_eq!(asked[0], 0x82, "3.8");
            broker.write_all(&[0x90, 4, asked[2], asked[3], 1, 0x80]).await.unwrap();
        };
        let settings = settings("mqtt://127.0.0.1", 1);
        let (granted, ()) = tokio::join!(subscribe(&client, &settings), answering);
        let told = granted.unwrap_err().to_string();
        assert!(told.contains("greenchain/north/sites/+/readings"), "{told}");
    }

    #[test]
    fn fleeting_messages_leave_room_for_those_that_are_kept() {
        let (came, mut messages) = mpsc::channel(KEPT_MAX + FLEETING_MAX);
        let message = |qos| Publish::new("a", qos, "");
        for _ in 0..2 * FLEETING_MAX {
            hand_on(message(QoS::AtMostOnce), &came).unwrap();
        }
        for _ in 1..=u16::MAX {
            hand_on(message(QoS::AtLeastOnce), &came).unwrap();
        }
        let mut waiting = 0;
        while messages.try_recv().is_ok() {
            waiting += 1;
        }
        assert_eq!(waiting, FLEETING_MAX + usize::from(u16::MAX));
        drop(messages);
        assert!(matches!(hand_on(message(QoS::AtLeastOnce), &came), Err(Broken::Closed)));
    }

    /// Bytes of any kind, and of packets that a broker may send at a wrong time or with a wrong length.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let first = prop::sample::select(&b"\x20\x30\x32\x33\x34\x40\x50\x62\x70\x90\xb0\xd0"[..]);
        let rest = prop::collection::vec(0_u8..5, 0..8);
        let packet = (first, rest)
            .prop_map(|(first, rest)| [&[first, rest.len() as u8], &rest[..]].concat());
        let packets = prop::collection::vec(packet, 1..6).prop_map(|packets| packets.concat());
        prop_oneof![prop::collection::vec(any::<u8>(), 0..300), packets]
    }

    proptest! {
        #[test]
        fn no_bytes_of_a_broker_bring_the_client_down(bytes in bytes()) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let (_client, events, mut broker, _) = met("mqtt://127.0.0.1", &listener).await;
                let (mut hearing, _messages) = heard(events);
                // It may have gone before all was sent.
                let _ = broker.write_all(&bytes).await;
                drop(broker);
                let ended = hearing.join_next().await.unwrap();
                assert!(ended.is_ok(), "a panic");
            });
        }
    }
}
