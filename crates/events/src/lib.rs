//! The event store: what happened, in the order in which it happened, for each tenant apart.
//!
//! Events are appended to streams and never change; all else that is shown can be made from them anew.
//! On SQLite (one file) or PostgreSQL, with the same answers. No domain rule: what an event means, the
//! crates above know. No clock: the time comes from the caller's [`Clock`].
//!
//! Read: [`text`] (names and their limits), [`event`], [`digest`] (the chain), [`append`] (what is asked
//! for), [`plan`] (what is to be written: the rules, pure), `writer` (many appends, one commit),
//! `sqlite` and `postgres` (connections and the rows of events), [`store`] (the door), `dialect` (where
//! the two speak differently), [`read`], [`history`] (of streams, remembered), [`command`] (a rule asked
//! without a gap), `turns` (who goes first), [`outbox`], [`person`], [`snapshot`], [`projection`] with
//! [`project`], [`retention`], [`backup`], [`restore`], [`check`] (an independent judge of a store).

pub mod error;
pub mod text;
pub mod clock;
pub mod digest;
pub mod event;
pub mod append;
pub mod plan;
mod dialect;
mod migrate;
mod sqlite;
mod postgres;
mod writer;
pub mod store;
pub mod read;
pub mod history;
mod turns;
pub mod command;
pub mod outbox;
pub mod person;
pub mod snapshot;
pub mod projection;
pub mod project;
pub mod retention;
mod tables;
pub mod backup;
pub mod restore;
pub mod check;

pub use append::{Append, Appended, Expected, Message, Once, Person, Write};
pub use backup::BackupSummary;
pub use check::{Anchor, Checked, Finding};
pub use clock::{Clock, SystemClock, Timestamp};
pub use command::{Command, Decision, Executed, Refusal, RefusalKind};
pub use digest::Digest;
pub use error::EventsError;
pub use event::{Event, EventId, NewEvent, Payload};
pub use history::History;
pub use outbox::{Backoff, Claimed, DeadLetter, Wanted};
pub use project::{Progress, Rebuilt, RowsAt, Together};
pub use projection::{ApplyFault, Projection, Rows};
pub use retention::{Expired, Retention};
pub use snapshot::Snapshot;
pub use store::Store;
pub use text::{StreamId, Tenant};
