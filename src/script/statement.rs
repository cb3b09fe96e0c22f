//! Where the text of a profile sets a variable, as a piece that can be taken out of it, and what then has to stand
//! there instead. The languages are those of bash, sh and zsh, and fish's.

use super::{ScriptText, bash::first_word, is_name};
use std::ops::Range;

/// A statement, or a word of one, that sets a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingStatement {
    /// Its line, from 1.
    pub line: usize,
    /// Where it is in that line.
    pub bytes: Range<usize>,
    /// The value as it is written, without quotes.
    pub value: String,
    /// What has to stand there instead; `None`: the whole line can go.
    pub instead: Option<&'static str>,
}

/// All that set this variable and that can be taken out within their line, in the order of the text.
pub(crate) fn setting_statements(text: &str, name: &str, is_fish: bool) -> Vec<SettingStatement> {
    let mut walk = StatementWalk {
        text,
        name,
        is_fish,
        at: 0,
        open: Vec::new(),
        words: Vec::new(),
        begins: true,
        linked: false,
        redirected: false,
        documents: Vec::new(),
        counted: (0, 1),
        found: Vec::new(),
    };
    while walk.at < text.len() {
        walk.step();
    }
    walk.end("\n");
    walk.found
}

const SIGNS: [&str; 12] = [";;&", ";;", ";&", ";", "&&", "||", "|&", "|", "&", "(", ")", "\n"];
const REDIRECTS: [&str; 11] = ["&>>", "&>", "<<<", "<<-", "<<", ">>", ">|", ">&", "<&", ">", "<"];

struct StatementWalk<'t> {
    text: &'t str,
    name: &'t str,
    is_fish: bool,
    at: usize,
    /// Blocks that begin and have not ended.
    open: Vec<&'static str>,
    /// Those of the command that is read.
    words: Vec<Range<usize>>,
    /// The next word begins a command.
    begins: bool,
    /// What stands before, by `&&`, `||` or `|`, decides about it.
    linked: bool,
    redirected: bool,
    /// Words that end here-documents which begin in this line.
    documents: Vec<String>,
    /// A place, and the line that it is in.
    counted: (usize, usize),
    found: Vec<SettingStatement>,
}

impl<'t> StatementWalk<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn step(&mut self) {
        let rest = self.rest();
        if rest.starts_with("\\\n") {
            self.at += 2;
        } else if rest.starts_with([' ', '\t', '\r']) {
            self.at += 1;
        } else if rest.starts_with('#') {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if self.begins && rest.starts_with("((") {
            self.at += rest.find("))").map_or(rest.len(), |end| end + 2);
            self.begins = false;
        } else if let Some(sign) = REDIRECTS.iter().find(|sign| rest.starts_with(**sign)).filter(|_| !is_process(rest))
        {
            self.redirect(sign);
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.sign(sign);
        } else {
            self.word();
        }
    }

    fn redirect(&mut self, sign: &str) {
        self.redirected = true;
        self.at += sign.len();
        let (word, behind) = first_word(self.rest());
        self.at = self.text.len() - behind.len();
        if matches!(sign, "<<" | "<<-") {
            self.documents.push(word.written());
        }
    }

    fn sign(&mut self, sign: &'static str) {
        let is_empty = self.words.is_empty() && !self.redirected;
        self.end(sign);
        self.at += sign.len();
        match sign {
            "(" => self.open.push("("),
            ")" if self.open.last() == Some(&"(") => {
                self.open.pop();
            }
            "\n" => {
                for word in std::mem::take(&mut self.documents) {
                    self.pass_document(&word);
                }
            }
            _ => {}
        }
        self.linked = matches!(sign, "&&" | "||" | "|" | "|&") || self.linked && sign == "\n" && is_empty;
    }

    fn pass_document(&mut self, word: &str) {
        while self.at < self.text.len() {
            let rest = self.rest();
            let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
            self.at += length;
            if rest[..length].trim_end_matches('\n').trim_start_matches('\t') == word {
                return;
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        let (_, behind) = first_word(self.rest());
        self.at = self.text.len() - behind.len();
        if self.at == start {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
        if self.begins && !self.is_fish && self.keyword(start) {
            return;
        }
        self.begins = false;
        self.words.push(start..self.at);
    }

    /// Whether it is a word of the language, behind which a command begins.
    fn keyword(&mut self, start: usize) -> bool {
        let close = |walk: &mut Self, of: &str| {
            if walk.open.last() == Some(&of) {
                walk.open.pop();
            }
        };
        match &self.text[start..self.at] {
            "then" | "else" | "elif" | "while" | "until" | "!" | "time" => {}
            "if" => self.open.push("if"),
            "fi" => close(self, "if"),
            "do" => self.open.push("do"),
            "done" => close(self, "do"),
            "{" => self.open.push("{"),
            "}" => close(self, "{"),
            "case" => {
                self.open.push("case");
                return false;
            }
            "esac" => close(self, "case"),
            "function" => {
                let (_, behind) = first_word(self.rest());
                self.at = self.text.len() - behind.len();
            }
            _ => return false,
        }
        true
    }

    /// What was read is a command.
    fn end(&mut self, sign: &str) {
        let words = std::mem::take(&mut self.words);
        let plain = !std::mem::take(&mut self.redirected);
        let linked = self.linked || matches!(sign, "&&" | "||" | "|" | "|&" | "&" | "(");
        self.begins = true;
        if let Some((bytes, value, whole)) = self.setting(&words).filter(|_| plain) {
            let within = linked || !self.open.is_empty() && !self.is_fish;
            self.add(bytes, value, whole, within);
        }
    }

    /// The piece that sets the variable, the value, and whether the piece is the whole command.
    fn setting(&self, words: &[Range<usize>]) -> Option<(Range<usize>, String, bool)> {
        let all = words.first()?.start..words.last()?.end;
        let raw = |word: &Range<usize>| &self.text[word.clone()];
        let first = raw(&words[0]);
        if self.is_fish {
            let flags = words[1..].iter().take_while(|word| raw(word).starts_with('-')).count();
            let exports = words[1..=flags].iter().any(|word| {
                let flag = raw(word);
                flag == "--export" || !flag.starts_with("--") && flag.contains('x')
            });
            let [named, value] = &words[1 + flags..] else { return None };
            let sets = first == "set" && exports && raw(named) == self.name;
            return sets.then(|| (all, first_word(raw(value)).0.written(), true));
        }
        if let (":", [_, word]) = (first, words) {
            let inner = raw(word).trim_matches('"').strip_prefix("${")?.strip_suffix('}')?.strip_prefix(self.name)?;
            let value = inner.strip_prefix(":=").or_else(|| inner.strip_prefix('='))?;
            return Some((all, value.to_owned(), true));
        }
        let declares = match first {
            "export" => true,
            "declare" | "typeset" => words.iter().any(|word| raw(word).starts_with('-') && raw(word).contains('x')),
            _ => false,
        };
        let others = &words[usize::from(declares)..];
        let is_assignment =
            |word: &Range<usize>| raw(word).split_once('=').is_some_and(|(name, _)| is_name(plain(name)));
        if !declares && !others.iter().all(is_assignment) {
            return None;
        }
        let is_own = |word: &&Range<usize>| raw(word).split_once('=').is_some_and(|(name, _)| plain(name) == self.name);
        let own = others.iter().find(is_own)?;
        if others.iter().filter(is_own).count() > 1 {
            return None;
        }
        let value = raw(own).split_once('=').map(|(_, value)| value_of(value))?;
        if others.iter().filter(|word| !raw(word).starts_with('-')).count() == 1 {
            return Some((all, value, true));
        }
        let before = words.iter().rev().find(|word| word.end <= own.start);
        let behind = words.iter().find(|word| word.start >= own.end);
        let bytes = match (before, behind) {
            (Some(before), _) => before.end..own.end,
            (None, Some(behind)) => own.start..behind.start,
            (None, None) => return None,
        };
        Some((bytes, value, false))
    }

    fn add(&mut self, bytes: Range<usize>, value: String, whole: bool, within: bool) {
        let start = self.text[..bytes.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[bytes.end..].find('\n').map_or(self.text.len(), |at| bytes.end + at);
        if self.text[bytes.clone()].contains('\n') {
            return;
        }
        let line = &self.text[start..end];
        let mut bytes = bytes.start - start..bytes.end - start;
        let (before, behind) = (&line[..bytes.start], line[bytes.end..].trim_start());
        let is_last = behind.is_empty() || behind.starts_with('#');
        let follows = behind.strip_prefix(';').filter(|rest| !rest.starts_with([';', '&']));
        let is_continued = self.text[..start].ends_with("\\\n") || line.ends_with('\\');
        let ends = follows.is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with('#'));
        let instead = match (whole, within || is_continued) {
            (false, _) => Some(""),
            (true, true) => Some(":"),
            (true, false) if before.trim().is_empty() && (is_last || ends) => None,
            (true, false) => {
                let separated = before.trim_end().strip_suffix(';').filter(|rest| !rest.ends_with(';'));
                match (follows, separated) {
                    (Some(rest), _) if !ends => bytes.end = line.len() - rest.trim_start().len(),
                    (_, Some(rest)) => bytes.start = rest.len(),
                    _ => return,
                }
                Some("")
            }
        };
        let (counted, line) = self.counted;
        let line = line + self.text[counted..start].matches('\n').count();
        self.counted = (start, line);
        self.found.push(SettingStatement { line, bytes, value, instead });
    }
}

/// `NAME` of `NAME+=value`.
fn plain(name: &str) -> &str {
    name.strip_suffix('+').unwrap_or(name)
}

fn value_of(written: &str) -> String {
    match first_word(written) {
        (word, "") => word.written(),
        _ => ScriptText::of_text(written).written(),
    }
}

/// `<(…)` and `>(…)`, which are words.
fn is_process(rest: &str) -> bool {
    rest.starts_with("<(") || rest.starts_with(">(")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line that changes, as it is then; `-` where it goes.
    fn changed(text: &str) -> Vec<String> {
        let lines: Vec<&str> = text.lines().collect();
        let found = setting_statements(text, "GOBIN", false);
        let becomes = |one: &SettingStatement| match one.instead {
            None => format!("{}-", one.line),
            Some(instead) => {
                let line = lines[one.line - 1];
                format!("{} {}{instead}{}", one.line, &line[..one.bytes.start], &line[one.bytes.end..])
            }
        };
        found.iter().map(becomes).collect()
    }

    #[test]
    fn a_line_that_does_nothing_else_goes() {
        for line in [
            "export GOBIN=/x",
            "GOBIN=/x",
            "export GOBIN=\"$HOME/a b\"",
            "  GOBIN='/x' ",
            "export GOBIN=/x # mine",
            "export GOBIN=$(pwd)/bin;",
            "export GOBIN+=/x",
            "declare -x GOBIN=/x",
            ": \"${GOBIN:=/x}\"",
        ] {
            assert_eq!(changed(&format!("a\n{line}\nb\n")), ["2-"], "{line}");
        }
    }

    #[test]
    fn of_other_lines_goes_the_statement_alone_and_the_language_keeps_what_it_needs() {
        for (line, want) in [
            ("export GOBIN=/x; alias l=ls", "1 alias l=ls"),
            ("alias l=ls; export GOBIN=/x", "1 alias l=ls"),
            ("alias l=ls; export GOBIN=/x; m=1", "1 alias l=ls; m=1"),
            ("export GOBIN=/x GOPATH=/y", "1 export GOPATH=/y"),
            ("export GOPATH=/y GOBIN=/x", "1 export GOPATH=/y"),
            ("GOBIN=/x GOPATH=/y", "1 GOPATH=/y"),
            ("[ -d /x ] && export GOBIN=/x", "1 [ -d /x ] && :"),
            ("if [ -d /x ]; then export GOBIN=/x; fi", "1 if [ -d /x ]; then :; fi"),
            ("setup() { export GOBIN=/x; }", "1 setup() { :; }"),
            ("(export GOBIN=/x)", "1 (:)"),
            ("case $x in a) export GOBIN=/x;; esac", "1 case $x in a) :;; esac"),
        ] {
            assert_eq!(changed(line), [want], "{line}");
        }
        assert_eq!(changed("if a; then\n  # mine\n\texport GOBIN=/x\nfi\nexport GOBIN=/y\n"), ["3 \t:", "5-"]);
        assert_eq!(
            changed("function f {\n  GOBIN=/x\n}\nfor x in a; do\nGOBIN=/y\ndone\nGOBIN=/z"),
            ["2   :", "5 :", "7-"]
        );
        assert_eq!(changed("true &&\n  export GOBIN=/x\nGOBIN=/y"), ["2   :", "3-"]);
    }

    #[test]
    fn what_is_no_setting_of_the_variable_or_goes_over_several_lines_stays() {
        for text in [
            "GOBIN=/x go install ./...",
            "export MYGOBIN=/x",
            "echo \"export GOBIN=/x\"",
            "cat > ~/.x <<EOF\nexport GOBIN=/x\nEOF",
            "cat <<-'E' && true\n\texport GOBIN=/x\n\tE",
            "x='\nexport GOBIN=/x\n'",
            "# export GOBIN=/x",
            "export GOBIN=/x > /dev/null",
            "export GOBIN=\"/x\n/y\"",
            "export \\\nGOBIN=/x",
            "GOBIN=/x GOBIN=/y",
            ": ${GOBIN:-/x}",
            "export GOBIN",
        ] {
            assert_eq!(changed(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn fish_has_a_form_of_its_own() {
        let found = |text: &str| setting_statements(text, "GOBIN", true);
        assert_eq!(found("if a\n  set -gx GOBIN ~/bin # mine\nend\n")[0].instead, None);
        assert_eq!(found("set --export GOBIN '/a b'")[0].value, "/a b");
        assert_eq!(found("set -gx GOBIN /x; set -gx GOPATH /y")[0].bytes, 0..18);
        for text in ["set GOBIN /x", "set -gx GOBIN a b", "set -ex GOBIN", "export GOBIN=/x"] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
