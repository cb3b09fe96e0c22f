//! The targets by name. Each takes the bytes apart, gives them to the code, and holds what comes out against
//! something that does not know the code: another reader, the way back, a rule of the format.

mod go;
mod install;
mod linear;
mod lint;
mod machines;
mod output;
mod paths;
mod reports;
mod runner;
mod scripts;
mod templates;
mod upstream;
mod yaml;

pub type Run = fn(&[u8]);

/// In the order in which they run.
pub const ALL: &[(&str, Run)] = &[
    ("command-files", runner::command_files),
    ("undo-record", runner::undo_record),
    ("event", runner::event),
    ("records", runner::records),
    ("go-env", go::settings_file),
    ("go-mod", go::modules),
    ("versions", go::versions),
    ("goflags", go::flags),
    ("path-lists", paths::lists),
    ("paths", paths::texts),
    ("registry", paths::registry),
    ("encodings", paths::encodings),
    ("probes", yaml::probes),
    ("claims", yaml::claims),
    ("profile", yaml::profile),
    ("config", yaml::config),
    ("workflow", upstream::workflow),
    ("lint", lint::workflow),
    ("jsonc", upstream::jsonc),
    ("mise", upstream::mise),
    ("shell-profiles", upstream::profiles),
    ("scripts", scripts::scripts),
    ("import", templates::import),
    ("export", templates::export),
    ("github-env", upstream::github_env),
    ("event-log", upstream::event_log),
    ("log", runner::log),
    ("explain-doctor", machines::explained),
    ("explain-why", machines::why),
    ("merge", reports::merged),
    ("compare", reports::compared),
    ("goproxy", install::proxies),
    ("sumdb-note", install::notes),
    ("sumdb-tiles", install::tiles),
    ("zip-names", install::zip_names),
    ("zip-archive", install::zip_archive),
    ("artifact", install::artifact),
    ("sanitize", output::sanitized),
    ("mask", output::masks),
    ("terminal", output::terminals),
    ("markdown", output::markdowns),
    ("html", output::pages),
    ("linear", linear::readers),
];
