//! `greenchain`: the command line. Files in, files out; no domain rule lives here.
//!
//! Read: [`cli`] (verbs), one file a verb, [`folder`] (scenario folders), [`carbon`] (the ledger's
//! verbs), [`progress`].

mod cli;
mod folder;
mod progress;
mod run;
mod check;
mod new;
mod packing;
mod roads;
mod routing;
mod energy;
mod carbon;
mod serve;
mod store_verbs;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// How a verb ended, where it could do its work.
enum Answer {
    /// Done; or: the answer is yes.
    Yes,
    /// The answer is no: invalid, infeasible, tampered.
    No,
}

fn main() -> ExitCode {
    hush_decoder();
    // Wrong use ends inside `parse` with status 2 and the usage.
    let answer = match cli::Cli::parse().verb {
        cli::Verb::Run(args) => run::run(&args),
        cli::Verb::Check(args) => check::check(&args),
        cli::Verb::New(args) => new::new(&args),
        cli::Verb::Pack(args) => packing::pack(&args),
        cli::Verb::Cartons(verb) => packing::cartons(&verb),
        cli::Verb::Route(args) => routing::route(&args),
        cli::Verb::Roads(verb) => roads::roads(&verb),
        cli::Verb::Energy(verb) => energy::energy(&verb),
        cli::Verb::Serve(args) => serve::serve(&args),
        cli::Verb::Store(verb) => store_verbs::store(&verb),
        cli::Verb::Tenant(args) => serve::tenant(&args),
        cli::Verb::Carbon(verb) => carbon::carbon(&verb),
    };
    match answer {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(error) => {
            // A closed standard error leaves nobody to tell.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The Parquet decoder panics on some damaged files. `intake` catches that and tells the fault; the
/// decoder's own words beside it would only frighten.
fn hush_decoder() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let decoder = |file: &str| file.contains("/parquet-") || file.contains("/arrow-");
        if !panic.location().is_some_and(|place| decoder(place.file())) {
            usual(panic);
        }
    }));
}
