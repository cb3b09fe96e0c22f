//! The comment on a pull request and the text of a check: a digest as Markdown, cut to what
//! the forge takes. All values go through `markdown_text.rs`.

use crate::status::Severity;
use crate::status::Status;
use crate::{
    output::sanitize::{clip, one_line, visible},
    ports::forge::Annotation,
    publish::publication::{Digest, Remark},
};
use crate::{
    output::{
        markdown::{name, sentence},
        wording::count,
    },
    report::{compare::markdown, wording},
};

/// Characters of each value.
const VALUE: usize = 600;
/// Characters of each value of an annotation; GitHub takes 64 KB.
const ANNOTATION_VALUE: usize = 4_000;
/// Characters of an annotation's title. Source: GitHub, "Update a check run".
const TITLE: usize = 255;
/// Kept free for what is said about the part that was left out.
const RESERVE: usize = 600;

/// Where a reader finds the rest.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The run's page; empty where there is none.
    pub run_url: String,
    /// For example `attempt 2 of run 7, commit 0123abc`.
    pub words: String,
}

/// The verdict on everything, in one line without marks.
#[must_use]
pub fn headline(digest: &Digest) -> String {
    let first = |severity| {
        let mut names: Vec<&str> = Vec::new();
        for remark in digest.remarks.iter().filter(|remark| remark.severity == severity) {
            if !names.contains(&remark.variable.as_str()) {
                names.push(&remark.variable);
            }
        }
        match names.len() {
            1..=4 if digest.remarks_left_out == 0 => crate::output::wording::list(
                &names.iter().map(|name| clip(&one_line(name), 60).into_owned()).collect::<Vec<_>>(),
            ),
            _ => "Some variables".to_owned(),
        }
    };
    let versions = match digest.versions.len() {
        0 => "every version".to_owned(),
        1..=6 => {
            format!(
                "Go {}",
                crate::output::wording::list(
                    &digest.versions.iter().map(|v| clip(&one_line(v), 40).into_owned()).collect::<Vec<_>>()
                )
            )
        }
        many => format!("{many} Go versions"),
    };
    match digest.tally.status() {
        Some(Status::Fail) => {
            let names = first(Severity::Error);
            let verb = if names.contains(" and ") || names == "Some variables" { "do" } else { "does" };
            format!("{names} {verb} not take effect everywhere")
        }
        Some(Status::Error) => format!("No failure, but {} could not be judged everywhere", first(Severity::Warning)),
        Some(Status::Pass) if digest.tally.skip == 0 => format!("Every variable takes effect on {versions}"),
        Some(Status::Pass) => format!("All that was judged takes effect on {versions}"),
        None | Some(Status::Skip) => "Nothing was judged".to_owned(),
    }
}

/// `mark` comes first; never more than `limit` characters.
#[must_use]
pub fn render(mark: &str, digest: &Digest, origin: &Origin, limit: usize) -> String {
    let symbol = match digest.tally.status() {
        Some(Status::Pass) => "✅",
        Some(Status::Fail) => "❌",
        Some(Status::Error) => "⚠️",
        None | Some(Status::Skip) => "⚪",
    };
    let headline = headline(digest);
    // A heading is Markdown, where the inside of inline HTML would still be read as such.
    let safe = Some(sentence(&headline)).filter(|html| !html.contains('<')).unwrap_or_else(|| name(&headline));
    let mut text = if mark.is_empty() { String::new() } else { format!("{mark}\n") };
    text += &format!("### {symbol} {safe}\n\n<p>{}</p>\n", sentence(&counts(digest)));
    let foot = foot(origin);
    let room = limit.saturating_sub(RESERVE + foot.chars().count());
    let mut left_out = digest.remarks_left_out;
    let mut used = text.chars().count();
    let mut add = |section: String| {
        let length = section.chars().count();
        let fits = used + length <= room;
        if fits {
            used += length;
            text += &section;
        }
        fits
    };
    let notes: String = digest
        .notes
        .iter()
        .take(20)
        .map(|note| format!("<li>{}</li>\n", sentence(&clip(&one_line(note), VALUE))))
        .collect();
    if !notes.is_empty() && !add(format!("\n<ul>\n{notes}</ul>\n")) {
        add("\n<p>What is missing is named in the job summary.</p>\n".to_owned());
    }
    if let Some(drift) = &digest.drift {
        // A third of the room, so that the findings have theirs.
        add(format!("\n#### What changed\n\n{}", markdown::within(drift, room / 3)));
    }
    let mut full = false;
    for remark in &digest.remarks {
        full = full || !add(section(remark));
        left_out += usize::from(full);
    }
    if left_out > 0 {
        text += &format!(
            "\n> **{} left out here.** The job summary and the report's files have them all.\n",
            count(left_out, "finding")
        );
    }
    text + &foot
}

fn counts(digest: &Digest) -> String {
    let machines = count(digest.machines, "kind of machine").replace("kind of machines", "kinds of machines");
    format!("{} in {} from {machines}", wording::counts(digest.tally), count(digest.reports, "report"))
}

fn section(remark: &Remark) -> String {
    let symbol = if remark.severity == Severity::Error { "❌" } else { "⚠️" };
    let mut text = format!(
        "\n<details><summary>{symbol} {}: {}</summary>\n\n<table>\n<tr><th align=\"left\">where</th><td>{}</td></tr>\n",
        sentence(&clip(&one_line(&remark.variable), 80)),
        sentence(&clip(&one_line(&remark.probe), 200)),
        sentence(&clip(&one_line(&places(remark)), VALUE)),
    );
    for (title, value) in &remark.details {
        text += &format!("<tr><th align=\"left\">{title}</th><td>{}</td></tr>\n", sentence(&clip(value, VALUE)));
    }
    text + "</table>\n\n</details>\n"
}

fn places(remark: &Remark) -> String {
    let most = 8;
    let shown: Vec<&str> = remark.places.iter().take(most).map(String::as_str).collect();
    match remark.places.len().checked_sub(most) {
        Some(more @ 1..) => format!("{} and {more} more", shown.join("; ")),
        _ => shown.join("; "),
    }
}

fn foot(origin: &Origin) -> String {
    let words = sentence(&clip(&one_line(&origin.words), 300));
    let version = env!("CARGO_PKG_VERSION");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/".contains(c);
    // An address of our own making; anything else in it and it is no link.
    let run = if origin.run_url.starts_with("http") && origin.run_url.chars().all(plain) {
        format!(" · <a href=\"{}\">run</a>", origin.run_url)
    } else {
        String::new()
    };
    format!("\n<sub>goenv-ci {version} · {words}{run}</sub>\n")
}

/// One annotation for each remark, worst first, on the first line of `path`.
#[must_use]
pub fn annotations(digest: &Digest, path: &str) -> Vec<Annotation> {
    let annotation = |remark: &Remark| {
        let verb = if remark.severity == Severity::Error { "does not take effect" } else { "could not be judged" };
        let title = format!("{} {verb}: {}", one_line(&remark.variable), one_line(&remark.probe));
        let mut message = format!("where: {}", one_line(&places(remark)));
        for (name, value) in &remark.details {
            message += &format!("\n{name}: {}", visible(&clip(value, ANNOTATION_VALUE)));
        }
        Annotation {
            path: path.to_owned(),
            severity: remark.severity,
            title: clip(&title, TITLE - 50).chars().take(TITLE).collect(),
            message,
        }
    };
    digest.remarks.iter().map(annotation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Tally;

    fn digest(remarks: usize) -> Digest {
        let remark = |at: usize| Remark {
            severity: Severity::Error,
            variable: "GOBIN".to_owned(),
            probe: format!("gobin/probe-{at}"),
            places: vec!["Go 1.21.13 on Windows X64".to_owned()],
            details: vec![("expected", "x".repeat(500)), ("observed", "@org/team".to_owned())],
        };
        Digest {
            tally: Tally { fail: remarks, pass: 1, ..Tally::default() },
            reports: 2,
            machines: 1,
            versions: vec!["1.21.13".to_owned()],
            remarks: (0..remarks).map(remark).collect(),
            ..Digest::default()
        }
    }

    #[test]
    fn a_comment_is_cut_at_a_section_and_says_so() {
        let whole = render("<!-- m -->", &digest(3), &Origin::default(), 65_536);
        assert!(whole.starts_with("<!-- m -->\n### ❌ GOBIN does not take effect everywhere\n"), "{whole}");
        assert!(!whole.contains("left out") && !whole.contains("@org"));
        let cut = render("<!-- m -->", &digest(400), &Origin::default(), 65_536);
        assert!(cut.chars().count() <= 65_536);
        assert!(cut.contains("findings left out here"), "{}", &cut[cut.len() - 400..]);
        assert_eq!(cut.matches("<details>").count(), cut.matches("</details>").count());
    }

    #[test]
    fn an_address_that_is_not_ours_is_no_link() {
        let evil = Origin { run_url: "https://x/\"><b>".to_owned(), words: "@a".to_owned() };
        let text = render("", &digest(0), &evil, 65_536);
        assert!(!text.contains("<a ") && !text.contains("@a"), "{text}");
    }
}
