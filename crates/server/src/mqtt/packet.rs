//! Packets of MQTT 3.1.1 (OASIS, 2014), as many as a client needs who publishes and subscribes at QoS 0
//! and 1.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes of a packet that is read; a larger one breaks the connection.
const PACKET_MAX: usize = 16 << 20;
/// Bytes of a text.
const TEXT_MAX: usize = u16::MAX as usize;

/// Why bytes are no packet that this client knows.
#[derive(Debug, thiserror::Error)]
pub(super) enum PacketFault {
    /// The connection.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// The bytes.
    #[error("the broker sent {0}")]
    Malformed(&'static str),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Publish {
    pub(super) topic: String,
    pub(super) payload: Vec<u8>,
    /// The broker keeps it for who comes later.
    pub(super) is_retained: bool,
    /// To be acknowledged by this number; none at QoS 0.
    pub(super) id: Option<u16>,
}

/// What a broker sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet {
    /// The answer to our coming: 0 is welcome.
    ConnAck(u8),
    /// A message.
    Publish(Publish),
    /// A message of ours arrived.
    PubAck(u16),
    /// What a subscription was granted: 128 is refused.
    SubAck(u16, Vec<u8>),
    /// It is still there.
    PingResp,
}

/// How a client comes.
pub(super) struct Connect<'a> {
    pub(super) client_id: &'a str,
    pub(super) user: Option<&'a str>,
    pub(super) password: Option<&'a str>,
    /// The broker may end the connection after one and a half times so long without a word.
    pub(super) keep_alive_s: u16,
}

fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let mut rest = body.len();
    // The length stands in groups of seven bits, the lowest first (2.2.3).
    loop {
        let group = (rest % 128) as u8;
        rest /= 128;
        bytes.push(if rest > 0 { group | 0x80 } else { group });
        if rest == 0 {
            break;
        }
    }
    bytes.extend(body);
    bytes
}

/// Cut to what a text may be long: settings and topics are far shorter.
fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    let text = &text[..text.len().min(TEXT_MAX)];
    bytes.extend((text.len() as u16).to_be_bytes());
    bytes.extend(text);
}

impl Connect<'_> {
    /// CONNECT (3.1), to a session that outlives the connection.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        put_text(&mut body, b"MQTT");
        let user = if self.user.is_some() { 0x80 } else { 0 };
        // A password without a user is not allowed (3.1.2.9).
        let password = self.password.filter(|_| self.user.is_some());
        body.extend([4, user | if password.is_some() { 0x40 } else { 0 }]);
        body.extend(self.keep_alive_s.to_be_bytes());
        put_text(&mut body, self.client_id.as_bytes());
        for text in [self.user, password].into_iter().flatten() {
            put_text(&mut body, text.as_bytes());
        }
        packet(0x10, &body)
    }
}

impl Publish {
    /// PUBLISH (3.3).
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        put_text(&mut body, self.topic.as_bytes());
        if let Some(id) = self.id {
            body.extend(id.to_be_bytes());
        }
        body.extend(&self.payload);
        packet(0x30 | u8::from(self.id.is_some()) << 1 | u8::from(self.is_retained), &body)
    }
}

/// SUBSCRIBE at QoS 1 (3.8).
pub(super) fn subscribe(id: u16, topics: &[String]) -> Vec<u8> {
    let mut body = id.to_be_bytes().to_vec();
    for topic in topics {
        put_text(&mut body, topic.as_bytes());
        body.push(1);
    }
    packet(0x82, &body)
}

/// PUBACK (3.4).
pub(super) fn puback(id: u16) -> Vec<u8> {
    packet(0x40, &id.to_be_bytes())
}

/// PINGREQ (3.12).
pub(super) fn pingreq() -> Vec<u8> {
    packet(0xC0, &[])
}

/// Reads the next packet.
pub(super) async fn read(from: &mut (impl AsyncRead + Unpin)) -> Result<Packet, PacketFault> {
    let first = from.read_u8().await?;
    let mut length = 0_usize;
    for group in 0..4 {
        let byte = from.read_u8().await?;
        length |= usize::from(byte & 0x7f) << (7 * group);
        if byte & 0x80 == 0 {
            break;
        }
        if group == 3 {
            return Err(PacketFault::Malformed("a length without an end"));
        }
    }
    if length > PACKET_MAX {
        return Err(PacketFault::Malformed("a packet larger than 16 MiB"));
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    parse(first, &body)
}

/// The packet of a first byte and a body.
fn parse(first: u8, body: &[u8]) -> Result<Packet, PacketFault> {
    let short = PacketFault::Malformed("a packet that breaks off");
    match (first >> 4, body) {
        (2, [_, code]) => Ok(Packet::ConnAck(*code)),
        (3, _) => publish(first & 0x0f, body).map(Packet::Publish),
        (4, [high, low]) => Ok(Packet::PubAck(u16::from_be_bytes([*high, *low]))),
        (9, [high, low, granted @ ..]) => {
            Ok(Packet::SubAck(u16::from_be_bytes([*high, *low]), granted.to_vec()))
        }
        (13, []) => Ok(Packet::PingResp),
        (2 | 4 | 9 | 13, _) => Err(short),
        _ => Err(PacketFault::Malformed("a packet that no client is sent")),
    }
}

fn publish(flags: u8, body: &[u8]) -> Result<Publish, PacketFault> {
    let short = || PacketFault::Malformed("a packet that breaks off");
    let (length, rest) = body.split_first_chunk::<2>().ok_or_else(short)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (topic, rest) = rest.split_at_checked(length).ok_or_else(short)?;
    let topic = String::from_utf8(topic.to_vec());
    let topic = topic.map_err(|_| PacketFault::Malformed("a topic that is no UTF-8"))?;
    let (id, payload) = match flags >> 1 & 3 {
        0 => (None, rest),
        1 => {
            let (id, payload) = rest.split_first_chunk::<2>().ok_or_else(short)?;
            (Some(u16::from_be_bytes(*id)), payload)
        }
        _ => return Err(PacketFault::Malformed("a message of a QoS that was not subscribed")),
    };
    Ok(Publish { topic, payload: payload.to_vec(), is_retained: flags & 1 == 1, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    async fn read_all(mut bytes: &[u8]) -> Result<Packet, PacketFault> {
        read(&mut bytes).await
    }

    fn now<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    #[test]
    fn packets_are_those_of_the_standard() {
        let connect =
            Connect { client_id: "gc", user: Some("u"), password: Some("p"), keep_alive_s: 10 };
        // 3.1: the name of the protocol, level 4, user and password, no clean session.
        let expect = b"\x10\x14\x00\x04MQTT\x04\xc0\x00\x0a\x00\x02gc\x00\x01u\x00\x01p";
        assert_eq!(connect.bytes(), expect);
        assert_eq!(subscribe(10, &["a/b".into()]), b"\x82\x08\x00\x0a\x00\x03a/b\x01", "3.8");
        assert_eq!(puback(0x0102), b"\x40\x02\x01\x02", "3.4");
        assert_eq!(pingreq(), b"\xc0\x00", "3.12");
        for (bytes, expect, why) in [
            (&b"\x20\x02\x01\x00"[..], Packet::ConnAck(0), "3.2, a session was there"),
            (b"\x40\x02\x00\x07", Packet::PubAck(7), "3.4"),
            (b"\x90\x03\x00\x07\x01", Packet::SubAck(7, vec![1]), "3.9"),
            (b"\xd0\x00", Packet::PingResp, "3.13"),
        ] {
            assert_eq!(now(read_all(bytes)).unwrap(), expect, "{why}");
        }
        for (bytes, why) in [
            (&b""[..], "nothing"),
            (b"\x20\x02\x01", "breaks off"),
            (b"\x20\x01\x01", "too short"),
            (b"\x30\x02\x00\x05", "a topic that breaks off"),
            (b"\x32\x03\x00\x01a", "no number"),
            (b"\x34\x05\x00\x01a\x00\x01", "QoS 2"),
            (b"\x30\x03\x00\x01\xff", "no UTF-8"),
            (b"\x10\x00", "what a client sends"),
            (b"\x30\xff\xff\xff\xff\x01", "a length without an end"),
            (b"\x30\xff\xff\xff\x7f", "too large"),
        ] {
            assert!(now(read_all(bytes)).is_err(), "{why}");
        }
    }

    proptest! {
        #[test]
        fn a_message_is_read_as_it_was_sent(
            topic in "[ -~é]{0,200}",
            payload in prop::collection::vec(any::<u8>(), 0..20_000),
            is_retained in any::<bool>(),
            id in prop::option::of(1_u16..),
        ) {
            let sent = Publish { topic, payload, is_retained, id };
            let read = now(read_all(&sent.bytes())).unwrap();
            prop_assert_eq!(read, Packet::Publish(sent));
        }

        #[test]
        fn no_bytes_bring_the_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = now(read_all(&bytes));
        }
    }
}
