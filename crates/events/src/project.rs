//! Keeping projections up to date, and making them anew.
//!
//! Rows and checkpoint are written in one transaction, so that each event counts once. A rebuild fills a
//! generation of its own beside the one that is read, and takes its place whole when it has caught up.

use crate::dialect::{events_after, reading, reading_as, writing};
use crate::digest::Digest;
use crate::error::EventsError;
use crate::event::Event;
use crate::projection::{Projection, Rows};
use crate::read::event;
use crate::store::Store;
use crate::text::{Tenant, check_name};
use serde_json::json;
use std::collections::BTreeSet;

/// Events of one step.
const STEP: u32 = 1_000;

const NEW: &str = "INSERT INTO projections (tenant, name, generation, revision, position, live) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
const MOVE: &str = "UPDATE projections SET position = $4 \
    WHERE tenant = $1 AND name = $2 AND generation = $3";
const LAST: &str = "SELECT max(generation) FROM projections WHERE tenant = $1 AND name = $2";
const DROP_DEAD: &str = "DELETE FROM projections WHERE tenant = $1 AND name = $2 AND live = 0";
const DROP_LIVE: &str = "DELETE FROM projections WHERE tenant = $1 AND name = $2 AND live = 1";
const DROP_ROWS: &str = "DELETE FROM projection_rows WHERE tenant = $1 AND name = $2 \
    AND generation NOT IN (SELECT generation FROM projections WHERE tenant = $1 AND name = $2)";
const RAISE: &str = "UPDATE projections SET live = 1 \
    WHERE tenant = $1 AND name = $2 AND generation = $3";

/// Name, revision, position and generation of what is shown.
const CHECKPOINTS: &str = "SELECT name, revision, position, generation FROM projections \
    WHERE tenant = $1 AND live = 1 ORDER BY name";

/// A projection as it stands: name, revision, position, generation.
type Held = (String, i64, i64, i64);
/// Rows of a projection: name, generation.
type View = (String, i64, Rows);

fn names<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.collect()
}

/// How far a projection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Position of the last event that it took.
    pub position: u64,
    /// It took all that were there.
    pub caught_up: bool,
}

/// A step that several projections took together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// Position after which it began.
    pub from: u64,
    /// Position of the last event that it took.
    pub position: u64,
    /// It took all that were there.
    pub caught_up: bool,
    /// Names of the projections that had something to take.
    pub touched: BTreeSet<String>,
}

/// A projection that was made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Position of the last event that it took.
    pub position: u64,
    /// Events that it took.
    pub n_events: u64,
}

/// The rows of a projection at a position, to begin a rebuild from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsAt {
    /// Revision of the code that made them.
    pub revision: u32,
    /// Position of the last event in them.
    pub position: u64,
    /// Rows by key.
    pub rows: Vec<(String, String)>,
}

impl RowsAt {
    /// Digest over all rows, in the order of their keys.
    pub fn digest(&self) -> Digest {
        let mut bytes = Vec::new();
        for part in self.rows.iter().flat_map(|(key, value)| [key, value]) {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Digest::of(&bytes)
    }
}

/// Reads the rows that events touch and works out what they become: one body for both databases.
/// `$events`: in order, not yet taken by that projection.
macro_rules! view {
    ($conn:ident, $dialect:ident, $tenant:expr, $projection:expr, $generation:expr, $events:expr) => {{
        let (projection, events): (&dyn Projection, &[Event]) = ($projection, $events);
        let keys: BTreeSet<String> =
            taken(projection, events).flat_map(|event| projection.keys(event)).collect();
        let there: Vec<(String, String)> = if keys.is_empty() {
            Vec::new()
        } else {
            sqlx::query_as($dialect.view_rows)
                .bind($tenant.as_str())
                .bind(projection.name())
                .bind($generation)
                .bind(json!(keys).to_string())
                .fetch_all(&mut *$conn)
                .await?
        };
        let unread = taken(projection, events).flat_map(|event| projection.unread_keys(event));
        let mut view = Rows::new(keys, there).with_unread(unread);
        apply(projection, events, &mut view)?;
        view
    }};
}

/// Writes the rows of a view that changed.
macro_rules! put_view {
    ($conn:ident, $dialect:ident, $tenant:expr, $name:expr, $generation:expr, $view:expr) => {{
        let (set, removed) = $view.changes();
        for (statement, list) in [
            ($dialect.put_view_rows, (!set.is_empty()).then(|| json!(set).to_string())),
            ($dialect.drop_view_rows, (!removed.is_empty()).then(|| json!(removed).to_string())),
        ] {
            if let Some(list) = list {
                sqlx::query(statement)
                    .bind($tenant.as_str())
                    .bind($name)
                    .bind($generation)
                    .bind(list)
                    .execute(&mut *$conn)
                    .await?;
            }
        }
    }};
}

/// The events after a position.
macro_rules! read_events {
    ($conn:ident, $tenant:expr, $position:expr) => {{
        let rows = events_after!($conn, $tenant, $position, STEP);
        rows.into_iter().map(|row| event($tenant, row)).collect::<Result<Vec<Event>, _>>()?
    }};
}

/// A step of one projection.
macro_rules! step {
    ($conn:ident, $dialect:ident, $tenant:expr, $projection:expr, $generation:expr, $position:expr) => {{
        let events = read_events!($conn, $tenant, $position);
        let view = view!($conn, $dialect, $tenant, $projection, $generation, &events);
        put_view!($conn, $dialect, $tenant, $projection.name(), $generation, view);
        let position = events.last().map_or($position, |event| event.position);
        sqlx::query(MOVE)
            .bind($tenant.as_str())
            .bind($projection.name())
            .bind($generation)
            .bind(position as i64)
            .execute(&mut *$conn)
            .await?;
        (position, events.len())
    }};
}

/// The events that a projection takes.
fn taken<'a>(
    projection: &'a dyn Projection,
    events: &'a [Event],
) -> impl Iterator<Item = &'a Event> {
    events.iter().filter(|event| projection.takes(event.stream.kind()))
}

fn apply(
    projection: &dyn Projection,
    events: &[Event],
    rows: &mut Rows,
) -> Result<(), EventsError> {
    for event in taken(projection, events) {
        projection.apply(event, rows).map_err(|fault| EventsError::Apply {
            name: projection.name().into(),
            position: event.position,
            fault: fault.to_string(),
        })?;
    }
    Ok(())
}

impl Store {
    /// Lets a projection take up to a thousand events that it has not seen.
    pub async fn project(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
    ) -> Result<Progress, EventsError> {
        check_name("projection", projection.name())?;
        loop {
            if let Some(progress) = self.try_project(tenant, projection).await? {
                return Ok(progress);
            }
        }
    }

    /// Lets several projections take up to a thousand events together, from where the first of them
    /// stands. What is to be written is worked out before anything is held, so that nobody who writes
    /// waits for that.
    ///
    /// `None` where one of them is not there: [`Self::project`] it first.
    pub async fn project_together(
        &self,
        tenant: &Tenant,
        projections: &[&dyn Projection],
    ) -> Result<Option<Together>, EventsError> {
        loop {
            let (held, events, views) = self.work_out(tenant, projections).await?;
            let from = held.iter().map(|held| held.2).min();
            let (Some(from), true) = (from, held.len() == projections.len()) else {
                return Ok(None);
            };
            if let Some(last) = events.last()
                && !self.put_views(tenant, &held, &views, last.position).await?
            {
                continue;
            }
            return Ok(Some(Together {
                from: from as u64,
                position: events.last().map_or(from as u64, |event| event.position),
                caught_up: events.len() < STEP as usize,
                touched: views.into_iter().map(|(name, ..)| name).collect(),
            }));
        }
    }

    /// Where projections stand, what comes next, and what rows it makes.
    async fn work_out(
        &self,
        tenant: &Tenant,
        projections: &[&dyn Projection],
    ) -> Result<(Vec<Held>, Vec<Event>, Vec<View>), EventsError> {
        let names = names(projections.iter().map(|one| one.name()));
        Ok(reading_as!(self, tenant, |conn, dialect| {
            let held: Vec<Held> =
                sqlx::query_as(CHECKPOINTS).bind(tenant.as_str()).fetch_all(&mut *conn).await?;
            let held: Vec<Held> =
                held.into_iter().filter(|(name, ..)| names.contains(name.as_str())).collect();
            let (mut events, mut views) = (Vec::new(), Vec::new());
            if let Some(from) = held.iter().map(|held| held.2).min()
                && held.len() == projections.len()
            {
                events = read_events!(conn, tenant, from as u64);
                for projection in projections {
                    let projection: &dyn Projection = *projection;
                    let own = held.iter().find(|(name, ..)| name == projection.name());
                    let (name, revision, at, generation) = own.expect("all are there");
                    let wanted = projection.revision();
                    if *revision != i64::from(wanted) {
                        let (name, found) = (name.clone(), *revision as u32);
                        return Err(EventsError::Revision { name, found, wanted });
                    }
                    let begin = events.partition_point(|event| event.position <= *at as u64);
                    if taken(projection, &events[begin..]).next().is_some() {
                        let new = &events[begin..];
                        let view = view!(conn, dialect, tenant, projection, *generation, new);
                        views.push((name.clone(), *generation, view));
                    }
                }
            }
            (held, events, views)
        }))
    }

    /// Writes what was worked out; false, and nothing is written, where a projection has moved since.
    async fn put_views(
        &self,
        tenant: &Tenant,
        held: &[Held],
        views: &[View],
        position: u64,
    ) -> Result<bool, EventsError> {
        let names = json!(names(held.iter().map(|(name, ..)| name.as_str()))).to_string();
        writing!(self, tenant, |conn, dialect| {
            let now: Vec<Held> = sqlx::query_as(dialect.checkpoints)
                .bind(tenant.as_str())
                .bind(&names)
                .fetch_all(&mut *conn)
                .await?;
            if now != held {
                return Ok(false);
            }
            for (name, generation, view) in views {
                put_view!(conn, dialect, tenant, name, generation, view);
            }
            sqlx::query(dialect.move_all)
                .bind(tenant.as_str())
                .bind(&names)
                .bind(position as i64)
                .execute(&mut *conn)
                .await?;
        });
        Ok(true)
    }

    /// `None` where a rebuild put other rows in their place at this moment.
    async fn try_project(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
    ) -> Result<Option<Progress>, EventsError> {
        let (name, wanted) = (projection.name(), projection.revision());
        let step = writing!(self, tenant, |conn, dialect| {
            let new = sqlx::query(NEW).bind(tenant.as_str()).bind(name).bind(1_i64);
            let new = new.bind(i64::from(wanted)).bind(0_i64).bind(1_i64);
            new.execute(&mut *conn).await?;
            let held: Option<(i64, i64, i64)> = sqlx::query_as(dialect.checkpoint)
                .bind(tenant.as_str())
                .bind(name)
                .bind(0_i64)
                .fetch_optional(&mut *conn)
                .await?;
            match held {
                None => None,
                Some((revision, _, _)) if revision != i64::from(wanted) => {
                    let (name, found) = (name.into(), revision as u32);
                    return Err(EventsError::Revision { name, found, wanted });
                }
                Some((_, position, generation)) => {
                    Some(step!(conn, dialect, tenant, projection, generation, position as u64))
                }
            }
        });
        Ok(step
            .map(|(position, n_taken)| Progress { position, caught_up: n_taken < STEP as usize }))
    }

    /// Makes a projection anew, from the first event or from rows kept at a position, while it is read
    /// and kept up to date as it was; then puts the new rows in the place of the old ones.
    pub async fn rebuild(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
        from: Option<&RowsAt>,
    ) -> Result<Rebuilt, EventsError> {
        check_name("projection", projection.name())?;
        let generation = self.begin_rebuild(tenant, projection, from).await?;
        let mut n_events = 0;
        loop {
            let (position, n_taken) = self.rebuild_step(tenant, projection, generation).await?;
            n_events += n_taken as u64;
            if n_taken < STEP as usize {
                return Ok(Rebuilt { position, n_events });
            }
        }
    }

    /// An empty generation, or one with the rows given. What an earlier rebuild left goes.
    async fn begin_rebuild(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
        from: Option<&RowsAt>,
    ) -> Result<i64, EventsError> {
        let (name, wanted) = (projection.name(), projection.revision());
        if let Some(from) = from
            && from.revision != wanted
        {
            let (name, found) = (name.into(), from.revision);
            return Err(EventsError::Revision { name, found, wanted });
        }
        let position = from.map_or(0, |from| from.position as i64);
        Ok(writing!(self, tenant, |conn, dialect| {
            let last = sqlx::query_scalar(LAST).bind(tenant.as_str()).bind(name);
            let last: Option<i64> = last.fetch_one(&mut *conn).await?;
            let generation = last.unwrap_or(1) + 1;
            for statement in [DROP_DEAD, DROP_ROWS] {
                let query = sqlx::query(statement).bind(tenant.as_str()).bind(name);
                query.execute(&mut *conn).await?;
            }
            let new = sqlx::query(NEW).bind(tenant.as_str()).bind(name).bind(generation);
            let new = new.bind(i64::from(wanted)).bind(position).bind(0_i64);
            new.execute(&mut *conn).await?;
            if let Some(from) = from {
                sqlx::query(dialect.put_view_rows)
                    .bind(tenant.as_str())
                    .bind(name)
                    .bind(generation)
                    .bind(json!(from.rows).to_string())
                    .execute(&mut *conn)
                    .await?;
            }
            generation
        }))
    }

    /// A step of a rebuild. The one that finds no more events takes the place of the old rows, in the
    /// same transaction.
    async fn rebuild_step(
        &self,
        tenant: &Tenant,
        projection: &dyn Projection,
        generation: i64,
    ) -> Result<(u64, usize), EventsError> {
        let name = projection.name();
        Ok(writing!(self, tenant, |conn, dialect| {
            let held: Option<(i64, i64, i64)> = sqlx::query_as(dialect.checkpoint)
                .bind(tenant.as_str())
                .bind(name)
                .bind(generation)
                .fetch_optional(&mut *conn)
                .await?;
            let Some((_, position, _)) = held else {
                return Err(EventsError::Superseded { name: name.into() });
            };
            let (position, n_taken) =
                step!(conn, dialect, tenant, projection, generation, position as u64);
            if n_taken < STEP as usize {
                let drop = sqlx::query(DROP_LIVE).bind(tenant.as_str()).bind(name);
                drop.execute(&mut *conn).await?;
                let raise = sqlx::query(RAISE).bind(tenant.as_str()).bind(name).bind(generation);
                raise.execute(&mut *conn).await?;
                let rows = sqlx::query(DROP_ROWS).bind(tenant.as_str()).bind(name);
                rows.execute(&mut *conn).await?;
            }
            (position, n_taken)
        }))
    }

    /// The value of a projection's row.
    pub async fn row(
        &self,
        tenant: &Tenant,
        projection: &str,
        key: &str,
    ) -> Result<Option<String>, EventsError> {
        const ROW: &str = "SELECT r.value FROM projections AS p JOIN projection_rows AS r \
            ON r.tenant = p.tenant AND r.name = p.name AND r.generation = p.generation \
            WHERE p.tenant = $1 AND p.name = $2 AND p.live = 1 AND r.key = $3";
        Ok(reading!(self, tenant, |conn| sqlx::query_scalar(ROW)
            .bind(tenant.as_str())
            .bind(projection)
            .bind(key)
            .fetch_optional(conn)
            .await?))
    }

    /// Up to `limit` rows of a projection with keys after `after` and before `before`, by key.
    pub async fn rows(
        &self,
        tenant: &Tenant,
        projection: &str,
        after: &str,
        before: &str,
        limit: u32,
    ) -> Result<Vec<(String, String)>, EventsError> {
        // Joined, PostgreSQL would read and sort all rows of the range: it does not know that one
        // projection is met.
        const ROWS: &str = "SELECT key, value FROM projection_rows \
            WHERE tenant = $1 AND name = $2 AND generation = (SELECT generation FROM projections \
            WHERE tenant = $1 AND name = $2 AND live = 1) AND key > $3 AND key < $4 \
            ORDER BY key LIMIT $5";
        Ok(reading!(self, tenant, |conn| sqlx::query_as(ROWS)
            .bind(tenant.as_str())
            .bind(projection)
            .bind(after)
            .bind(before)
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await?))
    }

    /// Number of rows with keys after `after` and before `before`.
    pub async fn count_rows(
        &self,
        tenant: &Tenant,
        projection: &str,
        after: &str,
        before: &str,
    ) -> Result<u64, EventsError> {
        const COUNT: &str = "SELECT count(*) FROM projections AS p JOIN projection_rows AS r \
            ON r.tenant = p.tenant AND r.name = p.name AND r.generation = p.generation \
            WHERE p.tenant = $1 AND p.name = $2 AND p.live = 1 AND r.key > $3 AND r.key < $4";
        let count: i64 = reading!(self, tenant, |conn| sqlx::query_scalar(COUNT)
            .bind(tenant.as_str())
            .bind(projection)
            .bind(after)
            .bind(before)
            .fetch_one(conn)
            .await?);
        Ok(count as u64)
    }

    /// All rows of a projection with their position, of one moment; `None` if there is no such
    /// projection.
    pub async fn rows_at(
        &self,
        tenant: &Tenant,
        projection: &str,
    ) -> Result<Option<RowsAt>, EventsError> {
        const LIVE: &str = "SELECT revision, position, generation FROM projections \
            WHERE tenant = $1 AND name = $2 AND live = 1";
        const ALL: &str = "SELECT key, value FROM projection_rows \
            WHERE tenant = $1 AND name = $2 AND generation = $3 ORDER BY key";
        Ok(reading!(self, tenant, |conn| {
            let live: Option<(i64, i64, i64)> = sqlx::query_as(LIVE)
                .bind(tenant.as_str())
                .bind(projection)
                .fetch_optional(&mut *conn)
                .await?;
            match live {
                None => None,
                Some((revision, position, generation)) => Some(RowsAt {
                    revision: revision as u32,
                    position: position as u64,
                    rows: sqlx::query_as(ALL)
                        .bind(tenant.as_str())
                        .bind(projection)
                        .bind(generation)
                        .fetch_all(&mut *conn)
                        .await?,
                }),
            }
        }))
    }
}
