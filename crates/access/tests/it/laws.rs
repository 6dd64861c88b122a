//! What holds whatever people do, in whatever order.

use crate::world::{PASSWORD, World, details, everything, id, roles, show};
use access::projection::{account_key, account_keys_prefix, key_key, login_key};
use access::{
    Account, AccountState, ChangeDetails, ChangeRoles, CloseAccount, Key, KeyView, Link, Login,
    MakeKey, Permission, RenewInvitation, RevokeKey, Role, SetPassword, SignInByProvider, Token,
    TokenKind, permissions_of,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const PEOPLE: [&str; 4] = ["administrator", "anna", "berta", "carla"];

/// Something that somebody tries; whether it is accepted is the rules' matter.
#[derive(Debug, Clone)]
enum Try {
    Invite(usize, Vec<Role>),
    Accept(usize),
    Renew(usize),
    SignIn(usize, bool),
    Provider(usize, u8),
    SetPassword(usize),
    Login(usize, u8),
    Roles(usize, Vec<Role>),
    Key(usize, Vec<Permission>),
    Revoke(usize, u8),
    Close(usize),
    Later(i64),
}

fn some_roles() -> impl Strategy<Value = Vec<Role>> {
    let role = prop::sample::select(vec![
        Role::Planner,
        Role::Packer,
        Role::Auditor,
        Role::Administrator,
        Role::Administrator,
    ]);
    prop::collection::vec(role, 1..3)
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let who = 0..PEOPLE.len();
    let scope = prop::sample::select(vec![
        Permission::OrdersRead,
        Permission::PlansWrite,
        Permission::PeopleManage,
    ]);
    let one = prop_oneof![
        (who.clone(), some_roles()).prop_map(|(who, held)| Try::Invite(who, held)),
        who.clone().prop_map(Try::Accept),
        who.clone().prop_map(Try::Renew),
        (who.clone(), any::<bool>()).prop_map(|(who, right)| Try::SignIn(who, right)),
        (who.clone(), 0..3_u8).prop_map(|(who, subject)| Try::Provider(who, subject)),
        who.clone().prop_map(Try::SetPassword),
        (who.clone(), 0..3_u8).prop_map(|(who, login)| Try::Login(who, login)),
        (who.clone(), some_roles()).prop_map(|(who, held)| Try::Roles(who, held)),
        (who.clone(), prop::collection::vec(scope, 1..4)).prop_map(|(who, s)| Try::Key(who, s)),
        (who.clone(), 0..6_u8).prop_map(|(who, key)| Try::Revoke(who, key)),
        who.prop_map(Try::Close),
        (0..100_000_i64).prop_map(Try::Later),
    ];
    prop::collection::vec(one, 1..60)
}

#[derive(Default)]
struct Held {
    invitations: BTreeMap<&'static str, Token>,
    tokens: Vec<Token>,
    n_keys: u8,
}

fn attempt(world: &mut World, held: &mut Held, step: Try) {
    match step {
        Try::Later(seconds) => world.later(seconds),
        Try::Invite(who, roles) => {
            if let Ok(token) = world.invite(PEOPLE[who], &roles) {
                held.invitations.insert(PEOPLE[who], token);
            }
        }
        Try::Accept(who) => {
            let token = held.invitations.get(PEOPLE[who]).cloned();
            held.tokens.extend(token.and_then(|token| world.accept(&token).ok()));
        }
        Try::Renew(who) => {
            let token = world.token(TokenKind::Invitation, id(PEOPLE[who]));
            let (digest, now) = (token.secret.digest(), world.now);
            let renew =
                RenewInvitation { account: token.id.clone(), digest, giver: everything(), now };
            if world.run(&renew).is_ok() {
                held.invitations.insert(PEOPLE[who], token);
            }
        }
        Try::Key(who, scopes) => {
            let token = world.token(TokenKind::Key, id(&format!("key{}", held.n_keys)));
            held.n_keys += 1;
            let make = MakeKey {
                key: token.id.clone(),
                account: id(PEOPLE[who]),
                name: "a key".into(),
                digest: token.secret.digest(),
                scopes: scopes.into_iter().collect(),
                giver: everything(),
                expires_at: None,
                now: world.now,
            };
            if world.run(&make).is_ok() {
                held.tokens.push(token);
            }
        }
        Try::Revoke(who, key) => {
            let revoke = RevokeKey { key: id(&format!("key{key}")), account: id(PEOPLE[who]) };
            drop(world.run(&revoke));
        }
        Try::Roles(who, held) => {
            let (account, roles) = (id(PEOPLE[who]), roles(&held));
            drop(world.run(&ChangeRoles { account, roles, giver: everything() }));
        }
        Try::Close(who) => drop(world.run(&CloseAccount { account: id(PEOPLE[who]) })),
        Try::Provider(who, subject) => {
            let (session, token) = world.new_session(&format!("p{}", world.events.len()));
            let sign_in = SignInByProvider {
                account: id(PEOPLE[who]),
                issuer: "https://id.example.org".into(),
                subject: subject.to_string(),
                link: Link::ByPerson,
                session,
                now: world.now,
            };
            held.tokens.extend(world.run(&sign_in).is_ok().then_some(token));
        }
        Try::SignIn(..) | Try::SetPassword(_) | Try::Login(..) => with_person(world, held, &step),
    }
}

/// What needs the data of a person who was invited.
fn with_person(world: &mut World, held: &mut Held, step: &Try) {
    let (Try::SignIn(who, _) | Try::SetPassword(who) | Try::Login(who, _)) = *step else { return };
    let account = id(PEOPLE[who]);
    if !world.persons.contains_key(&format!("account/{account}")) {
        return;
    }
    match *step {
        Try::SignIn(_, right) => {
            let password = if right { PASSWORD } else { "no, not this one" };
            held.tokens.extend(world.sign_in(PEOPLE[who], password).ok().flatten());
        }
        Try::SetPassword(_) => {
            let set = SetPassword {
                proof: world.prove(&account, PASSWORD),
                person: world.person(&account),
                password: crate::world::cheap_hash(),
                keeps: None,
                now: world.now,
                account,
            };
            drop(world.run(&set));
        }
        Try::Login(_, login) => {
            let person = world.person(&account);
            let details = details(&format!("login{login}"));
            drop(world.run(&ChangeDetails { account, person, details, giver: everything() }));
        }
        _ => {}
    }
}

fn check_laws(world: &World, held: &Held) -> Result<(), TestCaseError> {
    let accounts: Vec<Account> =
        PEOPLE.iter().filter_map(|who| world.row(&account_key(&id(who)))).collect();
    let administrators = accounts.iter().map(Account::view).filter(|view| {
        view.state == AccountState::Active && view.roles.contains(&Role::Administrator)
    });
    prop_assert!(administrators.count() >= 1, "somebody can let others in");
    let mut logins = BTreeSet::new();
    for account in accounts.iter().map(Account::view) {
        let keys = account_keys_prefix(&account.id);
        let keys: Vec<KeyView> = world
            .rows
            .range(keys.clone()..)
            .take_while(|(key, _)| key.starts_with(&keys))
            .map(|(_, value)| serde_json::from_str(value).unwrap())
            .collect();
        prop_assert_eq!(keys.len() as u64, account.n_keys);
        for view in keys {
            prop_assert!(view.scopes.is_subset(&account.permissions), "{:?}", view);
            let key: Key = world.row(&key_key(&view.id)).unwrap();
            prop_assert_eq!(key.view(), &view);
        }
        if account.state == AccountState::Closed {
            continue;
        }
        let login: Login = world.person(&account.id).details.login;
        let row = world.rows.get(&login_key(&login)).map(String::as_str);
        prop_assert_eq!(row, Some(account.id.as_str()));
        prop_assert!(logins.insert(login), "one login, one account");
    }
    let n_logins = world.rows.keys().filter(|key| key.starts_with("login/")).count();
    prop_assert_eq!(n_logins, logins.len(), "a closed account's login is free");
    for token in &held.tokens {
        if let Ok(principal) = world.enter(token) {
            let view = world.account(&principal.account).view();
            prop_assert_eq!(view.state, AccountState::Active);
            prop_assert!(principal.permissions.is_subset(&permissions_of(&view.roles)));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_people_do_the_laws_hold(steps in tries()) {
        let (mut world, session) = World::started();
        let mut held = Held { tokens: vec![session], ..Held::default() };
        for step in steps {
            attempt(&mut world, &mut held, step);
            check_laws(&world, &held)?;
        }
        let mut rows = BTreeMap::new();
        for event in &world.events {
            show(event, &mut rows);
        }
        prop_assert_eq!(rows, world.rows);
    }
}
