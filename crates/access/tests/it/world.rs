//! A house without a database: events in a list, rows and persons in maps. Each write is held to the
//! version that it expects, and each event is shown by the projection at once.

use access::projection::{account_key, key_key, read_row, session_key};
use access::{
    AcceptInvitation, AccessProjection, Account, Denied, Details, Id, InviteAccount, Key, Login,
    NewSession, PasswordHash, Permission, PersonData, Principal, Proof, Role, Secret, Session,
    SignIn, Token, TokenKind, authenticate_key, authenticate_session, first_administrator,
    password, permissions_of,
};
use events::{
    Command, Digest, Event, Expected, History, Payload, Person, Projection, Refusal, Rows, Tenant,
    Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const PASSWORD: &str = "correct horse battery stable";

/// The hash of [`PASSWORD`] at a cost for tests: by `argon2 sixteen-byte-slt -id -t 1 -k 64 -p 1 -e`.
const CHEAP: &str = "$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbi1ieXRlLXNsdA$tVGHoyfO0F9unRpyl4BBpLQJ2eipRVhSCTU0Dgbo6os";

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<Event>,
    pub(crate) rows: BTreeMap<String, String>,
    pub(crate) persons: BTreeMap<String, Person>,
    actor: String,
    n_random: u8,
}

pub(crate) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

pub(crate) fn tenant() -> Tenant {
    Tenant::new("acme").unwrap()
}

pub(crate) fn details(login: &str) -> Details {
    Details {
        name: format!("The person {login}"),
        login: Login::parse(login).unwrap(),
        email: Some(format!("{login}@mail.example")),
    }
}

pub(crate) fn roles(roles: &[Role]) -> BTreeSet<Role> {
    roles.iter().copied().collect()
}

pub(crate) fn everything() -> BTreeSet<Permission> {
    permissions_of(&Role::ALL)
}

pub(crate) fn cheap_hash() -> PasswordHash {
    serde_json::from_value(CHEAP.into()).unwrap()
}

impl World {
    /// A house in which nothing has happened.
    pub(crate) fn empty() -> Self {
        Self {
            now: Timestamp::from_micros(1_796_000_000_000_000),
            events: Vec::new(),
            rows: BTreeMap::new(),
            persons: BTreeMap::new(),
            actor: "test".into(),
            n_random: 0,
        }
    }

    /// A house whose first administrator has signed in, with that session's token.
    pub(crate) fn started() -> (Self, Token) {
        let mut world = Self::empty();
        let (command, invitation) = first_administrator(tenant(), world.secret(), world.now);
        world.run(&command).unwrap();
        let session = world.accept(&invitation).unwrap();
        (world, session)
    }

    pub(crate) fn later(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }

    pub(crate) fn secret(&mut self) -> Secret {
        self.n_random += 1;
        Secret::from_random([self.n_random; 32])
    }

    pub(crate) fn token(&mut self, kind: TokenKind, id: Id) -> Token {
        Token { kind, tenant: tenant(), id, secret: self.secret() }
    }

    /// Asks a command as the store does; the types of the events that it recorded.
    pub(crate) fn run(&mut self, command: &dyn Command) -> Result<Vec<String>, Refusal> {
        let streams = command.streams()?;
        let looked_at = self.events.iter().filter(|event| streams.contains(&event.stream)).cloned();
        let decision = command.decide(&History::of(looked_at))?;
        let mut types = Vec::new();
        for write in decision.writes {
            let version = self.events.iter().filter(|event| event.stream == write.stream).count();
            if let Expected::Version(expected) = write.expected {
                assert!(streams.contains(&write.stream), "{} was not looked at", write.stream);
                assert_eq!(version as u64, expected, "{}", write.stream);
            }
            for (at, new) in write.events.into_iter().enumerate() {
                types.push(new.event_type.clone());
                self.record(Event {
                    tenant: tenant(),
                    position: self.events.len() as u64 + 1,
                    stream: write.stream.clone(),
                    version: (version + at) as u64 + 1,
                    event_type: new.event_type,
                    schema_version: new.schema_version,
                    payload: new.payload,
                    actor: self.actor.clone(),
                    recorded_at: self.now,
                    correlation: None,
                    causation: None,
                    digest: Digest::ZERO,
                });
            }
        }
        for person in decision.persons {
            self.persons.insert(person.person.clone(), person);
        }
        Ok(types)
    }

    pub(crate) fn record(&mut self, event: Event) {
        show(&event, &mut self.rows);
        self.events.push(event);
    }

    pub(crate) fn row<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.rows.get(key).map(|value| read_row(value).unwrap())
    }

    pub(crate) fn account(&self, account: &Id) -> Account {
        self.row(&account_key(account)).unwrap()
    }

    pub(crate) fn person(&self, account: &Id) -> PersonData {
        PersonData::read(&self.persons[&PersonData::id_of(account)]).unwrap()
    }

    pub(crate) fn new_session(&mut self, name: &str) -> (NewSession, Token) {
        let token = self.token(TokenKind::Session, id(name));
        (NewSession { id: token.id.clone(), digest: token.secret.digest() }, token)
    }

    /// Invites a person, as an administrator.
    pub(crate) fn invite(&mut self, account: &str, held: &[Role]) -> Result<Token, Refusal> {
        let token = self.token(TokenKind::Invitation, id(account));
        self.run(&InviteAccount {
            account: id(account),
            details: details(account),
            roles: roles(held),
            digest: token.secret.digest(),
            giver: everything(),
            now: self.now,
        })?;
        Ok(token)
    }

    /// Uses an invitation with [`PASSWORD`]; the session that it opened is named after the moment.
    pub(crate) fn accept(&mut self, invitation: &Token) -> Result<Token, Refusal> {
        let name = format!("accepted-{}", self.events.len());
        let (session, token) = self.new_session(&name);
        self.run(&AcceptInvitation {
            account: invitation.id.clone(),
            secret: invitation.secret.clone(),
            person: self.person(&invitation.id),
            password: cheap_hash(),
            session,
            now: self.now,
        })?;
        Ok(token)
    }

    /// A person who was invited and set [`PASSWORD`].
    pub(crate) fn settle(&mut self, account: &str, held: &[Role]) -> Token {
        let invitation = self.invite(account, held).unwrap();
        self.accept(&invitation).unwrap()
    }

    pub(crate) fn prove(&self, account: &Id, password: &str) -> Option<Proof> {
        password::prove(Some((account, &self.person(account))), password)
    }

    /// Tries to sign in; the session's token where the password was right.
    pub(crate) fn sign_in(
        &mut self,
        account: &str,
        password: &str,
    ) -> Result<Option<Token>, Refusal> {
        let account = id(account);
        let (session, token) = self.new_session(&format!("signed-in-{}", self.events.len()));
        let proof = self.prove(&account, password);
        let right = proof.is_some();
        self.run(&SignIn { account, proof, session, rehashed: None, now: self.now })?;
        Ok(right.then_some(token))
    }

    pub(crate) fn enter(&self, token: &Token) -> Result<Principal, Denied> {
        if token.kind == TokenKind::Key {
            let key: Option<Key> = self.row(&key_key(&token.id));
            return authenticate_key(token, key.as_ref(), self.now);
        }
        let session: Option<Session> = self.row(&session_key(&token.id));
        let of = session.as_ref().map(|session| account_key(session.account()));
        let account: Option<Account> = of.and_then(|key| self.row(&key));
        authenticate_session(token, session.as_ref(), account.as_ref(), self.now)
    }
}

/// Brings rows up to date with an event; no row may be touched that was not asked for.
pub(crate) fn show(event: &Event, rows: &mut BTreeMap<String, String>) {
    let keys = AccessProjection.keys(event);
    let there = keys.iter().filter_map(|key| Some((key.clone(), rows.get(key)?.clone())));
    let mut view = Rows::new(keys.clone(), there.collect::<Vec<_>>());
    AccessProjection.apply(event, &mut view).unwrap();
    for key in keys {
        match view.get(&key).unwrap() {
            Some(value) => rows.insert(key, value.into()),
            None => rows.remove(&key),
        };
    }
}

/// A payload, for events that no command of ours would write.
pub(crate) fn payload(json: &str) -> Payload {
    Payload::new(json).unwrap()
}
