//! A story in which everything happens once, kept as golden data: the events to the byte, and the rows.

use crate::golden::compare;
use crate::world::{PASSWORD, World, details, everything, id, roles, show, tenant};
use access::projection::{identity_key, login_key, sign_in_key};
use access::{
    AccountView, ChangeDetails, ChangeRoles, CloseAccount, Details, EndSession, KeyView, Link,
    Login, MakeKey, Method, Moment, Permission, RenewInvitation, RevokeKey, Role, SessionEnd,
    SessionView, SetPassword, SignIn, SignInByProvider, SignIns, TokenKind, first_administrator,
    password, subject_digest,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use utoipa::PartialSchema;

/// Every type of event that this crate writes.
const TYPES: [&str; 25] = [
    "account-closed",
    "account-opened",
    "administrator-gained",
    "administrator-lost",
    "details-changed",
    "first-administrator-invited",
    "identity-freed",
    "identity-taken",
    "invitation-made",
    "invitation-used",
    "key-granted",
    "key-made",
    "key-narrowed",
    "key-revoked",
    "key-withdrawn",
    "login-freed",
    "login-taken",
    "oidc-linked",
    "password-rehashed",
    "password-set",
    "roles-changed",
    "session-closed",
    "session-opened",
    "sign-in-failed",
    "sign-in-succeeded",
];

const ISSUER: &str = "https://id.example.org";

fn make_key(world: &mut World, key: &str, account: &str, scopes: &[Permission]) -> access::Token {
    let token = world.token(TokenKind::Key, id(key));
    let command = MakeKey {
        key: id(key),
        account: id(account),
        name: format!("key {key}"),
        digest: token.secret.digest(),
        scopes: scopes.iter().copied().collect(),
        giver: everything(),
        expires_at: Some(Moment::of(world.now).plus_seconds(86_400)),
        now: world.now,
    };
    world.run(&command).unwrap();
    token
}

fn set_password(world: &mut World, account: &str, present: &str, keeps: &access::Token) {
    let account = id(account);
    let command = SetPassword {
        proof: world.prove(&account, present),
        person: world.person(&account),
        password: crate::world::cheap_hash(),
        keeps: Some(keeps.id.clone()),
        now: world.now,
        account,
    };
    world.run(&command).unwrap();
}

fn provider(world: &mut World, account: &str, link: Link) -> access::Token {
    let (session, token) = world.new_session(&format!("by-provider-{}", world.events.len()));
    let command = SignInByProvider {
        account: id(account),
        issuer: ISSUER.into(),
        subject: "subject-7".into(),
        link,
        session,
        now: world.now,
    };
    world.run(&command).unwrap();
    token
}

/// The first administrator, a planner with keys, and how the planner leaves.
fn story() -> World {
    let (mut world, administrator) = World::started();
    world.later(60);
    let invitation = world.invite("anna", &[Role::Planner, Role::Administrator]).unwrap();
    world.later(60);
    let first = world.accept(&invitation).unwrap();
    world.later(60);
    assert!(world.sign_in("anna", "no, not this one").unwrap().is_none());
    let second = world.sign_in("anna", PASSWORD).unwrap().unwrap();
    set_password(&mut world, "anna", PASSWORD, &second);
    assert!(world.enter(&first).is_err(), "another password ends other sessions");
    assert!(world.enter(&second).is_ok(), "but not the one it was set in");
    let shop =
        make_key(&mut world, "shop", "anna", &[Permission::OrdersWrite, Permission::OrdersRead]);
    let people =
        make_key(&mut world, "people", "anna", &[Permission::PeopleManage, Permission::OrdersRead]);
    let spare = make_key(&mut world, "spare", "anna", &[Permission::PeopleManage]);
    let old = make_key(&mut world, "old", "anna", &[Permission::OrdersRead]);
    world.run(&RevokeKey { key: id("old"), account: id("anna") }).unwrap();
    assert!(world.enter(&old).is_err());
    let change =
        ChangeRoles { account: id("anna"), roles: roles(&[Role::Planner]), giver: everything() };
    world.run(&change).unwrap();
    assert_eq!(world.enter(&people).unwrap().permissions, [Permission::OrdersRead].into());
    assert!(world.enter(&spare).is_err(), "nothing is left that it may do");
    assert_eq!(world.enter(&shop).unwrap().permissions.len(), 2);
    let person = world.person(&id("anna"));
    let change = ChangeDetails {
        account: id("anna"),
        person,
        details: details("anna.b"),
        giver: everything(),
    };
    world.run(&change).unwrap();
    let by_provider = provider(&mut world, "anna", Link::ByPerson);
    provider(&mut world, "anna", Link::Never);
    let end =
        EndSession { session: second.id.clone(), account: id("anna"), why: SessionEnd::SignedOut };
    world.run(&end).unwrap();
    assert!(world.enter(&second).is_err());
    assert!(world.enter(&by_provider).is_ok());
    rehash(&mut world);
    let secret = world.secret();
    let renew = RenewInvitation {
        account: id("anna"),
        digest: secret.digest(),
        giver: everything(),
        now: world.now,
    };
    world.run(&renew).unwrap();
    world.run(&CloseAccount { account: id("anna") }).unwrap();
    for token in [&by_provider, &shop, &people] {
        assert!(world.enter(token).is_err(), "all ends with the account");
    }
    assert!(world.enter(&administrator).is_ok());
    world
}

/// Anna's hash is of a test's cost: her next sign-in makes it anew.
fn rehash(world: &mut World) {
    let (session, _) = world.new_session("rehashed");
    let person = world.person(&id("anna"));
    let kept = person.password.clone().unwrap();
    let hash = password::rehash(PASSWORD, &kept, *b"another-salt-16b").unwrap();
    let command = SignIn {
        account: id("anna"),
        proof: world.prove(&id("anna"), PASSWORD),
        session,
        rehashed: Some((person, hash)),
        now: world.now,
    };
    world.run(&command).unwrap();
    let kept = world.person(&id("anna")).password.unwrap();
    assert!(!password::needs_rehash(&kept));
    assert!(world.prove(&id("anna"), PASSWORD).is_some());
}

#[test]
fn each_type_of_event_is_as_it_was_kept() {
    let mut text = String::new();
    for event in story().events {
        let (stream, version) = (&event.stream, event.version);
        let (event_type, payload) = (&event.event_type, event.payload.as_str());
        writeln!(text, "{stream} {version} {event_type} {payload}").unwrap();
    }
    compare("crates/access/tests/golden/events.txt", &text);
}

#[test]
fn each_type_of_event_happens_in_the_story() {
    let happened: BTreeSet<String> =
        story().events.into_iter().map(|event| event.event_type).collect();
    assert_eq!(happened.iter().map(String::as_str).collect::<Vec<_>>(), TYPES);
}

#[test]
fn the_rows_are_as_they_were_kept() {
    let mut text = String::new();
    for (key, value) in story().rows {
        writeln!(text, "{key} {value}").unwrap();
    }
    compare("crates/access/tests/golden/rows.txt", &text);
}

#[test]
fn rows_made_anew_are_the_same() {
    let world = story();
    let mut rows = BTreeMap::new();
    for event in &world.events {
        show(event, &mut rows);
    }
    assert_eq!(rows, world.rows);
}

#[test]
fn no_event_holds_personal_data_or_a_secret() {
    let world = story();
    let hash = world.person(&id("administrator")).password.unwrap();
    let hash = serde_json::to_string(&hash).unwrap();
    for event in &world.events {
        let payload = event.payload.as_str();
        for told in ["The person", "mail.example", "anna.b", "$argon2", hash.as_str()] {
            assert!(!payload.contains(told), "{} tells {told}", event.event_type);
        }
    }
    assert!(world.persons[&"account/anna".to_owned()].data.as_str().contains("anna.b"));
}

#[test]
fn what_is_listed_holds_no_digest_of_a_secret() {
    let mut world = World::started().0;
    world.settle("anna", &[Role::Administrator]);
    let renew = RenewInvitation {
        account: id("anna"),
        digest: world.secret().digest(),
        giver: everything(),
        now: world.now,
    };
    world.run(&renew).unwrap();
    make_key(&mut world, "shop", "anna", &[Permission::OrdersRead]);
    let view = serde_json::to_string(&world.account(&id("anna")).view()).unwrap();
    let lists = world.rows.iter().filter(|(key, _)| key.starts_with("account-"));
    let mut shown: Vec<String> = lists.map(|(_, value)| value.clone()).collect();
    assert_eq!(shown.len(), 3, "two sessions and a key");
    shown.push(view);
    for value in shown {
        let longest = value.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max();
        assert!(longest < Some(32), "{value}");
    }
}

#[test]
fn no_schema_of_a_view_speaks_of_a_digest_or_a_hash() {
    let schemas =
        [AccountView::schema(), KeyView::schema(), SessionView::schema(), Details::schema()];
    for schema in schemas {
        let schema = serde_json::to_string(&schema).unwrap();
        assert!(schema.contains("\"properties\""), "{schema}");
        assert!(!schema.contains("\"digest\"") && !schema.contains("\"password\""), "{schema}");
    }
}

#[test]
fn who_signs_in_is_found_by_login_and_by_subject() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    let login = |text: &str| login_key(&Login::parse(text).unwrap());
    assert_eq!(world.rows.get(&login("ANNA")).map(String::as_str), Some("anna"));
    let person = world.person(&id("anna"));
    let change = ChangeDetails {
        account: id("anna"),
        person,
        details: details("anna.b"),
        giver: everything(),
    };
    world.run(&change).unwrap();
    assert_eq!(world.rows.get(&login("anna")), None, "the old login is free");
    assert_eq!(world.rows.get(&login("anna.b")).map(String::as_str), Some("anna"));
    provider(&mut world, "anna", Link::ByPerson);
    let subject = identity_key(&subject_digest(ISSUER, "subject-7"));
    assert_eq!(world.rows.get(&subject).map(String::as_str), Some("anna"));
    let sign_ins: SignIns = world.row(&sign_in_key(&id("anna"))).unwrap();
    assert_eq!(sign_ins.last_succeeded_at(), Some(Moment::of(world.now)));
    world.run(&CloseAccount { account: id("anna") }).unwrap();
    assert_eq!((world.rows.get(&login("anna.b")), world.rows.get(&subject)), (None, None));
}

#[test]
fn sessions_carry_what_their_forms_carry_and_keys_need_nothing() {
    let (mut world, session) = World::started();
    let principal = world.enter(&session).unwrap();
    assert_eq!(principal.actor, "account/administrator");
    assert_eq!(principal.tenant, tenant());
    assert!(principal.may(Permission::PeopleManage));
    let csrf = principal.csrf.clone().unwrap();
    assert!(principal.csrf_matches(&csrf));
    for other in ["", "a", &csrf[1..], &csrf.to_lowercase()] {
        assert!(!principal.csrf_matches(other), "{other}");
    }
    let second = world.sign_in("administrator", PASSWORD).unwrap().unwrap();
    assert!(!world.enter(&second).unwrap().csrf_matches(&csrf), "each session has its own");
    let key = make_key(&mut world, "k", "administrator", &[Permission::OrdersRead]);
    let principal = world.enter(&key).unwrap();
    assert_eq!((principal.actor.as_str(), principal.csrf.clone()), ("key/k", None));
    assert!(principal.csrf_matches(""));
}

#[test]
fn the_first_link_may_be_made_anew_until_one_is_used() {
    let mut world = World::empty();
    let (command, lost) = first_administrator(tenant(), world.secret(), world.now);
    world.run(&command).unwrap();
    let (command, found) = first_administrator(tenant(), world.secret(), world.now);
    world.run(&command).unwrap();
    assert_eq!(world.accept(&lost).unwrap_err().rule, "invitation-not-valid");
    let session = world.accept(&found).unwrap();
    assert_eq!(world.enter(&session).unwrap().permissions, everything());
    let view = world.row::<access::Session>(&access::projection::session_key(&session.id)).unwrap();
    assert_eq!(view.view().method, Method::Invitation);
    let (command, _) = first_administrator(tenant(), world.secret(), world.now);
    assert_eq!(world.run(&command).unwrap_err().rule, "administrator-exists");
}
