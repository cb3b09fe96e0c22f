//! cmd, in one pass: it has words, blocks, `if`, `for`, and a parser that nobody has written down.

use super::{
    RunnerFileWrite, ScriptCommand, ScriptReading, SetNames, SpanFinder, VariableSyntax, VariableUse, WriteWay,
    is_environment_name, named_file,
};
use crate::script::{Quotes, ScriptShell, ScriptText, cmd::template, expression_end, is_name};
use std::ops::Range;

/// Variables that cmd itself has.
const OWN: [&str; 7] = ["CD", "DATE", "TIME", "RANDOM", "ERRORLEVEL", "CMDCMDLINE", "CMDEXTVERSION"];

pub(super) fn read(script: &str) -> ScriptReading {
    let mut reader = CmdReader {
        script,
        finder: SpanFinder::of(script),
        at: 0,
        blocks: Vec::new(),
        conditional: false,
        jumps: false,
        comments: Vec::new(),
        tests: Vec::new(),
        names: SetNames::default(),
        reading: ScriptReading { syntax_is_known: true, ..ScriptReading::default() },
    };
    while reader.at < script.len() {
        reader.statement();
    }
    reader.reading.syntax_is_known &= reader.blocks.is_empty();
    reader.variables();
    reader.reading
}

struct CmdReader<'s> {
    script: &'s str,
    finder: SpanFinder,
    at: usize,
    /// For each `(` that is open, whether what is in it may not be run.
    blocks: Vec<bool>,
    /// Whether the rest of the line may not be run.
    conditional: bool,
    /// There are labels: lines may be left out and run again.
    jumps: bool,
    comments: Vec<Range<usize>>,
    /// What only asks, behind `if`.
    tests: Vec<Range<usize>>,
    names: SetNames,
    reading: ScriptReading,
}

/// `>> FILE` of a command.
struct CmdRedirect {
    start: usize,
    append: bool,
    file: Range<usize>,
}

impl<'s> CmdReader<'s> {
    fn rest(&self) -> &'s str {
        &self.script[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.script.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest();
            self.at += match rest.as_bytes() {
                [b' ' | b'\t' | b'\r' | b',' | b';' | b'=', ..] => 1,
                [b'^', b'\n', ..] => 2,
                [b'^', b'\r', b'\n', ..] => 3,
                _ => return,
            };
        }
    }

    fn skip_line(&mut self) -> Range<usize> {
        let start = self.at;
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        start..self.at
    }

    /// The word that begins here, up to a blank or a sign outside of quotes. Nothing where none does.
    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        let mut quoted = false;
        while let Some(byte) = self.byte() {
            match byte {
                b'\n' => break,
                b'"' => quoted = !quoted,
                b'^' if !quoted => {
                    if self.rest()[1..].trim_start_matches('\r').starts_with('\n') {
                        break;
                    }
                    self.at += 1;
                    self.at += self.rest().chars().next().map_or(0, char::len_utf8);
                    continue;
                }
                b'$' => {
                    if let Some(length) = self.rest().starts_with("${{").then(|| expression_end(self.rest())).flatten()
                    {
                        self.at += length;
                        continue;
                    }
                }
                b' ' | b'\t' | b'\r' | b'&' | b'|' | b'<' | b'>' if !quoted => break,
                b'(' if !quoted && self.at == start => break,
                b')' if !quoted && !self.blocks.is_empty() => break,
                _ => {}
            }
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
        start..self.at
    }

    /// What begins here: a sign, a keyword or a command.
    fn statement(&mut self) {
        self.skip_blanks();
        let Some(byte) = self.byte() else { return };
        match byte {
            b'@' => self.at += 1,
            b'\n' => {
                self.at += 1;
                self.conditional = self.jumps || self.blocks.last().copied().unwrap_or_default();
            }
            b'(' => {
                self.at += 1;
                self.blocks.push(self.conditional);
            }
            b')' => {
                self.at += 1;
                self.reading.syntax_is_known &= self.blocks.pop().is_some();
                self.block_redirects();
            }
            b'&' | b'|' => {
                let sign = [b'&', b'|'].iter().any(|sign| self.rest().as_bytes().starts_with(&[*sign, *sign]));
                self.conditional |= sign;
                self.at += 1 + usize::from(sign);
            }
            b':' => {
                if !self.rest().starts_with("::") {
                    self.jumps = true;
                }
                let line = self.skip_line();
                self.comments.push(line);
            }
            _ => self.keyword_or_command(),
        }
    }

    fn keyword_or_command(&mut self) {
        let start = self.at;
        let word = self.word();
        // `if(` and `echo.` are two.
        let name = self.script[word.clone()].split(['(', '.', '/', ':', '"']).next().unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "rem" => {
                self.skip_line();
                self.comments.push(start..self.at);
            }
            "else" => {
                self.at = start + 4;
                self.conditional = true;
            }
            "if" => {
                self.at = start + 2;
                self.condition();
            }
            "for" => {
                self.at = start + 3;
                self.conditional = true;
                self.for_header();
            }
            _ => {
                self.at = start;
                self.command();
            }
        }
    }

    /// Behind `if`, up to the command.
    fn condition(&mut self) {
        let start = self.at;
        let mut next = || {
            self.skip_blanks_of_condition();
            let word = self.word();
            self.script[word].to_ascii_lowercase()
        };
        let mut word = next();
        while matches!(word.as_str(), "/i" | "not") {
            word = next();
        }
        match word.as_str() {
            "defined" | "exist" | "errorlevel" | "cmdextversion" => {
                next();
            }
            _ if word.contains("==") && !word.ends_with("==") => {}
            _ if word.ends_with("==") => {
                next();
            }
            _ => {
                let operator = next();
                if operator == "==" || matches!(operator.as_str(), "equ" | "neq" | "lss" | "leq" | "gtr" | "geq") {
                    next();
                } else if !operator.starts_with("==") {
                    self.reading.syntax_is_known = false;
                }
            }
        }
        self.tests.push(start..self.at);
        self.conditional = true;
    }

    fn skip_blanks_of_condition(&mut self) {
        while let Some(b' ' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    /// Behind `for`, up to `do`.
    fn for_header(&mut self) {
        let line = self.rest().find('\n').unwrap_or(self.rest().len()).min(LONGEST_HEADER);
        let end = (self.at..=self.at + line).rev().find(|end| self.script.is_char_boundary(*end)).unwrap_or(self.at);
        let header = &self.script[self.at..end];
        let lower = header.to_ascii_lowercase();
        match lower.find(") do ").or_else(|| lower.find(")do ")).or_else(|| lower.find(") do(")) {
            Some(at) => self.at += at + 1 + lower[at..].find("do").unwrap_or_default() + 1,
            // `in (` and lines of values.
            None => {
                self.reading.syntax_is_known = false;
                self.at = end;
            }
        }
    }

    fn command(&mut self) {
        let start = self.at;
        let (mut words, mut redirects) = (Vec::new(), Vec::new());
        let mut end = start;
        while let Some(byte) = self.byte() {
            let digit = self.rest().bytes().take_while(u8::is_ascii_digit).count();
            match byte {
                b'\n' | b'&' | b'|' => break,
                b')' if !self.blocks.is_empty() => break,
                b'>' | b'<' => redirects.extend(self.redirect(self.at)),
                _ if digit == 1 && self.rest()[1..].starts_with(['>', '<']) => {
                    let from = self.at;
                    self.at += 1;
                    redirects.extend(self.redirect(from));
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'^' if self.rest().starts_with("^\n") || self.rest().starts_with("^\r\n") => {
                    self.at += self.rest().find('\n').unwrap_or_default() + 1;
                }
                // `>> FILE (`: the block is still to come.
                b'(' if words.is_empty() => break,
                b'(' => {
                    // Behind a word it is text.
                    self.at += 1;
                    words.push(self.at - 1..self.at);
                    end = self.at;
                }
                _ => {
                    let word = self.word();
                    if word.is_empty() {
                        self.at += 1;
                        continue;
                    }
                    end = word.end;
                    words.push(word);
                }
            }
        }
        self.add_command(start..end, &words);
        redirects.into_iter().for_each(|one| self.add_write(one));
    }

    /// At the operator; `>&1` is none of a file.
    fn redirect(&mut self, start: usize) -> Option<CmdRedirect> {
        let signs = self.rest().bytes().take_while(|byte| matches!(byte, b'>' | b'<')).count();
        let writes = self.byte() == Some(b'>');
        self.at += signs;
        if self.byte() == Some(b'&') {
            self.at += 1;
            self.at += usize::from(self.byte().is_some_and(|byte| byte.is_ascii_alphanumeric()));
            return None;
        }
        while let Some(b' ' | b'\t') = self.byte() {
            self.at += 1;
        }
        let file = self.word();
        let is_output = !self.script[start..].starts_with(|c: char| c.is_ascii_digit() && c != '1');
        (writes && is_output && !file.is_empty()).then_some(CmdRedirect { start, append: signs > 1, file })
    }

    /// `( … ) >> FILE`.
    fn block_redirects(&mut self) {
        loop {
            while let Some(b' ' | b'\t') = self.byte() {
                self.at += 1;
            }
            if !matches!(self.byte(), Some(b'>' | b'<')) {
                return;
            }
            let start = self.at;
            if let Some(one) = self.redirect(start) {
                self.add_write(one);
            }
        }
    }

    fn add_write(&mut self, one: CmdRedirect) {
        let Some((file, syntax)) = named_file(&self.script[one.file.clone()], ScriptShell::Cmd) else { return };
        self.reading.file_writes.push(RunnerFileWrite {
            file,
            syntax,
            span: self.finder.span(one.start..one.file.end),
            named: self.finder.span(one.file),
            append: one.append,
            way: WriteWay::Redirect,
            encoding: None,
        });
    }

    fn add_command(&mut self, place: Range<usize>, places: &[Range<usize>]) {
        let text = |place: &Range<usize>| template(&self.script[place.clone()].replace('"', ""), Quotes::None);
        let words: Vec<ScriptText> = places.iter().map(text).collect();
        let Some(first) = words.first() else { return };
        let name = first.as_literal().unwrap_or_default().to_ascii_lowercase();
        let second = words.get(1).map(ScriptText::written).unwrap_or_default();
        match name.as_str() {
            "set" => {
                let names = words[1..].iter().map(ScriptText::written).find(|word| !word.starts_with('/'));
                if let Some(name) = names.as_deref().and_then(|text| text.split('=').next()).filter(|one| is_name(one))
                {
                    self.names.add(&name.to_ascii_uppercase(), place.end);
                }
            }
            "call" if second.starts_with(':') => {}
            "call" | "refreshenv" => self.names.add_all(place.start),
            _ if name.ends_with(".bat") || name.ends_with(".cmd") => self.names.add_all(place.start),
            _ => {}
        }
        let span = self.finder.span(place);
        if let Some(way) = WriteWay::of_command(&name, ScriptShell::Cmd) {
            let is_flag = |word: &ScriptText| {
                word.as_literal().is_some_and(|text| text.starts_with('-') && text.to_ascii_lowercase().contains('a'))
            };
            let append = way == WriteWay::AddContent || words.iter().any(is_flag);
            for place in &places[1..] {
                let Some((file, syntax)) = named_file(&self.script[place.clone()], ScriptShell::Cmd) else { continue };
                let (named, span) = (self.finder.span(place.clone()), span.clone());
                self.reading.file_writes.push(RunnerFileWrite {
                    file,
                    syntax,
                    named,
                    span,
                    append,
                    way,
                    encoding: None,
                });
            }
        }
        let conditional = self.conditional;
        self.reading.commands.push(ScriptCommand {
            words,
            assignments: Vec::new(),
            span,
            conditional,
            substituted: false,
        });
    }

    /// Every use of a variable in the whole script, once all that it sets is known.
    fn variables(&mut self) {
        let delayed = self.script.to_ascii_lowercase().contains("enabledelayedexpansion");
        let within = |ranges: &[Range<usize>], at: usize| {
            let before = ranges.partition_point(|one| one.start <= at);
            before > 0 && ranges[before - 1].contains(&at)
        };
        let mut at = 0;
        while let Some(start) = self.script[at..].find(['%', '$', '!']).map(|length| at + length) {
            let rest = &self.script[start..];
            let (length, found) = variable(rest, delayed);
            at = start + length;
            let Some((name, syntax)) = found else { continue };
            if within(&self.comments, start) {
                continue;
            }
            let known = name.to_ascii_uppercase();
            self.reading.variables.push(VariableUse {
                name: name.to_owned(),
                syntax,
                span: self.finder.span(start..at),
                has_default: false,
                tested: within(&self.tests, start),
                set_before: syntax == VariableSyntax::Cmd
                    && (self.names.has(&known, (!self.jumps).then_some(start)) || OWN.contains(&known.as_str())),
            });
        }
    }
}

/// What begins at a sign of variables: its length, and the variable where it is one.
fn variable(text: &str, delayed: bool) -> (usize, Option<(&str, VariableSyntax)>) {
    let name = |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if let Some(length) = text.starts_with("${{").then(|| expression_end(text)).flatten() {
        return (length, None);
    }
    if text.starts_with("%%") {
        return (2, None);
    }
    let foreign = |name: &str| is_environment_name(name);
    if let Some(rest) = text.strip_prefix('$') {
        let braced = usize::from(rest.starts_with('{'));
        let is_env = rest.get(braced..braced + 4).is_some_and(|text| text.eq_ignore_ascii_case("env:"));
        let skipped = braced + if is_env { 4 } else { 0 };
        let length = name(&rest[skipped..]);
        let found = &rest[skipped..skipped + length];
        let end = skipped + length + braced;
        let closes = braced == 0 || rest[skipped + length..].starts_with('}');
        if closes && foreign(found) {
            return (end + 1, Some((found, if is_env { VariableSyntax::PowerShellEnv } else { VariableSyntax::Sh })));
        }
        return (1, None);
    }
    let mark = &text[..1];
    if mark == "!" && !delayed {
        return (1, None);
    }
    let length = name(&text[1..]);
    let (found, behind) = text[1..].split_at(length);
    if !is_name(found) {
        return (1, None);
    }
    if behind.starts_with(mark) {
        return (length + 2, Some((found, VariableSyntax::Cmd)));
    }
    // `%X:a=b%` and `%X:~0,3%`.
    let line = behind.find('\n').unwrap_or(behind.len()).min(LONGEST_CHANGE);
    let line = (0..=line).rev().find(|end| behind.is_char_boundary(*end)).unwrap_or_default();
    match behind[..line].find(mark).filter(|_| behind.starts_with(':')) {
        Some(at) => (1 + length + at + 1, Some((found, VariableSyntax::Cmd))),
        None => (1, None),
    }
}

/// In bytes, of what stands between `for` and `do`.
const LONGEST_HEADER: usize = 2_048;

/// In bytes, of what stands behind the colon of `%X:a=b%`.
const LONGEST_CHANGE: usize = 256;
