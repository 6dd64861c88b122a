//! A command from a request to its answer.

use crate::app::App;
use crate::asked::Asking;
use crate::problem::Problem;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{Append, Appended, Command, Decision, Executed, History, Refusal, StreamId};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use utoipa::ToSchema;

/// What became of an accepted command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"recorded": 1, "position": 4711}))]
pub(crate) struct Recorded {
    /// Number of events; 0 where things already were as asked.
    #[serde(rename = "recorded")]
    #[schema(minimum = 0)]
    pub(crate) n_events: u64,
    /// Position of the last of them in the audit trail.
    pub(crate) position: Option<u64>,
    /// It had taken effect before.
    #[serde(skip)]
    pub(crate) replayed: bool,
    /// What was kept with the idempotency key.
    #[serde(skip)]
    pub(crate) answer: Option<String>,
}

/// A command that is only right for a version of its main stream.
struct AtVersion<'a> {
    command: &'a dyn Command,
    stream: &'a StreamId,
    version: u64,
}

impl Command for AtVersion<'_> {
    fn streams(&self) -> Result<Vec<StreamId>, Refusal> {
        let mut streams = self.command.streams()?;
        if !streams.contains(self.stream) {
            streams.push(self.stream.clone());
        }
        Ok(streams)
    }

    fn decide(&self, history: &History) -> Result<Decision, Refusal> {
        let found = history.stream(self.stream).len() as u64;
        if found != self.version {
            let detail = format!(
                "{} is at version {found}, not {}. Read it again and decide anew",
                self.stream, self.version
            );
            return Err(Refusal::state("version", detail));
        }
        self.command.decide(history)
    }
}

impl App {
    /// Asks a command and records what it decides.
    ///
    /// - `main`: the stream whose version `If-Match` means.
    pub(crate) async fn execute(
        &self,
        asking: &Asking,
        main: &StreamId,
        command: &dyn Command,
    ) -> Result<Recorded, Problem> {
        let mut head = self.head(asking);
        head.once.clone_from(&asking.once);
        match asking.version {
            Some(version) => {
                self.record(&head, &AtVersion { command, stream: main, version }).await
            }
            None => self.record(&head, command).await,
        }
    }

    /// An append in the name of whoever asks.
    pub(crate) fn head(&self, asking: &Asking) -> Append {
        let principal = &asking.caller.principal;
        let (tenant, actor) = (principal.tenant.clone(), principal.actor.clone());
        let mut head = Append::new(tenant, actor, self.now());
        head.correlation = Some(asking.caller.request.clone());
        head
    }

    /// Asks a command in the name of `head`.
    pub(crate) async fn record(
        &self,
        head: &Append,
        command: &dyn Command,
    ) -> Result<Recorded, Problem> {
        let subscriptions = self.subscriptions(&head.tenant).await?;
        let kinds = Mutex::new(BTreeSet::new());
        let send = |append: &mut Append| {
            let streams = append.writes.iter().map(|write| write.stream.kind().to_owned());
            kinds.lock().unwrap_or_else(PoisonError::into_inner).extend(streams);
            let mut messages = crate::webhook::messages(&subscriptions, append);
            messages.extend(crate::jobs::messages(append));
            messages.extend(crate::mqtt::messages(&self.config, append));
            append.messages.extend(messages);
        };
        match self.store.execute(head, command, &send).await? {
            Executed::Done(appended) => {
                let kinds = kinds.into_inner().unwrap_or_else(PoisonError::into_inner);
                // Of what another request recorded before it is not known what it was.
                let kinds = (!appended.replayed).then_some(&kinds);
                self.knows(&head.tenant, appended.last, kinds);
                Ok(self.recorded(&appended))
            }
            Executed::Nothing => Ok(Recorded::default()),
            Executed::Refused(refusal) => Err(refusal.into()),
        }
    }

    fn recorded(&self, appended: &Appended) -> Recorded {
        self.appended.send_modify(|n| *n += 1);
        let n_events = (appended.last + 1).saturating_sub(appended.first);
        let fresh = if appended.replayed { 0 } else { n_events };
        metrics::counter!("greenchain_events_recorded_total").increment(fresh);
        let position = (n_events > 0).then_some(appended.last);
        let answer = appended.answer.clone().filter(|answer| !answer.is_empty());
        Recorded { n_events, position, replayed: appended.replayed, answer }
    }
}

impl Recorded {
    /// The answer to a command.
    pub(crate) fn answer(self) -> Response {
        self.with_status(StatusCode::OK)
    }

    /// The answer to a command that makes something, and where that is.
    pub(crate) fn created(self, location: &str) -> Response {
        let status = if self.n_events == 0 { StatusCode::OK } else { StatusCode::CREATED };
        let mut response = self.with_status(status);
        if let Ok(value) = HeaderValue::from_str(location) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        response
    }

    /// With a status of its own.
    pub(crate) fn with_status(self, status: StatusCode) -> Response {
        let replayed = self.replayed;
        let mut response = (status, Json(self)).into_response();
        if replayed {
            let name = HeaderName::from_static("idempotency-replayed");
            response.headers_mut().insert(name, HeaderValue::from_static("true"));
        }
        response
    }
}
