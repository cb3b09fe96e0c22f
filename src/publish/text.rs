//! What `report publish` did, for a person.

use crate::status::Status;
use crate::{
    output::sanitize::{clip, disarmed, one_line},
    publish::publication::{Fate, Posted, Publication},
};
use crate::{
    output::{paint::Paint, wording::count},
    publish::comment::headline,
    report::{compare, wording},
};
use anstyle::{AnsiColor, Style};

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const ODD: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// More artifacts than anyone reads here.
const SHOWN: usize = 20;

/// With a line feed at its end.
#[must_use]
pub fn render(publication: &Publication, paint: Paint) -> String {
    let digest = &publication.digest;
    let style = match digest.tally.status() {
        Some(Status::Pass) => GOOD,
        Some(Status::Fail) => BAD,
        Some(Status::Error) | None | Some(Status::Skip) => ODD,
    };
    let mut lines = vec![paint.on(style, &safe(&headline(digest)))];
    lines.push(format!("{} in {}", wording::counts(digest.tally), count(digest.reports, "report")));
    lines.push(String::new());
    let mut row = |name: &str, text: String| lines.push(format!("{} {text}", paint.on(DIM, &format!("{name:<9}"))));
    if let Some(run) = publication.run {
        let attempt = publication.attempt.map(|attempt| format!(", attempt {attempt}")).unwrap_or_default();
        row("run", safe(&format!("{run} of {}{attempt}", publication.repository)));
    }
    let taken = publication.shards.iter().filter(|shard| matches!(shard.fate, Fate::Taken(_))).count();
    row("shards", format!("{taken} merged"));
    let other: Vec<_> = publication.shards.iter().filter(|shard| !matches!(shard.fate, Fate::Taken(_))).collect();
    for shard in other.iter().take(SHOWN) {
        let name = safe(&shard.artifact);
        let words = match &shard.fate {
            Fate::Taken(_) => continue,
            Fate::Expired => "has expired".to_owned(),
            Fate::Superseded => format!("({}) is passed over: a newer one has its name", shard.id),
            Fate::Refused(why) | Fate::Lost(why) => format!("is left out: {}", safe(why)),
        };
        row("", format!("{name} {words}"));
    }
    if let Some(more @ 1..) = other.len().checked_sub(SHOWN) {
        row("", format!("and {more} more"));
    }
    for job in publication.unfinished.iter().take(SHOWN) {
        row("not done", safe(job));
    }
    match (&publication.report, publication.summary) {
        (Some(dir), _) => row("report", safe(dir)),
        (None, true) => row("report", "in the job summary only".to_owned()),
        (None, false) => row("report", "not kept: `--out DIR` keeps it".to_owned()),
    }
    if let Some(drift) = &digest.drift {
        row("drift", safe(&compare::wording::headline(drift)));
    }
    row("comment", posted(&publication.comment));
    row("check", posted(&publication.check));
    for note in publication.notes.iter().chain(&digest.notes).take(2 * SHOWN) {
        row("note", safe(note));
    }
    disarmed(&(lines.join("\n") + "\n"))
}

fn safe(text: &str) -> String {
    clip(&one_line(text), 1_000).into_owned()
}

fn posted(posted: &Posted) -> String {
    match posted {
        Posted::Created(url) => safe(&format!("written, {url}")),
        Posted::Updated(url) => safe(&format!("updated, {url}")),
        Posted::Skipped(why) => safe(&format!("none: {why}")),
        Posted::Refused(why) | Posted::Failed(why) => safe(&format!("not written: {why}")),
    }
}
