//! Each refusal, and what does not bring it about.

use crate::world::{PASSWORD, World, cheap_hash, details, everything, id, payload, roles, tenant};
use access::key::KEYS_MAX;
use access::lockout::FAILURES_FREE;
use access::session::SESSION_SECONDS;
use access::{
    AcceptInvitation, Account, ChangeDetails, ChangeRoles, CloseAccount, DeniedReason, EndSession,
    InviteAccount, Link, MakeKey, Moment, NewSession, Permission, RenewInvitation, RevokeKey, Role,
    SessionEnd, SetPassword, SignIn, SignInByProvider, Token, TokenKind, check_invitation,
    permissions_of,
};
use events::{Command, Digest, Event, RefusalKind, StreamId};
use std::collections::BTreeSet;

fn refused(world: &mut World, command: &dyn Command) -> &'static str {
    let before = world.events.len();
    let refusal = world.run(command).expect_err("a refusal");
    assert_eq!(world.events.len(), before);
    assert!(refusal.detail.len() > 20, "{} says the mend", refusal.rule);
    refusal.rule
}

fn invitation(account: &str, login: &str, held: &[Role], world: &World) -> InviteAccount {
    InviteAccount {
        account: id(account),
        details: details(login),
        roles: roles(held),
        digest: access::Secret::from_random([200; 32]).digest(),
        giver: everything(),
        now: world.now,
    }
}

#[test]
fn invitations_are_refused_for_what_they_would_bring_about() {
    let mut empty = World::empty();
    let early = invitation("b", "b", &[Role::Packer], &empty);
    assert_eq!(refused(&mut empty, &early), "no-administrator");
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    let good = invitation("b", "b", &[Role::Packer], &world);
    let planner = permissions_of(&[Role::Planner]);
    for (command, rule) in [
        (InviteAccount { roles: BTreeSet::new(), ..good.clone() }, "no-role"),
        (InviteAccount { account: id("anna"), ..good.clone() }, "account-exists"),
        (InviteAccount { details: details("ANNA"), ..good.clone() }, "login-taken"),
        (InviteAccount { giver: planner, ..good.clone() }, "beyond-own-permissions"),
    ] {
        assert_eq!(refused(&mut world, &command), rule);
    }
    let mut nameless = good.clone();
    nameless.details.name = " ".into();
    assert_eq!(refused(&mut world, &nameless), "name-not-plain");
    world.run(&good).unwrap();
}

#[test]
fn an_invitation_is_used_once_in_time_and_by_who_was_given_it() {
    let (mut world, _) = World::started();
    let token = world.invite("anna", &[Role::Planner]).unwrap();
    let forged = Token { secret: world.secret(), ..token.clone() };
    assert_eq!(world.accept(&forged).unwrap_err().rule, "invitation-not-valid");
    let mut late = world.clone();
    late.later(access::invite::INVITATION_SECONDS);
    assert_eq!(late.accept(&token).unwrap_err().rule, "invitation-not-valid");
    world.later(access::invite::INVITATION_SECONDS - 1);
    let again = token.clone();
    let session = world.accept(&token).unwrap();
    assert!(world.enter(&session).is_ok());
    assert_eq!(world.accept(&again).unwrap_err().rule, "invitation-not-valid");
    let none = check_invitation(None, &again.secret, world.now).unwrap_err();
    assert_eq!(
        none.rule, "invitation-not-valid",
        "an account that never was is told in the same way"
    );
}

#[test]
fn a_lost_password_is_replaced_by_an_invitation_which_ends_all_sessions() {
    let (mut world, _) = World::started();
    let old = world.settle("anna", &[Role::Administrator]);
    let secret = world.secret();
    let renew = RenewInvitation {
        account: id("anna"),
        digest: secret.digest(),
        giver: everything(),
        now: world.now,
    };
    let weaker = RenewInvitation { giver: permissions_of(&[Role::Planner]), ..renew.clone() };
    assert_eq!(refused(&mut world, &weaker), "beyond-own-permissions", "it would be a way up");
    let unknown = RenewInvitation { account: id("nobody"), ..renew.clone() };
    assert_eq!(refused(&mut world, &unknown), "account-unknown");
    world.run(&renew).unwrap();
    assert!(world.enter(&old).is_ok(), "until the link is used all is as it was");
    let token = Token { kind: TokenKind::Invitation, tenant: tenant(), id: id("anna"), secret };
    let new = world.accept(&token).unwrap();
    assert_eq!(world.enter(&old).unwrap_err().reason, DeniedReason::Superseded);
    assert!(world.enter(&new).is_ok());
}

#[test]
fn the_last_administrator_stays() {
    let (mut world, _) = World::started();
    let down = ChangeRoles {
        account: id("administrator"),
        roles: roles(&[Role::Planner]),
        giver: everything(),
    };
    let close = CloseAccount { account: id("administrator") };
    world.invite("anna", &[Role::Administrator]).unwrap();
    assert_eq!(
        refused(&mut world, &down),
        "last-administrator",
        "an invited one cannot sign in yet"
    );
    assert_eq!(refused(&mut world, &close), "last-administrator");
    world.settle("berta", &[Role::Planner]);
    let up = ChangeRoles {
        account: id("berta"),
        roles: roles(&[Role::Administrator]),
        giver: everything(),
    };
    world.run(&up).unwrap();
    world.run(&down).unwrap();
    let close = CloseAccount { account: id("berta") };
    assert_eq!(refused(&mut world, &close), "last-administrator");
}

#[test]
fn roles_are_changed_within_what_the_giver_holds() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    let change = ChangeRoles {
        account: id("anna"),
        roles: roles(&[Role::Planner, Role::Packer]),
        giver: everything(),
    };
    let none = ChangeRoles { roles: BTreeSet::new(), ..change.clone() };
    assert_eq!(refused(&mut world, &none), "no-role");
    let weaker =
        ChangeRoles { giver: BTreeSet::from([Permission::PeopleManage]), ..change.clone() };
    assert_eq!(refused(&mut world, &weaker), "beyond-own-permissions");
    world.run(&change).unwrap();
    assert_eq!(world.run(&change).unwrap(), Vec::<String>::new(), "the same again is nothing");
}

#[test]
fn what_is_closed_stays_closed() {
    let (mut world, _) = World::started();
    let session = world.settle("anna", &[Role::Planner]);
    let person = world.person(&id("anna"));
    let proof = world.prove(&id("anna"), PASSWORD);
    world.run(&CloseAccount { account: id("anna") }).unwrap();
    assert_eq!(world.enter(&session).unwrap_err().reason, DeniedReason::AccountNotActive);
    let again = CloseAccount { account: id("anna") };
    assert_eq!(refused(&mut world, &again), "account-closed");
    let (new, _) = world.new_session("after");
    let sign_in =
        SignIn { account: id("anna"), proof, session: new, rehashed: None, now: world.now };
    assert_eq!(refused(&mut world, &sign_in), "account-closed");
    let change = ChangeDetails {
        account: id("anna"),
        person,
        details: details("other"),
        giver: everything(),
    };
    assert_eq!(refused(&mut world, &change), "account-closed");
    world.invite("another", &[Role::Packer]).unwrap();
    let mut reuse = invitation("anna-2", "anna", &[Role::Packer], &world);
    reuse.details = details("anna");
    world.run(&reuse).expect("the login is free for somebody else");
}

#[test]
fn after_five_failures_the_right_password_waits_too() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    for _ in 0..FAILURES_FREE {
        assert!(world.sign_in("anna", "no, not this one").unwrap().is_none());
    }
    for password in [PASSWORD, "no, not this one"] {
        let refusal = world.sign_in("anna", password).unwrap_err();
        assert_eq!(refusal.rule, "sign-in-waits", "whether it was right is not told");
    }
    world.later(59);
    assert_eq!(world.sign_in("anna", PASSWORD).unwrap_err().rule, "sign-in-waits");
    world.later(1);
    assert!(world.sign_in("anna", PASSWORD).unwrap().is_some());
    assert!(world.sign_in("anna", "no, not this one").unwrap().is_none(), "the count began anew");
}

#[test]
fn a_password_is_set_by_who_knows_the_present_one_and_failures_count() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    world.settle("berta", &[Role::Planner]);
    let set = SetPassword {
        account: id("anna"),
        proof: world.prove(&id("anna"), PASSWORD),
        person: world.person(&id("anna")),
        password: cheap_hash(),
        keeps: None,
        now: world.now,
    };
    let other = SetPassword { proof: world.prove(&id("berta"), PASSWORD), ..set.clone() };
    assert_eq!(refused(&mut world, &other), "proof-of-another");
    let wrong = SetPassword { proof: None, ..set.clone() };
    for _ in 0..FAILURES_FREE {
        assert_eq!(world.run(&wrong).unwrap(), ["sign-in-failed"], "nothing is set");
    }
    assert_eq!(refused(&mut world, &set), "sign-in-waits");
    world.later(60);
    let set = SetPassword { now: world.now, ..set };
    assert_eq!(world.run(&set).unwrap(), ["password-set"]);
    assert_eq!(refused(&mut world, &set), "person-changed", "the proof is of the password before");
}

#[test]
fn what_was_proven_before_a_change_counts_no_more() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    let (session, _) = world.new_session("slow");
    let proof = world.prove(&id("anna"), PASSWORD);
    let slow = SignIn { account: id("anna"), proof, session, rehashed: None, now: world.now };
    let person = world.person(&id("anna"));
    let details_of = |login: &str| ChangeDetails {
        account: id("anna"),
        person: person.clone(),
        details: details(login),
        giver: everything(),
    };
    assert_eq!(refused(&mut world, &details_of("administrator")), "login-taken");
    let people = BTreeSet::from([Permission::PeopleManage]);
    let weaker = ChangeDetails { giver: people, ..details_of("anna.b") };
    assert_eq!(refused(&mut world, &weaker), "beyond-own-permissions", "a login is a way in");
    world.run(&details_of("anna.b")).unwrap();
    assert_eq!(refused(&mut world, &slow), "person-changed");
    assert_eq!(refused(&mut world, &details_of("anna.c")), "person-changed");
}

#[test]
fn accounts_that_are_not_there_or_only_invited() {
    let (mut world, _) = World::started();
    world.invite("anna", &[Role::Planner]).unwrap();
    for (account, rule) in [("nobody", "account-unknown"), ("anna", "account-not-active")] {
        let (session, _) = world.new_session("s");
        let sign_in =
            SignIn { account: id(account), proof: None, session, rehashed: None, now: world.now };
        assert_eq!(refused(&mut world, &sign_in), rule);
        let make = key(account, &world);
        assert_eq!(refused(&mut world, &make), rule);
    }
}

#[test]
fn sessions_end_in_time_and_by_their_own_account() {
    let (mut world, session) = World::started();
    world.settle("anna", &[Role::Planner]);
    let end = |account: &str, session: &Token| EndSession {
        session: session.id.clone(),
        account: id(account),
        why: SessionEnd::Ended,
    };
    assert_eq!(refused(&mut world, &end("anna", &session)), "session-unknown");
    let person = world.person(&id("administrator"));
    let again = AcceptInvitation {
        account: id("anna"),
        secret: world.secret(),
        person,
        password: cheap_hash(),
        session: NewSession { id: session.id.clone(), digest: session.secret.digest() },
        now: world.now,
    };
    assert_eq!(refused(&mut world, &again), "invitation-not-valid");
    let twice = SignIn {
        account: id("anna"),
        proof: world.prove(&id("anna"), PASSWORD),
        session: NewSession { id: session.id.clone(), digest: session.secret.digest() },
        rehashed: None,
        now: world.now,
    };
    assert_eq!(refused(&mut world, &twice), "session-exists");
    let mut later = world.clone();
    later.later(SESSION_SECONDS - 1);
    assert!(later.enter(&session).is_ok());
    later.later(1);
    assert_eq!(later.enter(&session).unwrap_err().reason, DeniedReason::Expired);
    world.run(&end("administrator", &session)).unwrap();
    assert_eq!(world.enter(&session).unwrap_err().reason, DeniedReason::Unknown);
    assert_eq!(world.run(&end("administrator", &session)).unwrap(), Vec::<String>::new());
}

fn key(account: &str, world: &World) -> MakeKey {
    MakeKey {
        key: id("k"),
        account: id(account),
        name: "shop".into(),
        digest: access::Secret::from_random([201; 32]).digest(),
        scopes: BTreeSet::from([Permission::OrdersRead]),
        giver: everything(),
        expires_at: None,
        now: world.now,
    }
}

#[test]
fn keys_may_do_no_more_than_who_makes_them() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    let good = key("anna", &world);
    let people = BTreeSet::from([Permission::PeopleManage]);
    let meters = BTreeSet::from([Permission::MetersRead]);
    for (command, rule) in [
        (MakeKey { name: "\t".into(), ..good.clone() }, "key-name-not-plain"),
        (MakeKey { scopes: BTreeSet::new(), ..good.clone() }, "no-scope"),
        (MakeKey { expires_at: Some(Moment::of(world.now)), ..good.clone() }, "key-expired"),
        (MakeKey { scopes: people, ..good.clone() }, "beyond-own-permissions"),
        (MakeKey { giver: meters, ..good.clone() }, "beyond-own-permissions"),
    ] {
        assert_eq!(refused(&mut world, &command), rule);
    }
    world.run(&good).unwrap();
    assert_eq!(refused(&mut world, &good), "key-exists");
    let revoke = RevokeKey { key: id("k"), account: id("administrator") };
    assert_eq!(refused(&mut world, &revoke), "key-unknown", "another's is not there");
    let revoke = RevokeKey { key: id("k"), account: id("anna") };
    world.run(&revoke).unwrap();
    assert_eq!(world.run(&revoke).unwrap(), Vec::<String>::new());
    assert_eq!(refused(&mut world, &good), "key-exists", "an id is never used again");
    for n in 0..KEYS_MAX {
        world.run(&MakeKey { key: id(&format!("k{n}")), ..good.clone() }).unwrap();
    }
    let one_more = MakeKey { key: id("more"), ..good.clone() };
    assert_eq!(refused(&mut world, &one_more), "keys-many");
}

#[test]
fn tokens_open_only_their_own_door() {
    let (mut world, session) = World::started();
    let token = world.token(TokenKind::Key, id("k"));
    let expires_at = Some(Moment::of(world.now).plus_seconds(10));
    let make =
        MakeKey { digest: token.secret.digest(), expires_at, ..key("administrator", &world) };
    world.run(&make).unwrap();
    assert!(world.enter(&token).is_ok());
    let secret = world.secret();
    for (token, reason) in [
        (Token { secret: secret.clone(), ..token.clone() }, DeniedReason::WrongSecret),
        (Token { secret, ..session.clone() }, DeniedReason::WrongSecret),
        (Token { id: id("none"), ..token.clone() }, DeniedReason::Unknown),
        (Token { id: id("none"), ..session.clone() }, DeniedReason::Unknown),
        (Token { kind: TokenKind::Invitation, ..session.clone() }, DeniedReason::WrongKind),
    ] {
        let denied = world.enter(&token).unwrap_err();
        assert_eq!(denied.reason, reason);
        assert!(denied.to_string().starts_with("Not signed in"), "one answer for all");
    }
    world.later(10);
    assert_eq!(world.enter(&token).unwrap_err().reason, DeniedReason::Expired);
}

#[test]
fn a_subject_of_a_provider_is_one_accounts() {
    let (mut world, _) = World::started();
    world.settle("anna", &[Role::Planner]);
    world.invite("berta", &[Role::Administrator]).unwrap();
    let by = |account: &str, name: &str, link: Link, world: &mut World| SignInByProvider {
        account: id(account),
        issuer: "https://id.example.org".into(),
        subject: "7".into(),
        link,
        session: world.new_session(name).0,
        now: world.now,
    };
    let unlinked = by("anna", "s1", Link::Never, &mut world);
    assert_eq!(refused(&mut world, &unlinked), "identity-not-linked");
    let in_use = by("anna", "s1", Link::ByAddress, &mut world);
    assert_eq!(refused(&mut world, &in_use), "account-in-use");
    let link = by("berta", "s2", Link::ByPerson, &mut world);
    let types = world.run(&link).unwrap();
    assert!(types.contains(&"administrator-gained".into()), "an invited account comes into use");
    let other = by("anna", "s3", Link::ByPerson, &mut world);
    assert_eq!(refused(&mut world, &other), "identity-taken");
    world.run(&CloseAccount { account: id("berta") }).unwrap();
    let closed = by("berta", "s4", Link::ByPerson, &mut world);
    assert_eq!(refused(&mut world, &closed), "account-closed");
    let freed = by("anna", "s5", Link::ByPerson, &mut world);
    world.run(&freed).unwrap();
}

#[test]
fn linking_ends_the_invitation() {
    let (mut world, _) = World::started();
    let invitation = world.invite("anna", &[Role::Planner]).unwrap();
    let link = SignInByProvider {
        account: id("anna"),
        issuer: "https://id.example.org".into(),
        subject: "7".into(),
        link: Link::ByPerson,
        session: world.new_session("s").0,
        now: world.now,
    };
    world.run(&link).unwrap();
    assert_eq!(world.accept(&invitation).unwrap_err().rule, "invitation-not-valid");
}

#[test]
fn what_a_principal_may_not_do_is_named() {
    let (mut world, _) = World::started();
    let session = world.settle("anna", &[Role::Packer]);
    let principal = world.enter(&session).unwrap();
    assert!(principal.check(Permission::ParcelsPack).is_ok());
    let refusal = principal.check(Permission::PlansRelease).unwrap_err();
    assert_eq!((refusal.rule, refusal.kind), ("not-permitted", RefusalKind::State));
    assert!(refusal.detail.contains("plans-release"));
}

#[test]
fn an_event_of_a_later_version_is_refused_not_guessed() {
    let (world, _) = World::started();
    let stream = StreamId::new("account", "administrator").unwrap();
    let version = world.events.iter().filter(|event| event.stream == stream).count() as u64 + 1;
    let event = Event {
        tenant: tenant(),
        position: world.events.len() as u64 + 1,
        stream,
        version,
        event_type: "account-suspended".into(),
        schema_version: 1,
        payload: payload("{}"),
        actor: "test".into(),
        recorded_at: world.now,
        correlation: None,
        causation: None,
        digest: Digest::ZERO,
    };
    for (event_type, schema_version) in [("account-suspended", 1), ("account-closed", 2)] {
        let mut world = world.clone();
        world.events.push(Event { event_type: event_type.into(), schema_version, ..event.clone() });
        let close = CloseAccount { account: id("administrator") };
        assert_eq!(refused(&mut world, &close), "event-not-known");
    }
    let stream = Account::stream(&id("administrator"));
    assert_eq!(stream, event.stream);
}
