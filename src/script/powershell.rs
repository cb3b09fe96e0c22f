//! PowerShell, the part of it in which workflows set variables: statements that send strings to a file by `>>`,
//! Out-File, Add-Content or Set-Content, and assignments to `$env:`.

use super::{
    Quotes, ScriptPiece, ScriptPlace, ScriptText, Setter, Stream, Target, Written, expression_end, go_env_w, is_name,
};
use std::collections::HashMap;

/// In bytes, of a variable that is put into its places.
const LONGEST_VALUE: usize = 256;

/// All places of a script.
pub(super) fn places(script: &str) -> Vec<ScriptPlace> {
    let tokens = PowerShellLexer { text: script, at: 0, line: 1 }.tokens();
    let mut reader = PowerShellReader { variables: HashMap::new(), written: Written::default(), blocks: 0 };
    let mut printed = Stream::default();
    let mut statement: Vec<PowerShellToken> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for token in tokens {
        match &token {
            PowerShellToken::Sign(sign @ ("(" | "@(")) => open.push(sign),
            PowerShellToken::Sign(")") => {
                open.pop();
            }
            // In a list each line is an element.
            PowerShellToken::Sign("\n" | ";") if open.last() == Some(&"@(") => {}
            PowerShellToken::Sign("\n") if !open.is_empty() || continues(&statement) => continue,
            PowerShellToken::Sign("\n" | ";" | "{" | "}") => {
                printed.append(reader.statement(&std::mem::take(&mut statement)));
                match &token {
                    PowerShellToken::Sign("{") => reader.blocks += 1,
                    PowerShellToken::Sign("}") => reader.blocks = reader.blocks.saturating_sub(1),
                    _ => {}
                }
                if matches!(token, PowerShellToken::Sign("{" | "}")) {
                    open.clear();
                }
                continue;
            }
            _ => {}
        }
        statement.push(token);
    }
    printed.append(reader.statement(&statement));
    reader.written.commands(&printed);
    reader.written.places()
}

/// Whether a statement goes on in the next line.
fn continues(statement: &[PowerShellToken]) -> bool {
    matches!(statement.last(), Some(PowerShellToken::Sign("|" | "," | "+" | "=")))
}

#[derive(Clone, Debug)]
enum PowerShellToken {
    /// A string or a bare word, with its line.
    Word(ScriptText, usize, bool),
    Sign(&'static str),
}

const SIGNS: [&str; 13] = [">>", ">", "|", ";", "\n", "@(", "(", ")", "{", "}", ",", "+", "="];

struct PowerShellLexer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> PowerShellLexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, bytes: usize) -> &'t str {
        super::advance(self.text, &mut self.at, &mut self.line, bytes)
    }

    fn char(&mut self) -> &'t str {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        self.skip(length)
    }

    fn tokens(mut self) -> Vec<PowerShellToken> {
        let mut tokens = Vec::new();
        while let Some(byte) = self.byte() {
            let rest = self.rest();
            if matches!(byte, b' ' | b'\t' | b'\r') {
                self.at += 1;
            } else if rest.starts_with("`\n") || rest.starts_with("`\r\n") {
                let length = rest.find('\n').map_or(1, |at| at + 1);
                self.skip(length);
            } else if rest.starts_with("<#") {
                let length = rest.find("#>").map_or(rest.len(), |at| at + 2);
                self.skip(length);
            } else if byte == b'#' {
                let length = rest.find('\n').unwrap_or(rest.len());
                self.skip(length);
            } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
                self.skip(sign.len());
                tokens.push(PowerShellToken::Sign(sign));
            } else {
                let line = self.line;
                let (word, quoted) = self.word();
                tokens.push(PowerShellToken::Word(word, line, quoted));
            }
        }
        tokens
    }

    fn word(&mut self) -> (ScriptText, bool) {
        let (mut template, mut quoted) = (ScriptText::default(), false);
        let start = self.at;
        while let Some(byte) = self.byte() {
            let rest = self.rest();
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'(' | b')' | b'{' | b'}' | b',' => break,
                b'>' => break,
                // `$x=` and `$x+`, while `-X=y` and `a+b` are words.
                b'=' | b'+' if self.text[start..self.at].starts_with('$') || quoted => break,
                b'@' if rest.starts_with("@\"\n") || rest.starts_with("@'\n") => {
                    quoted = true;
                    self.here_string(&mut template);
                }
                b'\'' => {
                    quoted = true;
                    self.at += 1;
                    self.single(&mut template);
                }
                b'"' => {
                    quoted = true;
                    self.at += 1;
                    self.double(&mut template, Some(b'"'), Quotes::Double);
                }
                b'$' => self.dollar(&mut template, if quoted { Quotes::Double } else { Quotes::None }),
                b'`' => {
                    self.at += 1;
                    template.push_text(self.char());
                }
                _ => {
                    template.push_text(self.char());
                }
            }
        }
        if self.at == start {
            template.push_text(self.char());
        }
        (template, quoted)
    }

    /// Behind `'`; two are one.
    fn single(&mut self, template: &mut ScriptText) {
        while let Some(byte) = self.byte() {
            match byte {
                b'\'' if self.rest().starts_with("''") => {
                    self.at += 2;
                    template.push_text("'");
                }
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'$' if self.expression(template, Quotes::Single) => {}
                _ => template.push_text(self.char()),
            }
        }
    }

    /// Behind `"`, up to the next one or to the end.
    fn double(&mut self, template: &mut ScriptText, end: Option<u8>, within: Quotes) {
        while let Some(byte) = self.byte() {
            match byte {
                b'"' if end.is_some() && self.rest().starts_with("\"\"") => {
                    self.at += 2;
                    template.push_text("\"");
                }
                _ if Some(byte) == end => {
                    self.at += 1;
                    return;
                }
                b'$' => self.dollar(template, within),
                b'`' => {
                    self.at += 1;
                    match self.char() {
                        "n" => template.push_text("\n"),
                        "t" => template.push_text("\t"),
                        "r" => template.push_text("\r"),
                        "\n" => {}
                        other => template.push_text(other),
                    }
                }
                _ => template.push_text(self.char()),
            }
        }
    }

    /// From `@"` to `"@` at the beginning of a line.
    fn here_string(&mut self, template: &mut ScriptText) {
        let mark = if self.rest().starts_with("@\"") { "\n\"@" } else { "\n'@" };
        self.at += 2;
        // The text begins behind this line feed and ends before the one of the mark.
        let length = self.rest().find(mark);
        let body =
            &self.rest()[1.min(self.rest().len())..length.unwrap_or(self.rest().len()).max(1.min(self.rest().len()))];
        if mark == "\n\"@" {
            PowerShellLexer { text: body, at: 0, line: self.line }.double(template, None, Quotes::Text);
        } else {
            let text = ScriptText::of_expressions(body);
            text.0.into_iter().for_each(|piece| template.push(piece));
        }
        self.skip(length.map_or(self.rest().len(), |at| at + mark.len()));
    }

    /// Whether an expression begins here.
    fn expression(&mut self, template: &mut ScriptText, within: Quotes) -> bool {
        let rest = self.rest();
        let Some(length) = rest.starts_with("${{").then(|| expression_end(rest)).flatten() else { return false };
        template.push(ScriptPiece::Expression { inner: rest[3..length - 2].to_owned(), within });
        self.skip(length);
        true
    }

    /// At `$`. Variables of the environment have `env:` before their name, a script's own a `$`.
    fn dollar(&mut self, template: &mut ScriptText, within: Quotes) {
        if self.expression(template, within) {
            return;
        }
        let rest = self.rest();
        let name_length = |text: &str| text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let mut variable = |name: String, written: &str| {
            template.push(ScriptPiece::Variable { name, quoted: true, written: written.to_owned() });
        };
        let is_env = |text: &str| text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("env:"));
        let near = rest.bytes().take(LONGEST_VALUE).position(|byte| byte == b'}');
        if let Some(inner) = near.filter(|_| rest.starts_with("${")).map(|end| &rest[2..end]) {
            let name = if is_env(inner) { inner[4..].to_owned() } else { format!("${inner}") };
            variable(name, &rest[..inner.len() + 3]);
            self.skip(inner.len() + 3);
        } else if rest.starts_with("$(") {
            let length = balanced(rest);
            // Where nothing closes it, it goes to the end.
            let inner = rest.get(2..length).unwrap_or_default();
            let inner = inner.strip_suffix(')').unwrap_or(inner).trim();
            if let Some(name) =
                inner.get(1..).filter(|name| inner.starts_with('$') && is_env(name) && is_name(&name[4..]))
            {
                variable(name[4..].to_owned(), &rest[..length]);
            } else {
                template.push(ScriptPiece::Unknown(rest[..length].to_owned()));
            }
            self.skip(length);
        } else if is_env(&rest[1..]) {
            let length = name_length(&rest[5..]);
            variable(rest[5..5 + length].to_owned(), &rest[..5 + length]);
            self.skip(5 + length);
        } else {
            let length = name_length(&rest[1..]);
            if length == 0 {
                return template.push_text(self.skip(1));
            }
            // A property, an element or a method of it; within a string those are text.
            let after = rest.as_bytes().get(length + 1).copied();
            if within == Quotes::None && matches!(after, Some(b'.' | b'[' | b':')) {
                let more = rest[length + 1..].bytes().take_while(|b| !b" \t\n;|,)}".contains(b)).count();
                let more = (more..).find(|end| rest.is_char_boundary(length + 1 + end)).unwrap_or(0);
                template.push(ScriptPiece::Unknown(rest[..=length + more].to_owned()));
                self.skip(length + 1 + more);
            } else {
                variable(rest[..=length].to_ascii_lowercase(), &rest[..=length]);
                self.skip(length + 1);
            }
        }
    }
}

/// Up to and with what closes the first parenthesis.
fn balanced(text: &str) -> usize {
    let (mut open, mut quote) = (0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => open += 1,
            (None, b')') => {
                open -= 1;
                if open == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

struct PowerShellReader {
    /// What the script has set, by `$name` and, of the environment, by `NAME`; `None`: nobody knows.
    variables: HashMap<String, Option<ScriptText>>,
    written: Written,
    /// Braces that are open.
    blocks: usize,
}

impl PowerShellReader {
    /// What a statement prints.
    fn statement(&mut self, tokens: &[PowerShellToken]) -> Stream {
        if let [PowerShellToken::Word(name, line, false), PowerShellToken::Sign("="), value @ ..] = tokens {
            self.assign(name, *line, value);
            return Stream::default();
        }
        let mut printed = Stream::default();
        for (at, command) in tokens.split(|token| matches!(token, PowerShellToken::Sign("|"))).enumerate() {
            let input = (at > 0).then(|| std::mem::take(&mut printed));
            printed = self.command(command, input);
        }
        printed
    }

    fn assign(&mut self, name: &ScriptText, line: usize, value: &[PowerShellToken]) {
        let [ScriptPiece::Variable { name, .. }] = name.0.as_slice() else { return };
        // A bare word is a command there, unless it is a number.
        let is_command = |token: &PowerShellToken| match token {
            PowerShellToken::Word(word, _, false) => match word.0.as_slice() {
                [ScriptPiece::Literal(text), ..] => text.parse::<f64>().is_err(),
                _ => false,
            },
            _ => false,
        };
        let value = match value {
            [first, ..] if is_command(first) => None,
            _ => self.value(value),
        };
        if !name.starts_with('$') {
            let shown = value.clone().unwrap_or_else(|| ScriptText(vec![ScriptPiece::Unknown("…".to_owned())]));
            self.written.others.push(ScriptPlace { by: Setter::Export, name: name.clone(), value: shown, line });
        }
        // Where it is not certain that this is run, it is not certain what it is afterwards.
        let known = value.filter(|value| self.blocks == 0 && value.written().len() <= LONGEST_VALUE);
        self.variables.insert(name.clone(), known);
    }

    /// One string, or several with `+` between.
    fn value(&mut self, tokens: &[PowerShellToken]) -> Option<ScriptText> {
        let tokens = match tokens {
            [PowerShellToken::Sign("("), inner @ .., PowerShellToken::Sign(")")] => inner,
            all => all,
        };
        let mut value = ScriptText::default();
        for (at, token) in tokens.iter().enumerate() {
            match token {
                PowerShellToken::Word(word, ..) if at % 2 == 0 => {
                    self.expand(word).0.into_iter().for_each(|piece| value.push(piece));
                }
                PowerShellToken::Sign("+") if at % 2 == 1 => {}
                _ => {
                    // The first piece may still tell the name.
                    value.push(ScriptPiece::Unknown("…".to_owned()));
                    return Some(value);
                }
            }
        }
        (!tokens.is_empty()).then_some(value)
    }

    /// With what the script has set before.
    fn expand(&self, template: &ScriptText) -> ScriptText {
        let mut expanded = ScriptText::default();
        for piece in &template.0 {
            match piece {
                ScriptPiece::Variable { name, written, .. } => match self.variables.get(name) {
                    Some(Some(value)) => {
                        value.0.iter().for_each(|piece| expanded.push(piece.clone()));
                    }
                    Some(_) => expanded.push(ScriptPiece::Unknown(written.clone())),
                    // A variable that another statement sets in a way that is not read.
                    None if name.starts_with('$') && !name.eq_ignore_ascii_case("$home") => {
                        expanded.push(ScriptPiece::Unknown(written.clone()));
                    }
                    None if name.eq_ignore_ascii_case("$home") => expanded.push(ScriptPiece::Variable {
                        name: "HOME".to_owned(),
                        quoted: true,
                        written: written.clone(),
                    }),
                    None => expanded.push(piece.clone()),
                },
                other => expanded.push(other.clone()),
            }
        }
        expanded
    }

    fn command(&mut self, tokens: &[PowerShellToken], input: Option<Stream>) -> Stream {
        let redirect = tokens.iter().position(|token| matches!(token, PowerShellToken::Sign(">>" | ">")));
        let Some(at) = redirect else { return self.output(tokens, input) };
        let printed = self.output(&tokens[..at], input);
        if let Some(PowerShellToken::Word(file, ..)) = tokens.get(at + 1) {
            self.deliver(file, printed, matches!(tokens[at], PowerShellToken::Sign(">")));
        }
        Stream::default()
    }

    fn deliver(&mut self, file: &ScriptText, content: Stream, replaces: bool) {
        let file = self.expand(file);
        if let Some(target) = Target::of(&file) {
            self.written.add(target, content, replaces && self.blocks == 0);
        }
    }

    fn output(&mut self, tokens: &[PowerShellToken], input: Option<Stream>) -> Stream {
        let Some(PowerShellToken::Word(first, line, quoted)) = tokens.first() else {
            return self.strings(tokens);
        };
        let name = if *quoted { String::new() } else { first.as_literal().unwrap_or_default().to_ascii_lowercase() };
        let arguments = &tokens[1..];
        match name.as_str() {
            "echo" | "write-output" | "write-host" | "write" => {
                let words: Vec<PowerShellToken> =
                    arguments.iter().filter(|token| !is_parameter(token, "")).cloned().collect();
                if words.iter().any(|token| matches!(token, PowerShellToken::Sign(_))) {
                    return self.strings(&words);
                }
                let mut stream = Stream::default();
                for token in &words {
                    let PowerShellToken::Word(word, line, _) = token else { continue };
                    stream.template(self.expand(word), *line);
                    stream.end_line(*line);
                }
                stream
            }
            "out-file" | "add-content" | "set-content" | "ac" | "sc" | "tee-object" | "tee" => {
                self.file_command(&name, arguments, input)
            }
            "go" | "go.exe" => {
                let words: Vec<ScriptText> = tokens
                    .iter()
                    .filter_map(|token| match token {
                        PowerShellToken::Word(word, ..) => Some(self.expand(word)),
                        PowerShellToken::Sign(_) => None,
                    })
                    .collect();
                let set = go_env_w(&words, *line);
                let printed = if set.is_empty() { Stream::unknown(name, *line) } else { Stream::default() };
                self.written.others.extend(set);
                printed
            }
            _ if *quoted || first.0.iter().any(|piece| !matches!(piece, ScriptPiece::Literal(_))) => {
                self.strings(tokens)
            }
            "if" | "else" | "elseif" | "foreach" | "cd" | "set-location" | "mkdir" => Stream::default(),
            _ => Stream::unknown(first.written(), *line),
        }
    }

    /// Strings of an expression, each a line: `"a", "b"`, `@("a"; "b")`, `"a" + $b`.
    fn strings(&mut self, tokens: &[PowerShellToken]) -> Stream {
        let tokens = match tokens {
            [PowerShellToken::Sign("(" | "@("), inner @ .., PowerShellToken::Sign(")")] => inner,
            all => all,
        };
        let mut stream = Stream::default();
        for one in tokens.split(|token| matches!(token, PowerShellToken::Sign("," | "\n" | ";"))) {
            let Some(line) = one.iter().find_map(|token| match token {
                PowerShellToken::Word(_, line, _) => Some(*line),
                PowerShellToken::Sign(_) => None,
            }) else {
                continue;
            };
            let value = self.value(one).unwrap_or_default();
            stream.template(value, line);
            stream.end_line(line);
        }
        stream
    }

    fn file_command(&mut self, name: &str, arguments: &[PowerShellToken], input: Option<Stream>) -> Stream {
        let (mut file, mut value, mut appends, mut keeps_line) = (None, Vec::new(), false, true);
        let takes_content = matches!(name, "add-content" | "set-content" | "ac" | "sc");
        appends |= matches!(name, "add-content" | "ac");
        let mut at = 0;
        let mut positional = 0;
        while at < arguments.len() {
            let token = &arguments[at];
            at += 1;
            if is_parameter(token, "append") {
                appends = true;
            } else if is_parameter(token, "nonewline") {
                keeps_line = false;
            } else if ["filepath", "path", "literalpath"].iter().any(|name| is_parameter(token, name)) {
                file = arguments.get(at).cloned();
                at += 1;
            } else if ["value", "inputobject"].iter().any(|name| is_parameter(token, name)) {
                let end = argument_end(arguments, at);
                value = arguments[at..end].to_vec();
                at = end;
            } else if ["force", "passthru", "noclobber"].iter().any(|name| is_parameter(token, name)) {
            } else if is_parameter(token, "") {
                // `-Encoding utf8`.
                at += 1;
            } else if matches!(token, PowerShellToken::Word(..) | PowerShellToken::Sign("(" | "@(")) {
                let end = argument_end(arguments, at - 1);
                match positional {
                    0 if file.is_none() => file = Some(token.clone()),
                    _ if takes_content && value.is_empty() => value = arguments[at - 1..end].to_vec(),
                    _ => {}
                }
                positional += 1;
                at = end.max(at);
            }
        }
        let mut content = if value.is_empty() { input.unwrap_or_default() } else { self.strings(&value) };
        if !keeps_line {
            content.open = !content.lines.is_empty();
        }
        if let Some(PowerShellToken::Word(file, ..)) = file {
            self.deliver(&file, content, !appends);
        }
        Stream::default()
    }
}

/// Where the argument that begins here ends: at the next one, but `"a", "b"` and what is in parentheses are one.
fn argument_end(tokens: &[PowerShellToken], start: usize) -> usize {
    let mut open = 0_usize;
    let mut at = start;
    while at < tokens.len() {
        match &tokens[at] {
            PowerShellToken::Sign("(" | "@(") => open += 1,
            PowerShellToken::Sign(")") => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
        let joins = |token: Option<&PowerShellToken>| matches!(token, Some(PowerShellToken::Sign("," | "+")));
        if open == 0 && !joins(tokens.get(at)) && !joins(tokens.get(at - 1)) {
            break;
        }
    }
    at
}

/// `-Name`, in any case, and shortened as PowerShell allows; all of them for no name.
fn is_parameter(token: &PowerShellToken, name: &str) -> bool {
    let PowerShellToken::Word(word, _, false) = token else { return false };
    let Some(ScriptPiece::Literal(text)) = word.0.first() else { return false };
    let Some(given) = text.strip_prefix('-').map(str::to_ascii_lowercase) else { return false };
    let is_word = given.starts_with(|c: char| c.is_ascii_alphabetic());
    is_word && (name.is_empty() || name.starts_with(&given))
}

/// One argument of a command, as a program gets it: `a`, `"a b"`, `-tags=a,b`, `$dir/x`.
pub(crate) fn argument(text: &str) -> ScriptText {
    let mut lexer = PowerShellLexer { text, at: 0, line: 1 };
    let mut whole = ScriptText::default();
    while let Some(byte) = lexer.byte() {
        match byte {
            // Blocks, expressions and lists of strings.
            b'(' | b'{' | b')' | b'}' | b';' | b'|' | b' ' | b'\t' | b'\n' | b'\r' => {
                return ScriptText(vec![ScriptPiece::Unknown(text.to_owned())]);
            }
            b',' | b'=' | b'+' | b'>' => whole.push_text(lexer.skip(1)),
            _ => lexer.word().0.0.into_iter().for_each(|piece| whole.push(piece)),
        }
    }
    whole
}
