//! The one comment that is ours: its hidden mark, and what fits into it.

use crate::ports::forge::Comment;

/// What GitHub takes, in characters. Source: its answer to a longer one, "body is too long
/// (maximum is 65536 characters)".
pub const LIMIT_CHARS: usize = 65_536;

/// The first line of a comment of ours. Each workflow has its own.
#[must_use]
pub fn mark(workflow: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._".contains(c) { c } else { '-' };
    // No `--`, which ends a comment of HTML in some readers.
    let mut name = String::new();
    for c in workflow.chars().take(80).map(plain) {
        if c != '-' || !name.ends_with('-') {
            name.push(c);
        }
    }
    format!("<!-- goenv-ci report: {} -->", name.trim_matches('-'))
}

/// The comments that carry the mark and are written by this token's account, oldest first. Anybody
/// can write the mark: only an app's comment is taken for one of an app.
#[must_use]
pub fn ours<'c>(comments: &'c [Comment], mark: &str, own: Option<&str>) -> Vec<&'c Comment> {
    let by_us = |comment: &Comment| match own {
        Some(login) => comment.author.eq_ignore_ascii_case(login),
        None => comment.by_bot,
    };
    let marked = |comment: &Comment| comment.body.lines().next().is_some_and(|line| line.trim_end() == mark);
    comments.iter().filter(|comment| marked(comment) && by_us(comment)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(id: u64, body: &str, author: &str, by_bot: bool) -> Comment {
        Comment { id, body: body.to_owned(), author: author.to_owned(), by_bot, url: String::new() }
    }

    #[test]
    fn a_mark_is_one_line_whatever_the_workflow_is_called() {
        assert_eq!(mark("verify"), "<!-- goenv-ci report: verify -->");
        assert_eq!(mark("a --> <b>\n@x"), "<!-- goenv-ci report: a-b-x -->");
        assert_eq!(mark(""), "<!-- goenv-ci report:  -->");
    }

    #[test]
    fn a_mark_that_somebody_else_wrote_is_not_ours() {
        let mark = mark("verify");
        let all = [
            comment(1, &format!("{mark}\nx"), "mallory", false),
            comment(2, &format!("> {mark}\nx"), "github-actions[bot]", true),
            comment(3, &format!("{mark}\r\nx"), "github-actions[bot]", true),
        ];
        let ids = |own| ours(&all, &mark, own).iter().map(|comment| comment.id).collect::<Vec<_>>();
        assert_eq!(ids(None), [3]);
        assert_eq!(ids(Some("Mallory")), [1]);
        assert!(ids(Some("nobody")).is_empty());
    }
}
