//! What goes on without being asked: projections take what is there, what was kept long enough goes.

use crate::app::App;
use events::{EventsError, Retention};
use std::time::Duration;

/// Between two looks where nothing was appended here: another server may have written.
const LOOK: Duration = Duration::from_millis(500);
/// Rests after appends, so that projections take many events at a time.
const REST: Duration = Duration::from_millis(20);
/// Looks between two rounds of cleaning.
const CLEAN_EVERY: u32 = 600;
/// How long answers to idempotency keys and dead letters are kept.
const RETENTION: Retention = Retention { keys_s: 7 * 86_400, dead_letters_s: 90 * 86_400 };

/// Keeps house until the server stops.
pub(crate) async fn keep(app: App) {
    let mut appended = app.appended.subscribe();
    let mut looks = 0_u32;
    while !app.is_stopping() {
        if let Err(fault) = look(&app, looks.is_multiple_of(CLEAN_EVERY)).await {
            tracing::error!(%fault, "projections could not be brought up to date");
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        looks = looks.wrapping_add(1);
        app.wait(&mut appended, LOOK).await;
        tokio::time::sleep(REST).await;
    }
}

async fn look(app: &App, clean: bool) -> Result<(), EventsError> {
    for tenant in app.store.tenants().await? {
        app.project_all(&tenant).await?;
        if clean {
            let gone = app.store.expire(&tenant, RETENTION, app.now()).await?;
            if gone.n_persons > 0 {
                tracing::info!(%tenant, persons = gone.n_persons, "data that were due are erased");
            }
        }
    }
    Ok(())
}
