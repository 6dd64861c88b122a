//! What anybody may send to be let in: tokens, cookies, passwords of any kind, and a provider's answers.
#![no_main]

use access::oidc::{Client, Discovery, Flow, ProviderKeys, check_id_token, read_token_response};
use access::{Id, Login, Token, password};
use events::Timestamp;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

const JWKS: &[u8] = include_bytes!("../../crates/access/tests/golden/oidc/jwks.json");

static KEYS: LazyLock<ProviderKeys> = LazyLock::new(|| ProviderKeys::parse(JWKS).unwrap());

fuzz_target!(|data: &[u8]| {
    let client = Client {
        issuer: "https://id.example.org".into(),
        client_id: "greenchain".into(),
        redirect_uri: "https://green.example/back".into(),
        scopes: vec!["openid".into()],
        link_by_email: true,
    };
    let _ = ProviderKeys::parse(data);
    let _ = Discovery::parse(data, &client);
    let _ = read_token_response(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(token) = Token::parse(text) {
        assert_eq!(token.reveal(), text);
    }
    let _ = Id::parse(text);
    if let Ok(login) = Login::parse(text) {
        let _ = password::check(text, &login);
    }
    // Another flow than that of the kept tokens, which are good seeds.
    let flow = Flow::of_cookie(text).unwrap_or(Flow::from_random([4; 32]));
    let now = Timestamp::from_micros(1_796_000_000_000_000);
    // Nobody signs by chance.
    assert!(check_id_token(text, &KEYS, &client, &flow, now).is_err());
});
