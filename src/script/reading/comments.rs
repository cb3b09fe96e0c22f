//! The comments of a script, by its shell: a mark within a string or a here-document is none.

use super::tree::{StandIn, SyntaxTree, without_expressions};
use crate::script::ScriptShell;

/// A comment of a script, or a line of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptComment {
    /// From 1.
    pub line: usize,
    /// With its mark.
    pub text: String,
}

/// Each line of each comment; of a language that nobody reads here, the lines that begin with `#`.
pub(crate) fn comments(shell: Option<ScriptShell>, script: &str) -> Vec<ScriptComment> {
    let language = match shell {
        Some(ScriptShell::Bash | ScriptShell::Sh) => tree_sitter_bash::LANGUAGE.into(),
        Some(ScriptShell::PowerShell) => tree_sitter_powershell::LANGUAGE.into(),
        Some(ScriptShell::Cmd) => return whole_lines(script, is_remark),
        None => return whole_lines(script, |line| line.starts_with('#')),
    };
    let Some(tree) = SyntaxTree::parse(&language, &StandIn::of(without_expressions(script))) else {
        return whole_lines(script, |line| line.starts_with('#'));
    };
    let nodes = tree.nodes.iter().filter(|node| node.kind == "comment");
    let mut found = Vec::new();
    let (mut passed, mut line) = (0, 1);
    for node in nodes {
        let Some(text) = script.get(node.bytes()).filter(|_| node.start >= passed) else { continue };
        line += script[passed..node.start].matches('\n').count();
        passed = node.start;
        let lines = text.lines().enumerate();
        found.extend(lines.map(|(below, text)| ScriptComment { line: line + below, text: text.to_owned() }));
    }
    found
}

fn whole_lines(script: &str, is_comment: impl Fn(&str) -> bool) -> Vec<ScriptComment> {
    let lines = script.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    lines
        .filter(|(_, line)| is_comment(line))
        .map(|(line, text)| ScriptComment { line, text: text.to_owned() })
        .collect()
}

/// `REM` and `::` of cmd, with or without `@`.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start_matches('@').trim_start();
    let is_rem = |word: &str| word.eq_ignore_ascii_case("rem");
    line.starts_with("::") || line.split_whitespace().next().is_some_and(is_rem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(shell: Option<ScriptShell>, script: &str) -> Vec<String> {
        comments(shell, script).into_iter().map(|one| format!("{} {}", one.line, one.text)).collect()
    }

    #[test]
    fn a_mark_within_a_string_or_a_here_document_is_no_comment() {
        let bash = "# a\necho '# b' \"# c\" x#d ${{ github.sha }} # e\ncat <<EOF\n# f\nEOF\ngo test # g\n";
        assert_eq!(told(Some(ScriptShell::Bash), bash), ["1 # a", "2 # e", "6 # g"]);
        let powershell = "# a\nWrite-Host '# b' \"# c\" # d\n<# e\n f #>\n$x = @'\n# g\n'@\n";
        assert_eq!(told(Some(ScriptShell::PowerShell), powershell), ["1 # a", "2 # d", "3 <# e", "4  f #>"]);
    }

    #[test]
    fn each_shell_has_its_own_marks() {
        let cmd = "@REM a\n:: b\nrem c\necho # d\nremove e\n";
        assert_eq!(told(Some(ScriptShell::Cmd), cmd), ["1 @REM a", "2 :: b", "3 rem c"]);
        assert_eq!(told(None, "import x # a\n  # b\n"), ["2 # b"]);
    }
}
