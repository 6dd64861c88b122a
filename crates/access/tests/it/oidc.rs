//! ID tokens made here, by the keys in `tests/golden/oidc`: the good ones, and each way to be bad.

use crate::world::{World, everything, id};
use access::oidc::{
    Callback, Client, Discovery, Flow, Identity, OidcFault, ProviderKeys, authorization_url,
    check_callback, check_id_token, login_to_link, read_token_response, token_request,
};
use access::projection::login_key;
use access::{Link, Role, SignInByProvider};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const RSA: &[u8] = include_bytes!("../golden/oidc/rsa.der");
const WEAK: &[u8] = include_bytes!("../golden/oidc/weak.der");
const EC: &[u8] = include_bytes!("../golden/oidc/ec.der");
const JWKS: &[u8] = include_bytes!("../golden/oidc/jwks.json");
const TOKENS: &str = include_str!("../golden/oidc/tokens.txt");
const NOW: i64 = 1_796_000_000;

static KEYS: LazyLock<ProviderKeys> = LazyLock::new(|| ProviderKeys::parse(JWKS).unwrap());

fn client() -> Client {
    Client {
        issuer: "https://id.example.org".into(),
        client_id: "greenchain".into(),
        redirect_uri: "https://green.example/sign-in/back?x=1".into(),
        scopes: ["openid", "profile", "email"].map(str::to_owned).into(),
        link_by_email: true,
    }
}

fn discovery() -> Discovery {
    let metadata = json!({
        "issuer": "https://id.example.org",
        "authorization_endpoint": "https://id.example.org/authorize",
        "token_endpoint": "https://id.example.org/token",
        "jwks_uri": "https://id.example.org/jwks",
        "response_types_supported": ["code"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "authorization_response_iss_parameter_supported": true,
    });
    Discovery::parse(metadata.to_string().as_bytes(), &client()).unwrap()
}

fn flow() -> Flow {
    Flow::from_random([3; 32])
}

/// A value of a URL's query.
fn query(url: &str, name: &str) -> String {
    let (_, query) = url.split_once('?').unwrap();
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.find(|(key, _)| *key == name).unwrap().1.into()
}

fn claims() -> Value {
    json!({
        "iss": "https://id.example.org",
        "sub": "24400320",
        "aud": "greenchain",
        "exp": NOW + 300,
        "iat": NOW - 5,
        "nonce": query(&authorization_url(&discovery(), &client(), &flow()), "nonce"),
        "email": "Anna@Example.org",
        "email_verified": true,
        "name": "Anna",
    })
}

fn header(algorithm: Algorithm, key: Option<&str>) -> Header {
    Header { kid: key.map(str::to_owned), ..Header::new(algorithm) }
}

fn by_rsa(claims: &Value) -> String {
    let key = EncodingKey::from_rsa_der(RSA);
    encode(&header(Algorithm::RS256, Some("rsa")), claims, &key).unwrap()
}

fn by_ec(claims: &Value) -> String {
    let key = EncodingKey::from_ec_der(EC);
    encode(&header(Algorithm::ES256, Some("ec")), claims, &key).unwrap()
}

fn check(token: &str) -> Result<Identity, OidcFault> {
    let now = Timestamp::from_micros(NOW * 1_000_000);
    check_id_token(token, &KEYS, &client(), &flow(), now)
}

fn with(member: &str, value: Value) -> Value {
    let mut changed = claims();
    changed[member] = value;
    changed
}

#[test]
fn tokens_by_rs256_and_es256_say_who_signed_in() {
    for token in [by_rsa(&claims()), by_ec(&claims())] {
        let identity = check(&token).unwrap();
        assert_eq!(
            (identity.subject.as_str(), identity.name.as_deref()),
            ("24400320", Some("Anna"))
        );
        let login = login_to_link(&identity, &client()).unwrap();
        assert_eq!(login.as_str(), "anna@example.org");
    }
}

#[test]
fn tokens_that_were_signed_once_are_still_taken() {
    // RS256 signs in one way only, so the text is compared; of ES256's many ways one was kept.
    let (rsa, ec) = (by_rsa(&claims()), by_ec(&claims()));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        crate::golden::compare(
            "crates/access/tests/golden/oidc/tokens.txt",
            &format!("{rsa}\n{ec}\n"),
        );
        return;
    }
    let (kept_rsa, kept_ec) = TOKENS.trim_end().split_once('\n').unwrap();
    assert_eq!(kept_rsa, rsa);
    assert_eq!(check(kept_ec), check(&ec));
    assert!(check(kept_ec).is_ok());
}

#[test]
fn each_claim_that_is_not_right_is_refused() {
    for (member, value, fault) in [
        ("iss", json!("https://id.example.com"), OidcFault::Claim("iss")),
        ("iss", json!("https://id.example.org/"), OidcFault::Claim("iss")),
        ("iss", json!(["https://id.example.org"]), OidcFault::Malformed),
        ("iss", Value::Null, OidcFault::Malformed),
        ("aud", json!("another"), OidcFault::Claim("aud")),
        ("aud", json!([]), OidcFault::Claim("aud")),
        ("aud", json!(["greenchain", "another"]), OidcFault::Claim("aud")),
        ("aud", Value::Null, OidcFault::Malformed),
        ("azp", json!("another"), OidcFault::Claim("azp")),
        ("nonce", json!("another"), OidcFault::Claim("nonce")),
        ("nonce", Value::Null, OidcFault::Claim("nonce")),
        ("sub", json!(""), OidcFault::Claim("sub")),
        ("sub", json!("s".repeat(256)), OidcFault::Claim("sub")),
        ("sub", Value::Null, OidcFault::Malformed),
        ("exp", json!(NOW - 60), OidcFault::Time),
        ("exp", json!(0), OidcFault::Time),
        ("exp", Value::Null, OidcFault::Malformed),
        ("nbf", json!(NOW + 61), OidcFault::Time),
        ("iat", json!(NOW + 61), OidcFault::Time),
        ("iat", Value::Null, OidcFault::Malformed),
    ] {
        let changed = with(member, value);
        for token in [by_rsa(&changed), by_ec(&changed)] {
            assert_eq!(check(&token), Err(fault.clone()), "{member} is {}", changed[member]);
        }
    }
}

#[test]
fn clocks_may_differ_a_little_and_several_may_be_meant() {
    for (member, value) in [
        ("exp", json!(NOW - 59)),
        ("nbf", json!(NOW + 60)),
        ("iat", json!(NOW as f64 + 59.5)),
        ("aud", json!(["greenchain"])),
    ] {
        assert!(check(&by_ec(&with(member, value))).is_ok(), "{member}");
    }
    let mut several = with("aud", json!(["greenchain", "another"]));
    several["azp"] = json!("greenchain");
    assert!(check(&by_ec(&several)).is_ok());
}

#[test]
fn a_token_without_signature_is_refused_however_it_names_that() {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = part(&claims());
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let header = part(&json!({"alg": name, "typ": "JWT"}));
        for token in [format!("{header}.{claims}."), format!("{header}.{claims}.AAAA")] {
            assert_eq!(check(&token), Err(OidcFault::Algorithm), "{name}");
        }
    }
    let token = by_ec(&self::claims());
    let (signed, _) = token.rsplit_once('.').unwrap();
    assert_eq!(check(&format!("{signed}.")), Err(OidcFault::Signature));
}

#[test]
fn the_public_key_is_no_secret_to_sign_by() {
    let set: Value = serde_json::from_slice(JWKS).unwrap();
    let modulus = URL_SAFE_NO_PAD.decode(set["keys"][0]["n"].as_str().unwrap()).unwrap();
    for secret in [modulus.as_slice(), set["keys"][0].to_string().as_bytes(), RSA, b"x"] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            for name in ["rsa", "secret"] {
                let key = EncodingKey::from_secret(secret).unwrap();
                let token = encode(&header(algorithm, Some(name)), &claims(), &key).unwrap();
                assert_eq!(check(&token), Err(OidcFault::Algorithm));
            }
        }
    }
}

#[test]
fn keys_are_taken_by_name_and_only_those_that_are_strong_and_for_signing() {
    let rsa = EncodingKey::from_rsa_der(RSA);
    let weak = EncodingKey::from_rsa_der(WEAK);
    let sign = |algorithm, name: Option<&str>, key: &EncodingKey| {
        encode(&header(algorithm, name), &claims(), key).unwrap()
    };
    for (token, fault, why) in [
        (sign(Algorithm::RS256, Some("new"), &rsa), OidcFault::UnknownKey, "not published"),
        (sign(Algorithm::RS256, Some("ec"), &rsa), OidcFault::UnknownKey, "another kind of key"),
        (
            sign(Algorithm::RS256, Some("encryption"), &rsa),
            OidcFault::UnknownKey,
            "not for signing",
        ),
        (sign(Algorithm::RS256, Some("ps256"), &rsa), OidcFault::UnknownKey, "for PS256"),
        (sign(Algorithm::RS256, Some("weak"), &weak), OidcFault::UnknownKey, "1024 bits"),
        (sign(Algorithm::RS256, Some("rsa"), &weak), OidcFault::Signature, "another's signature"),
        (sign(Algorithm::RS512, Some("rsa"), &rsa), OidcFault::Algorithm, "not asked for"),
        (sign(Algorithm::PS256, Some("rsa"), &rsa), OidcFault::Algorithm, "not asked for"),
    ] {
        assert_eq!(check(&token), Err(fault), "{why}");
    }
    assert!(check(&sign(Algorithm::RS256, None, &rsa)).is_ok(), "one key fits");
    let set: Value = serde_json::from_slice(JWKS).unwrap();
    let two = json!({"keys": [set["keys"][0], set["keys"][0]]});
    let two = ProviderKeys::parse(two.to_string().as_bytes()).unwrap();
    let token = sign(Algorithm::RS256, None, &rsa);
    let now = Timestamp::from_micros(NOW * 1_000_000);
    let answer = check_id_token(&token, &two, &client(), &flow(), now);
    assert_eq!(answer, Err(OidcFault::UnknownKey), "two would fit: which is meant?");
    for bad in ["{}", "[]", r#"{"keys":[]}"#, r#"{"keys":[{"kty":"oct","k":"AA"}]}"#, "<html>"] {
        assert!(ProviderKeys::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn a_token_belongs_to_its_flow() {
    let now = Timestamp::from_micros(NOW * 1_000_000);
    let other = Flow::from_random([4; 32]);
    let answer = check_id_token(&by_ec(&claims()), &KEYS, &client(), &other, now);
    assert_eq!(answer, Err(OidcFault::Claim("nonce")));
}

#[test]
fn an_address_links_only_where_it_was_verified_and_the_settings_allow_it() {
    for (member, value, linked) in [
        ("email_verified", json!(true), true),
        ("email_verified", json!("true"), true),
        ("email_verified", json!(false), false),
        ("email_verified", json!("false"), false),
        ("email_verified", json!(1), false),
        ("email_verified", Value::Null, false),
        ("email", json!("no-address"), false),
    ] {
        let identity = check(&by_ec(&with(member, value.clone()))).unwrap();
        assert_eq!(login_to_link(&identity, &client()).is_some(), linked, "{member} {value}");
        let strict = Client { link_by_email: false, ..client() };
        assert_eq!(login_to_link(&identity, &strict), None);
    }
}

#[test]
fn the_browser_is_sent_with_all_that_is_needed_and_nothing_else() {
    let url = authorization_url(&discovery(), &client(), &flow());
    assert!(url.starts_with("https://id.example.org/authorize?response_type=code&client_id="));
    assert_eq!(query(&url, "redirect_uri"), "https%3A%2F%2Fgreen.example%2Fsign-in%2Fback%3Fx%3D1");
    assert_eq!(query(&url, "scope"), "openid%20profile%20email");
    assert_eq!(query(&url, "code_challenge_method"), "S256");
    let request = token_request(&discovery(), &client(), &flow(), "the-code");
    let field =
        |name: &str| request.form.iter().find(|(field, _)| *field == name).unwrap().1.clone();
    let verifier = field("code_verifier");
    assert!(!url.contains(&verifier), "the verifier stays here");
    assert!(!url.contains(&flow().cookie()));
    assert!(!format!("{request:?}").contains(&verifier));
    assert_eq!(field("code"), "the-code");
}

#[test]
fn who_comes_back_began_here_and_comes_from_that_provider() {
    let state = query(&authorization_url(&discovery(), &client(), &flow()), "state");
    let good = Callback {
        code: Some("the-code".into()),
        state: Some(state),
        error: None,
        iss: Some("https://id.example.org".into()),
    };
    assert_eq!(check_callback(&good, &discovery(), &flow()), Ok("the-code"));
    let iss = OidcFault::Claim("iss");
    let denied = OidcFault::Refused("access_denied".into());
    let error = Some("access_denied\n".to_owned());
    for (callback, fault) in [
        (Callback { state: None, ..good.clone() }, OidcFault::NotThisFlow),
        (Callback { state: Some("x".into()), ..good.clone() }, OidcFault::NotThisFlow),
        (Callback { iss: None, ..good.clone() }, iss.clone()),
        (Callback { iss: Some("https://evil.example".into()), ..good.clone() }, iss),
        (Callback { error, code: None, ..good.clone() }, denied),
    ] {
        assert_eq!(check_callback(&callback, &discovery(), &flow()), Err(fault));
    }
    let empty = Callback { code: Some(String::new()), ..good };
    assert!(matches!(
        check_callback(&empty, &discovery(), &flow()),
        Err(OidcFault::Answer { what: "way back", .. })
    ));
    assert_eq!(
        read_token_response(br#"{"id_token":"a.b.c","token_type":"Bearer"}"#).unwrap(),
        "a.b.c"
    );
    assert!(read_token_response(br#"{"error":"invalid_grant"}"#).is_err());
}

#[test]
fn who_was_invited_under_a_verified_address_comes_in_by_the_provider() {
    let (mut world, _) = World::started();
    world.invite("anna", &[Role::Planner]).unwrap();
    let person = world.person(&id("anna"));
    let mut details = person.details.clone();
    details.login = access::Login::parse("anna@example.org").unwrap();
    let change =
        access::ChangeDetails { account: id("anna"), person, details, giver: everything() };
    world.run(&change).unwrap();
    let identity = check(&by_rsa(&claims())).unwrap();
    let login = login_to_link(&identity, &client()).unwrap();
    assert_eq!(world.rows.get(&login_key(&login)).map(String::as_str), Some("anna"));
    let (session, token) = world.new_session("s");
    let sign_in = SignInByProvider {
        account: id("anna"),
        issuer: identity.issuer,
        subject: identity.subject,
        link: Link::ByAddress,
        session,
        now: world.now,
    };
    world.run(&sign_in).unwrap();
    assert_eq!(world.enter(&token).unwrap().actor, "account/anna");
}

proptest! {
    #[test]
    fn no_text_brings_the_checks_down(text in "\\PC{0,80}", token in "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,4}") {
        prop_assert!(check(&text).is_err());
        prop_assert!(check(&token).is_err());
        prop_assert!(ProviderKeys::parse(text.as_bytes()).is_err());
        prop_assert!(Discovery::parse(text.as_bytes(), &client()).is_err());
        prop_assert!(read_token_response(text.as_bytes()).is_err());
    }

    #[test]
    fn a_token_of_which_one_character_was_changed_is_refused(at in 0..400_usize, to in "[A-Za-z0-9_-]") {
        static TOKEN: LazyLock<String> = LazyLock::new(|| by_ec(&claims()));
        let at = at % TOKEN.len();
        prop_assume!(TOKEN[at..=at] != to && TOKEN[at..=at] != *".");
        let changed = format!("{}{to}{}", &TOKEN[..at], &TOKEN[at + 1..]);
        prop_assert!(check(&changed).is_err());
    }
}
