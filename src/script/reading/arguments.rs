//! What programs get from PowerShell as their arguments, made such that tree-sitter-powershell reads it: it knows
//! neither `-tags=a,b` nor `--` nor `$dir/x` nor `./x` behind `&&`. One pass that knows commands from expressions.

use super::tree::StandIn;

/// What is open.
enum Open {
    /// `(`, `$(`, `@(`, `{` and `[`, with the mode that goes on behind it.
    Bracket(Mode),
    /// `@{`, in which a line begins with a key.
    Table(Mode),
    /// `"`.
    Text,
}

/// Where in a statement the next word stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// It begins one.
    Start,
    /// It is an argument.
    Command,
    Expression,
}

/// Words behind which a statement begins.
const KEYWORDS: [&str; 24] = [
    "if", "elseif", "else", "while", "until", "do", "for", "foreach", "in", "switch", "default", "return", "throw",
    "exit", "function", "filter", "param", "try", "catch", "finally", "trap", "begin", "process", "end",
];

pub(super) fn readable_arguments(text: &str) -> StandIn {
    let mut reader =
        ArgumentReader { text, at: 0, open: Vec::new(), mode: Mode::Start, blank: true, stand_in: StandIn::default() };
    while reader.at < text.len() {
        reader.step();
    }
    reader.stand_in
}

struct ArgumentReader<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Open>,
    mode: Mode,
    /// What stands before is no part of a word.
    blank: bool,
    stand_in: StandIn,
}

impl<'t> ArgumentReader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// As it is.
    fn copy(&mut self, bytes: usize) {
        let mut end = (self.at + bytes).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.stand_in.push(&self.text[self.at..end]);
        self.at = end;
    }

    fn copy_through(&mut self, mark: &str, from: usize) {
        let rest = self.rest();
        let length = rest.get(from..).and_then(|rest| rest.find(mark)).map_or(rest.len(), |at| from + at + mark.len());
        self.copy(length);
    }

    fn step(&mut self) {
        if matches!(self.open.last(), Some(Open::Text)) {
            return self.in_text();
        }
        let rest = self.rest();
        let blank = std::mem::replace(&mut self.blank, false);
        let byte = rest.as_bytes()[0];
        match byte {
            b' ' | b'\t' | b'\r' => {
                self.blank = true;
                self.copy(1);
            }
            b'`' => {
                self.blank = blank;
                self.copy(if rest.starts_with("`\r\n") { 3 } else { 2 });
            }
            b'\n' | b';' if matches!(self.open.last(), Some(Open::Table(_))) => {
                self.mode = Mode::Expression;
                self.copy(1);
            }
            b'\n' | b';' | b'|' => self.begin(1),
            b'&' if rest.starts_with("&&") => self.begin(2),
            b'&' if self.mode != Mode::Expression => self.begin(1),
            b'<' if rest.starts_with("<#") => {
                self.copy_through("#>", 2);
                self.blank = true;
            }
            b'#' if blank => self.copy(rest.find('\n').unwrap_or(rest.len())),
            b'@' if rest.starts_with("@\"\n") => self.here_string("\n\"@"),
            b'@' if rest.starts_with("@'\n") => self.here_string("\n'@"),
            b'>' => self.redirection(),
            b'\'' => {
                self.value();
                self.copy_through("'", 1);
            }
            b'"' => {
                self.value();
                self.open.push(Open::Text);
                self.copy(1);
            }
            b'[' if blank && self.mode == Mode::Command => self.word(),
            b'(' | b'{' | b'[' => self.bracket(1, byte),
            b'@' if rest.starts_with("@{") => {
                self.value();
                self.open.push(Open::Table(self.mode));
                self.mode = Mode::Expression;
                self.copy(2);
            }
            b'$' | b'@' if rest[1..].starts_with('(') => self.bracket(2, b'('),
            b')' | b'}' | b']' => {
                if let Some(Open::Bracket(mode) | Open::Table(mode)) = self.open.pop() {
                    self.mode = mode;
                }
                self.copy(1);
            }
            b'=' if self.mode == Mode::Expression => self.begin(1),
            _ if blank => self.word(),
            _ => self.copy(1),
        }
    }

    /// Of `2>$null` the grammar makes a word.
    fn redirection(&mut self) {
        let rest = self.rest();
        let signs = rest.bytes().take_while(|byte| *byte == b'>').count();
        if rest[signs..].starts_with('&') {
            return self.copy(signs + 2);
        }
        self.copy(signs);
        self.stand_in.add(' ');
        self.blank = true;
    }

    /// A statement, or an operand that may be one.
    fn begin(&mut self, bytes: usize) {
        self.mode = Mode::Start;
        self.blank = true;
        self.copy(bytes);
    }

    /// What a command does not begin with.
    fn value(&mut self) {
        if self.mode == Mode::Start {
            let called = self.stand_in.ends_with(&["& ", ". ", "&"]);
            self.mode = if called { Mode::Command } else { Mode::Expression };
        }
    }

    fn bracket(&mut self, bytes: usize, sign: u8) {
        if sign != b'{' {
            self.value();
        }
        // Of a method or an attribute.
        let is_call = bytes == 1 && sign == b'(' && self.text[..self.at].ends_with(|c: char| c.is_alphanumeric());
        self.open.push(Open::Bracket(self.mode));
        self.mode = if sign == b'[' || is_call { Mode::Expression } else { Mode::Start };
        self.blank = sign != b'[';
        self.copy(bytes);
    }

    fn here_string(&mut self, mark: &str) {
        self.value();
        self.copy_through(mark, 2);
    }

    fn in_text(&mut self) {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'`' => self.copy(2),
            b'"' if rest.starts_with("\"\"") => self.copy(2),
            b'"' => {
                self.open.pop();
                self.copy(1);
            }
            b'$' if rest.starts_with("$(") => self.bracket(2, b'('),
            _ => {
                let first = rest.chars().next().map_or(1, char::len_utf8);
                self.copy(rest[first..].find(['`', '"', '$']).map_or(rest.len(), |at| at + first));
            }
        }
    }

    /// Behind a blank.
    fn word(&mut self) {
        let rest = self.rest();
        let first = rest.as_bytes()[0];
        match self.mode {
            Mode::Expression => {
                if rest.starts_with("in ") {
                    self.mode = Mode::Start;
                }
                return self.copy(1);
            }
            Mode::Start => {
                let is_name = first.is_ascii_alphabetic() || b"_\\/~%".contains(&first) || !first.is_ascii();
                let is_path = first == b'.' && rest[1..].starts_with(['/', '\\', '.']);
                let name = &rest[..rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric()).count()];
                if KEYWORDS.contains(&name.to_ascii_lowercase().as_str()) {
                    return self.copy(name.len());
                }
                if first == b'.' && rest[1..].starts_with(' ') {
                    return self.copy(1);
                }
                if !is_name && !is_path {
                    self.mode = Mode::Expression;
                    return self.copy(1);
                }
                self.mode = Mode::Command;
            }
            Mode::Command => {}
        }
        self.argument();
    }

    fn argument(&mut self) {
        let rest = self.rest();
        let ends = |byte: u8| b" \t\r\n;|&(){}<>'\"`".contains(&byte);
        let length = rest.bytes().take_while(|byte| !ends(*byte)).count();
        let word = &rest[..length];
        let has_variable = word.contains('$');
        if length == 0
            || word.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) && rest[length..].starts_with('>')
        {
            self.copy(length.max(1));
        } else if has_variable || rest[length..].starts_with(['\'', '"']) {
            match word.find('=').filter(|at| word.starts_with('-') && !word[..*at].contains('$')) {
                // Two words for the grammar, and one again for whoever reads them.
                Some(at) => {
                    self.copy(at);
                    self.stand_in.push(" ");
                    self.at += 1;
                    self.blank = true;
                }
                None if has_variable => self.with_variables(word),
                None => {
                    self.plain(word);
                    if word.starts_with('-') {
                        self.stand_in.add(' ');
                    }
                }
            }
        } else {
            self.plain(word);
        }
    }

    /// Letters for signs: nothing but the word's length counts.
    fn plain(&mut self, word: &str) {
        let dashes = word.bytes().take_while(|byte| *byte == b'-').count();
        if dashes > 0 && word[dashes..].starts_with(|c: char| c.is_ascii_digit()) {
            return self.copy(word.len());
        }
        let is_parameter = dashes > 0 && word.len() > dashes;
        let keeps = if is_parameter { dashes } else { 0 };
        self.stand_in.push(&word[..keeps]);
        for (at, c) in word[keeps..].char_indices() {
            let is_plain = c.is_ascii_alphabetic()
                || c == '_'
                || !c.is_ascii() && !is_parameter
                || !is_parameter && (c.is_ascii_digit() || "/\\:%*~".contains(c) || at > 0 && ".@=+-".contains(c));
            let written = &word[keeps + at..][..c.len_utf8()];
            self.stand_in.push(if is_plain { written } else { &"____"[..c.len_utf8()] });
        }
        self.at += word.len();
    }

    /// `$dir/x` is a text for a command, and as one it has quotes here.
    fn with_variables(&mut self, word: &str) {
        let rest = self.rest();
        // `$(…)` and `${…}` within it.
        let mut end = word.len();
        while let Some(close) = match (rest.as_bytes().get(end), rest[..end].ends_with('$')) {
            (Some(b'('), true) => Some(b')'),
            (Some(b'{'), true) => Some(b'}'),
            _ => None,
        } {
            let inner = rest[end + 1..].bytes().position(|byte| byte == close || b"\n\"'({".contains(&byte));
            let Some(at) = inner.map(|at| end + 1 + at).filter(|at| rest.as_bytes()[*at] == close) else {
                return self.copy(word.len());
            };
            end = at + 1;
            end += rest[end..].bytes().take_while(|byte| !b" \t\r\n;|&(){}<>'\"`".contains(byte)).count();
        }
        let whole = &rest[..end];
        let is_text = whole.contains(['/', '\\']) || !whole.starts_with('$');
        let has_signs = whole.contains(['"', ',', '[']) || rest[end..].starts_with(['"', '\'', '(', '{']);
        if !is_text || has_signs {
            // A variable, its property or element, or something that the grammar may know.
            return self.copy(if whole.starts_with('$') { 1 } else { word.len() });
        }
        self.stand_in.add('"');
        self.copy(end);
        self.stand_in.add('"');
    }
}
