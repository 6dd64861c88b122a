//! The same commands in a real store, many at once: what the rules say holds without a gap between
//! asking and recording.

use crate::world::{PASSWORD, cheap_hash, everything, id, roles, tenant};
use access::projection::{account_key, read_row, session_key, sign_in_key};
use access::{
    AcceptInvitation, AccessProjection, Account, ChangeRoles, Id, InviteAccount, NewSession,
    PersonData, Role, Secret, Session, SignIn, Token, TokenKind, authenticate_session,
    first_administrator, password,
};
use events::{Append, Command, Executed, Store, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;

const NOW: Timestamp = Timestamp::from_micros(1_796_000_000_000_000);

/// A store in a folder of its own, with an administrator and a planner, each of [`PASSWORD`].
async fn house(name: &str) -> (Arc<Store>, PathBuf) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("access-{name}-{}", std::process::id()));
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    let store = Arc::new(Store::open_file(&folder.join("store.db")).await.unwrap());
    let (command, link) = first_administrator(tenant(), Secret::from_random([1; 32]), NOW);
    done(&store, &command).await;
    accept(&store, &link).await;
    let secret = Secret::from_random([2; 32]);
    let invite = InviteAccount {
        account: id("anna"),
        details: crate::world::details("anna"),
        roles: roles(&[Role::Planner]),
        digest: secret.digest(),
        giver: everything(),
        now: NOW,
    };
    done(&store, &invite).await;
    let link = Token { kind: TokenKind::Invitation, tenant: tenant(), id: id("anna"), secret };
    accept(&store, &link).await;
    (store, folder)
}

async fn execute(store: &Store, command: &dyn Command) -> Executed {
    let head = Append::new(tenant(), "test", NOW);
    store.execute(&head, command, &|_| {}).await.unwrap()
}

async fn done(store: &Store, command: &dyn Command) {
    let executed = execute(store, command).await;
    assert!(matches!(executed, Executed::Done(_)), "{executed:?}");
}

async fn person(store: &Store, account: &Id) -> PersonData {
    let person = store.person(&tenant(), &PersonData::id_of(account)).await.unwrap();
    PersonData::read(&person.unwrap()).unwrap()
}

async fn accept(store: &Store, link: &Token) -> Token {
    let secret = Secret::from_random([link.id.as_str().len() as u8; 32]);
    let session = NewSession { id: id(&format!("first-{}", link.id)), digest: secret.digest() };
    let token =
        Token { kind: TokenKind::Session, tenant: tenant(), id: session.id.clone(), secret };
    let command = AcceptInvitation {
        account: link.id.clone(),
        secret: link.secret.clone(),
        person: person(store, &link.id).await,
        password: cheap_hash(),
        session,
        now: NOW,
    };
    done(store, &command).await;
    token
}

async fn row<T: serde::de::DeserializeOwned>(store: &Store, key: &str) -> Option<T> {
    while !store.project(&tenant(), &AccessProjection).await.unwrap().caught_up {}
    let row = store.row(&tenant(), "access", key).await.unwrap();
    row.map(|value| read_row(&value).unwrap())
}

/// Runs a test on threads of its own.
fn on_threads(test: impl Future<Output = ()>) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(4).enable_all().build().unwrap();
    runtime.block_on(test);
}

/// Asks all at once; the rules of those that were refused.
async fn at_once(store: &Arc<Store>, commands: Vec<impl Command + 'static>) -> Vec<&'static str> {
    let tasks: Vec<_> = commands
        .into_iter()
        .map(|command| {
            let store = Arc::clone(store);
            tokio::spawn(async move { execute(&store, &command).await })
        })
        .collect();
    let mut refused = Vec::new();
    for task in tasks {
        if let Executed::Refused(refusal) = task.await.unwrap() {
            refused.push(refusal.rule);
        }
    }
    refused
}

#[test]
fn many_guesses_at_once_are_five_guesses() {
    on_threads(async {
        let (store, folder) = house("guesses").await;
        let guess = |n: u8| SignIn {
            account: id("anna"),
            proof: None,
            session: NewSession {
                id: Id::from_random([n; 12]),
                digest: Secret::from_random([n; 32]).digest(),
            },
            rehashed: None,
            now: NOW,
        };
        let refused = at_once(&store, (0..30).map(guess).collect()).await;
        assert_eq!(refused, ["sign-in-waits"; 25], "five count, the others wait");
        let tries: access::SignIns = row(&store, &sign_in_key(&id("anna"))).await.unwrap();
        assert!(tries.waits_until(NOW).is_some());
        store.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    });
}

#[test]
fn administrators_who_demote_each_other_at_once_leave_one() {
    on_threads(async {
        let (store, folder) = house("demote").await;
        let change = |account: &str, role: Role| ChangeRoles {
            account: id(account),
            roles: roles(&[role]),
            giver: everything(),
        };
        done(&store, &change("anna", Role::Administrator)).await;
        let down = ["anna", "administrator"].map(|who| change(who, Role::Planner));
        assert_eq!(at_once(&store, down.into()).await, ["last-administrator"]);
        store.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    });
}

#[test]
fn who_signs_in_is_let_in_by_two_rows() {
    on_threads(async {
        let (store, folder) = house("rows").await;
        let secret = Secret::from_random([9; 32]);
        let token = Token { kind: TokenKind::Session, tenant: tenant(), id: id("desk"), secret };
        let session = NewSession { id: id("desk"), digest: token.secret.digest() };
        let person = person(&store, &id("anna")).await;
        let proof = password::prove(Some((&id("anna"), &person)), PASSWORD);
        let command = SignIn { account: id("anna"), proof, session, rehashed: None, now: NOW };
        done(&store, &command).await;
        let token = Token::parse(&token.reveal()).unwrap();
        let session: Session = row(&store, &session_key(&token.id)).await.unwrap();
        let account: Account = row(&store, &account_key(session.account())).await.unwrap();
        let principal = authenticate_session(&token, Some(&session), Some(&account), NOW).unwrap();
        assert_eq!(principal.actor, "account/anna");
        store.close().await;
        std::fs::remove_dir_all(folder).unwrap();
    });
}
