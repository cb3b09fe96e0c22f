//! bash and sh, the part of them in which workflows set variables: simple commands, redirections, here-documents,
//! groups and the compound commands around them. One pass makes tokens, one goes through the commands.

use super::{
    Quotes, ScriptPiece, ScriptPlace, ScriptText, Setter, Stream, Target, Written, expression_end, go_env_w, is_name,
};
use std::collections::{HashMap, HashSet, VecDeque};

/// Compound commands within each other; what lies deeper is not read.
const DEEPEST: usize = 100;

/// Loops within each other that are looked through for what they set; deeper ones may have set anything.
const DEEPEST_LOOP: usize = 3;

/// In bytes, for all variables of a script that are put into their places.
const MOST_EXPANDED: usize = 1 << 20;

/// All places of a script.
pub(super) fn places(script: &str, is_bash: bool) -> Vec<ScriptPlace> {
    let (tokens, documents) = BashLexer::new(script, is_bash).tokens();
    let mut reader = BashReader {
        tokens,
        documents,
        at: 0,
        variables: HashMap::new(),
        names: HashSet::new(),
        touched: Vec::new(),
        written: Written::default(),
        depth: 0,
        loops: 0,
        expanded: 0,
        unsure: false,
    };
    let mut printed = Stream::default();
    while reader.at < reader.tokens.len() {
        printed.append(reader.list(&[]));
        // What closes nothing.
        reader.at += 1;
    }
    reader.written.commands(&printed);
    reader.written.places()
}

/// The first word of a text, and what follows it; for languages that quote as shells do.
pub(crate) fn first_word(text: &str) -> (ScriptText, &str) {
    let mut lexer = BashLexer::new(text, true);
    lexer.skip_blanks();
    let word = lexer.word();
    (word.template, lexer.rest())
}

/// Lines that are not code, with variables in them: `$HOME` and `${HOME}`.
pub(crate) fn text_with_variables(text: &str) -> ScriptText {
    let mut template = ScriptText::default();
    BashLexer::new(text, true).double(&mut template, Quotes::Text);
    template
}

#[derive(Clone, Debug)]
struct BashWord {
    template: ScriptText,
    /// Bytes of the beginning in which nothing is quoted.
    plain: usize,
    quoted: bool,
    line: usize,
    /// Where it ends.
    last: usize,
}

#[derive(Clone, Debug)]
enum BashToken {
    Word(BashWord),
    /// `;`, `&`, `|`, `(`, `&&`, `;;` and their like; a line feed is `\n`.
    Operator(&'static str),
    /// The handle, the operator, and what follows it.
    Redirect(Option<u8>, &'static str, BashWord),
    /// By its number.
    Document(usize),
}

struct BashLexer<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    is_bash: bool,
    pending: Vec<(usize, String, bool, bool)>,
    documents: Vec<Stream>,
}

/// Longer ones first.
const OPERATORS: [&str; 13] = [";;&", ";;", ";&", ";", "&&", "||", "|&", "|", "&", "((", "(", ")", "\n"];
const REDIRECTS: [&str; 11] = ["&>>", "&>", "<<<", "<<-", "<<", ">>", ">|", ">&", "<&", ">", "<"];

impl<'t> BashLexer<'t> {
    fn new(text: &'t str, is_bash: bool) -> Self {
        Self { text, at: 0, line: 1, is_bash, pending: Vec::new(), documents: Vec::new() }
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes on, counting lines; what begins in a character takes it whole.
    fn skip(&mut self, bytes: usize) -> &'t str {
        super::advance(self.text, &mut self.at, &mut self.line, bytes)
    }

    fn tokens(mut self) -> (Vec<BashToken>, Vec<Stream>) {
        let mut tokens = Vec::new();
        while let Some(byte) = self.byte() {
            match byte {
                b' ' | b'\t' | b'\r' => {
                    self.at += 1;
                }
                b'\\' if self.rest().starts_with("\\\n") => {
                    self.skip(2);
                }
                b'#' => {
                    let end = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.at += end;
                }
                b'\n' => {
                    tokens.push(BashToken::Operator("\n"));
                    self.skip(1);
                    self.read_documents();
                }
                _ => self.token(&mut tokens),
            }
        }
        self.read_documents();
        (tokens, self.documents)
    }

    fn token(&mut self, tokens: &mut Vec<BashToken>) {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let after = &self.rest()[digits..];
        if digits < 2
            && let Some(operator) = REDIRECTS.iter().find(|one| after.starts_with(**one))
            && !(digits == 1 && operator.starts_with('&'))
            && !after.starts_with("<(")
            && !after.starts_with(">(")
        {
            let handle = self.rest().bytes().next().filter(|_| digits == 1).map(|digit| digit - b'0');
            self.at += digits + operator.len();
            self.skip_blanks();
            return tokens.push(self.redirect(handle, operator));
        }
        if let Some(operator) = OPERATORS.iter().find(|one| self.rest().starts_with(**one)) {
            if *operator == "((" && starts_command(tokens) {
                self.at += 1;
                self.balanced();
                return tokens.push(BashToken::Word(BashWord {
                    template: ScriptText(vec![ScriptPiece::Unknown("((".to_owned())]),
                    plain: 0,
                    quoted: false,
                    line: self.line,
                    last: self.line,
                }));
            }
            let operator = if *operator == "((" { "(" } else { operator };
            self.at += operator.len();
            return tokens.push(BashToken::Operator(operator));
        }
        let before = self.at;
        let word = self.word();
        if self.at == before {
            // Nothing that is known.
            let next = self.rest().chars().next().map_or(1, char::len_utf8);
            self.skip(next);
        }
        tokens.push(BashToken::Word(word));
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    fn redirect(&mut self, handle: Option<u8>, operator: &'static str) -> BashToken {
        if matches!(operator, "<<" | "<<-") {
            let before = self.at;
            let word = self.word();
            let quoted = self.text[before..self.at].contains(['\'', '"', '\\']);
            let delimiter = word.template.written();
            self.documents.push(Stream::default());
            self.pending.push((self.documents.len() - 1, delimiter, operator == "<<-", quoted));
            return BashToken::Document(self.documents.len() - 1);
        }
        BashToken::Redirect(handle, operator, self.word())
    }

    /// The here-documents that begin in the line that just ended.
    fn read_documents(&mut self) {
        for (number, delimiter, strips, quoted) in std::mem::take(&mut self.pending) {
            let (start, first) = (self.at, self.line);
            let mut end = self.at;
            while self.at < self.text.len() {
                let length = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
                let line = self.skip(length);
                let bare = line.trim_end_matches('\n');
                if (if strips { bare.trim_start_matches('\t') } else { bare }) == delimiter {
                    break;
                }
                end = self.at;
            }
            let mut body = self.text[start..end].to_owned();
            if strips {
                body = body.split_inclusive('\n').map(|line| line.trim_start_matches('\t')).collect();
            }
            let template = if quoted {
                ScriptText::of_expressions(&body)
            } else {
                let mut inner = BashLexer::new(&body, self.is_bash);
                let mut template = ScriptText::default();
                inner.double(&mut template, Quotes::Text);
                template
            };
            self.documents[number].template(template, first);
        }
    }

    fn word(&mut self) -> BashWord {
        let (start, line) = (self.at, self.line);
        let mut template = ScriptText::default();
        let mut plain = None;
        let mut has_braces = false;
        while let Some(byte) = self.byte() {
            let quotes = match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b')' => break,
                b'(' if self.at > start && self.text.as_bytes()[self.at - 1] == b'=' => {
                    // An array.
                    let from = self.at;
                    self.balanced();
                    template.push(ScriptPiece::Unknown(self.text[from..self.at].to_owned()));
                    true
                }
                b'(' => break,
                b'<' | b'>' if self.rest().as_bytes().get(1) == Some(&b'(') => {
                    let from = self.at;
                    self.at += 1;
                    self.balanced();
                    template.push(ScriptPiece::Unknown(self.text[from..self.at].to_owned()));
                    true
                }
                b'<' | b'>' => break,
                b'\\' if self.rest().starts_with("\\\n") => {
                    self.skip(2);
                    false
                }
                b'\\' => {
                    self.at += 1;
                    let next = self.rest().chars().next().map_or(0, char::len_utf8);
                    template.push_text(self.skip(next));
                    true
                }
                b'\'' => {
                    self.at += 1;
                    self.single(&mut template);
                    true
                }
                b'"' => {
                    self.at += 1;
                    self.double(&mut template, Quotes::Double);
                    true
                }
                b'$' => {
                    self.dollar(&mut template, Quotes::None);
                    true
                }
                b'`' => {
                    self.backticks(&mut template);
                    true
                }
                b'~' if self.is_tilde(start) => {
                    self.tilde(&mut template, start);
                    true
                }
                b'*' | b'?' | b'[' => {
                    template.push(ScriptPiece::Unknown(self.skip(1).to_owned()));
                    true
                }
                _ => {
                    has_braces |= byte == b'{';
                    let plain = |byte: &u8| !b" \t\r\n;|&()<>\\'\"$`~*?[{".contains(byte);
                    let length = self.rest().bytes().skip(1).take_while(plain).count() + 1;
                    let length = (length..).find(|end| self.rest().is_char_boundary(*end)).unwrap_or(length);
                    template.push_text(self.skip(length));
                    false
                }
            };
            if quotes && plain.is_none() {
                plain = Some(template.0.first().map_or(0, |first| match first {
                    ScriptPiece::Literal(_) => {
                        self.text[start..].find(['\\', '\'', '"', '$', '`', '~', '*', '?', '[', '(']).unwrap_or(0)
                    }
                    _ => 0,
                }));
            }
        }
        let written = &self.text[start..self.at];
        let inside = has_braces.then(|| written.split_once('{')).flatten().map(|(_, rest)| rest);
        if self.is_bash && inside.is_some_and(|rest| rest.contains('}') && (rest.contains(',') || rest.contains("..")))
        {
            template = ScriptText(vec![ScriptPiece::Unknown(written.to_owned())]);
        }
        BashWord { plain: plain.unwrap_or(written.len()), quoted: plain.is_some(), template, line, last: self.line }
    }

    /// At the start of a word, and where it looks like an assignment, as bash has it, behind `=` and `:`.
    fn is_tilde(&self, start: usize) -> bool {
        let before = &self.text[start..self.at];
        let behind = before.strip_suffix('=').is_some_and(is_name)
            || before.ends_with(':') && before.split_once('=').is_some_and(|(name, _)| is_name(name));
        before.is_empty() || behind
    }

    fn tilde(&mut self, template: &mut ScriptText, start: usize) {
        let is_first = self.at == start;
        self.at += 1;
        let ends = self.byte().is_none_or(|byte| b"/ \t\r\n;|&()<>:".contains(&byte));
        let written = "~".to_owned();
        template.push(if ends && (is_first || self.is_bash) {
            ScriptPiece::Variable { name: "HOME".to_owned(), quoted: true, written }
        } else {
            ScriptPiece::Unknown(written)
        });
    }

    /// Behind `'`.
    fn single(&mut self, template: &mut ScriptText) {
        while let Some(byte) = self.byte() {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'$' if self.rest().starts_with("${{") => self.dollar(template, Quotes::Single),
                _ => {
                    let rest = self.rest();
                    let first = rest.chars().next().map_or(1, char::len_utf8);
                    let length = rest[first..].find(['\'', '$']).map_or(rest.len(), |at| at + first);
                    template.push_text(self.skip(length));
                }
            }
        }
    }

    /// Behind `"`, or a here-document from its beginning.
    fn double(&mut self, template: &mut ScriptText, within: Quotes) {
        while let Some(byte) = self.byte() {
            match byte {
                b'"' if within == Quotes::Double => {
                    self.at += 1;
                    return;
                }
                b'$' => self.dollar(template, within),
                b'`' => self.backticks(template),
                b'\\' => {
                    let next = self.text.as_bytes().get(self.at + 1).copied();
                    match next {
                        Some(b'\n') => {
                            self.skip(2);
                        }
                        Some(b'$' | b'`' | b'\\') => {
                            self.at += 1;
                            template.push_text(self.skip(1));
                        }
                        Some(b'"') if within == Quotes::Double => {
                            self.at += 1;
                            template.push_text(self.skip(1));
                        }
                        _ => template.push_text(self.skip(1)),
                    }
                }
                _ => {
                    let plain = |byte: &u8| !b"\"$`\\".contains(byte);
                    let length = self.rest().bytes().skip(1).take_while(plain).count() + 1;
                    let length = (length..).find(|end| self.rest().is_char_boundary(*end)).unwrap_or(length);
                    template.push_text(self.skip(length));
                }
            }
        }
    }

    /// At `$`.
    fn dollar(&mut self, template: &mut ScriptText, within: Quotes) {
        let (start, rest) = (self.at, self.rest());
        if rest.starts_with("${{")
            && let Some(length) = expression_end(rest)
        {
            let inner = rest[3..length - 2].to_owned();
            self.skip(length);
            return template.push(ScriptPiece::Expression { inner, within });
        }
        if within == Quotes::Single {
            return template.push_text(self.skip(1));
        }
        let name = |text: &str| text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let variable = |name: &str, written: &str| ScriptPiece::Variable {
            name: name.to_owned(),
            quoted: within != Quotes::None,
            written: written.to_owned(),
        };
        match rest.as_bytes().get(1).copied() {
            Some(b'{') => {
                let length = name(&rest[2..]);
                if rest[2 + length..].starts_with('}') && is_name(&rest[2..2 + length]) {
                    template.push(variable(&rest[2..2 + length], &rest[..length + 3]));
                    self.at += length + 3;
                } else {
                    self.at += 1;
                    self.balanced();
                    template.push(ScriptPiece::Unknown(self.text[start..self.at].to_owned()));
                }
            }
            Some(b'(') => {
                self.at += 1;
                self.balanced();
                template.push(ScriptPiece::Unknown(self.text[start..self.at].to_owned()));
            }
            Some(b'\'') if within == Quotes::None => {
                self.at += 2;
                self.ansi(template);
            }
            Some(b'"') if within == Quotes::None => {
                self.at += 2;
                self.double(template, Quotes::Double);
            }
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                let length = name(&rest[1..]);
                template.push(variable(&rest[1..=length], &rest[..=length]));
                self.at += length + 1;
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?$!-".contains(&byte) => {
                template.push(ScriptPiece::Unknown(self.skip(2).to_owned()));
            }
            _ => template.push_text(self.skip(1)),
        }
    }

    /// Behind `$'`.
    fn ansi(&mut self, template: &mut ScriptText) {
        while let Some(byte) = self.byte() {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    self.at += 1;
                    let next = self.rest().chars().next();
                    let escaped = self.skip(next.map_or(0, char::len_utf8));
                    match escaped {
                        "n" => template.push_text("\n"),
                        "t" => template.push_text("\t"),
                        "\\" | "'" | "\"" | "?" => template.push_text(escaped),
                        other => template.push(ScriptPiece::Unknown(format!("\\{other}"))),
                    }
                }
                _ => {
                    let length = self.rest().find(['\'', '\\']).unwrap_or(self.rest().len());
                    template.push_text(self.skip(length));
                }
            }
        }
    }

    fn backticks(&mut self, template: &mut ScriptText) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.byte() {
            match byte {
                b'`' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.skip(2);
                }
                _ => {
                    let length = self.rest().find(['`', '\\']).unwrap_or(self.rest().len());
                    self.skip(length);
                }
            }
        }
        template.push(ScriptPiece::Unknown(self.text[start..self.at].to_owned()));
    }

    /// From `(` or `{` behind what closes it.
    fn balanced(&mut self) {
        let bytes = self.text.as_bytes();
        let mut open: Vec<u8> = Vec::new();
        let mut at = self.at;
        while at < bytes.len() {
            let byte = bytes[at];
            let in_quotes = open.last() == Some(&b'"');
            match byte {
                b'\\' => at += 1,
                b'$' if self.text[at..].starts_with("${{") => {
                    if let Some(length) = expression_end(&self.text[at..]) {
                        at += length - 1;
                    }
                }
                b'\'' if !in_quotes => {
                    at = self.text[at + 1..].find('\'').map_or(bytes.len(), |length| at + 1 + length);
                }
                b'"' if in_quotes => {
                    open.pop();
                }
                b'"' => open.push(b'"'),
                b'(' | b'{' if !in_quotes || at > 0 && bytes[at - 1] == b'$' => open.push(byte),
                b')' if open.last() == Some(&b'(') => {
                    open.pop();
                }
                b'}' if open.last() == Some(&b'{') => {
                    open.pop();
                }
                b'#' if !in_quotes && at > 0 && bytes[at - 1].is_ascii_whitespace() => {
                    at = self.text[at..].find('\n').map_or(bytes.len(), |length| at + length);
                }
                _ => {}
            }
            at += 1;
            if open.is_empty() {
                break;
            }
        }
        let mut end = at.min(bytes.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        self.skip(end - self.at);
    }
}

/// Whether the next word would be a command.
fn starts_command(tokens: &[BashToken]) -> bool {
    match tokens.last() {
        None | Some(BashToken::Operator(_)) => true,
        Some(BashToken::Word(word)) => {
            !word.quoted
                && matches!(
                    word.template.as_literal(),
                    Some("if" | "while" | "until" | "for" | "then" | "else" | "do" | "{" | "!")
                )
        }
        _ => false,
    }
}

/// Words of a loop that are taken one by one.
const MOST_WORDS: usize = 16;

fn is_word(token: &BashToken, text: &str) -> bool {
    matches!(token, BashToken::Word(word) if !word.quoted && word.template.as_literal() == Some(text))
}

/// The words behind `in`, where nothing in them is to be found out.
fn plain_words(tokens: &[BashToken]) -> Option<Vec<String>> {
    let (first, rest) = tokens.split_first()?;
    let word = |token: &BashToken| match token {
        BashToken::Word(word) => word.template.as_literal().map(str::to_owned),
        _ => None,
    };
    let rest = match rest.split_last() {
        Some((BashToken::Operator(";"), words)) => words,
        _ => rest,
    };
    let words: Vec<String> = rest.iter().map(word).collect::<Option<_>>()?;
    (is_word(first, "in") && words.len() <= MOST_WORDS).then_some(words)
}

struct BashReader {
    tokens: Vec<BashToken>,
    documents: Vec<Stream>,
    at: usize,
    /// What the script itself has set; `None`: nobody knows.
    variables: HashMap<String, Option<ScriptText>>,
    /// All names that it has set.
    names: HashSet<String>,
    /// Those in the order in which they are set.
    touched: Vec<String>,
    written: Written,
    depth: usize,
    loops: usize,
    expanded: usize,
    /// Behind `&&` or `||`.
    unsure: bool,
}

impl BashReader {
    fn operator(&self) -> Option<&'static str> {
        match self.tokens.get(self.at) {
            Some(BashToken::Operator(operator)) => Some(operator),
            _ => None,
        }
    }

    /// The word here, where a command begins and nothing of it is quoted.
    fn keyword(&self) -> Option<&str> {
        match self.tokens.get(self.at) {
            Some(BashToken::Word(word)) if !word.quoted => word.template.as_literal(),
            _ => None,
        }
    }

    fn accepts(&mut self, word: &str) -> bool {
        let found = self.keyword() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn skip_line_feeds(&mut self) {
        while self.operator() == Some("\n") {
            self.at += 1;
        }
    }

    /// Up to one of these words, or to what closes a group: what its commands print.
    fn list(&mut self, ends: &[&str]) -> Stream {
        let mut printed = Stream::default();
        while self.at < self.tokens.len() {
            match self.operator() {
                Some("\n" | ";" | "&") => {
                    self.unsure = false;
                    self.at += 1;
                    continue;
                }
                Some("&&" | "||") => {
                    self.unsure = true;
                    self.at += 1;
                    continue;
                }
                Some(")" | ";;" | ";&" | ";;&") => break,
                _ => {}
            }
            if self.keyword().is_some_and(|word| ends.contains(&word)) {
                break;
            }
            let before = self.at;
            printed.append(self.pipeline());
            if self.at == before {
                self.at += 1;
            }
        }
        self.unsure = false;
        printed
    }

    fn pipeline(&mut self) -> Stream {
        let mut printed = self.command(None);
        while let Some("|" | "|&") = self.operator() {
            self.at += 1;
            self.skip_line_feeds();
            printed = self.command(Some(printed));
        }
        printed
    }

    fn command(&mut self, input: Option<Stream>) -> Stream {
        while matches!(self.keyword(), Some("!" | "time")) {
            self.at += 1;
        }
        if self.depth >= DEEPEST {
            self.at += 1;
            return Stream::default();
        }
        self.depth += 1;
        let printed = if self.operator() == Some("(") {
            self.at += 1;
            let printed = self.perhaps(|reader| reader.list(&[]));
            self.at += usize::from(self.operator() == Some(")"));
            self.redirected(printed)
        } else {
            match self.keyword() {
                Some("{") => {
                    self.at += 1;
                    let printed = self.list(&["}"]);
                    self.at += 1;
                    self.redirected(printed)
                }
                Some("if") => {
                    let printed = self.conditional();
                    self.redirected(printed)
                }
                Some("while" | "until") => {
                    self.at += 1;
                    let mut printed = self.list(&["do"]);
                    printed.append(self.body());
                    self.redirected(printed)
                }
                Some("for" | "select") => {
                    let printed = self.for_each();
                    self.redirected(printed)
                }
                Some("case") => {
                    let printed = self.case();
                    self.redirected(printed)
                }
                Some("function") => {
                    self.at += 2;
                    self.function()
                }
                Some("[[") => {
                    while self.at < self.tokens.len() && self.keyword() != Some("]]") {
                        self.at += 1;
                    }
                    self.at += 1;
                    Stream::default()
                }
                _ if self.is_function() => {
                    self.at += 1;
                    self.function()
                }
                _ => self.simple(input),
            }
        };
        self.depth -= 1;
        printed
    }

    /// What is set in there is unknown afterwards.
    fn perhaps(&mut self, read: impl FnOnce(&mut Self) -> Stream) -> Stream {
        let first = self.touched.len();
        self.depth += 1;
        let printed = read(self);
        self.depth -= 1;
        for name in &self.touched[first..] {
            self.variables.insert(name.clone(), None);
        }
        printed
    }

    fn conditional(&mut self) -> Stream {
        let mut printed = Stream::default();
        // `if`, `elif`, `else`.
        while matches!(self.keyword(), Some("if" | "elif" | "else")) {
            if self.accepts("else") {
                printed.append(self.perhaps(|reader| reader.list(&["fi"])));
                break;
            }
            self.at += 1;
            printed.append(self.list(&["then", "fi"]));
            self.accepts("then");
            printed.append(self.perhaps(|reader| reader.list(&["elif", "else", "fi"])));
        }
        self.accepts("fi");
        printed
    }

    /// `for NAME in WORD …`; where the body makes a name of it, once for each word that stands there.
    fn for_each(&mut self) -> Stream {
        self.at += 1;
        let name = self.keyword().map(str::to_owned).unwrap_or_default();
        self.set(&name, None);
        let first = self.at + 1;
        while self.at < self.tokens.len() && self.keyword() != Some("do") && self.operator() != Some("\n") {
            self.at += 1;
        }
        let words = self.tokens.get(first..self.at).and_then(plain_words).unwrap_or_default();
        self.skip_line_feeds();
        let body = self.at;
        if words.is_empty() || self.loops > 0 || !self.begins_words(&name) {
            return self.body();
        }
        let mut printed = Stream::default();
        for word in words {
            self.at = body;
            printed.append(self.body_with(Some((&name, word))));
        }
        printed
    }

    /// Whether a word of the loop that begins here begins with the variable.
    fn begins_words(&self, variable: &str) -> bool {
        let body = self.tokens.get(self.at..).unwrap_or_default().iter();
        let mut words = body.take_while(|token| !is_word(token, "done"));
        words.any(|token| match token {
            BashToken::Word(word) => {
                matches!(word.template.0.first(), Some(ScriptPiece::Variable { name, .. }) if name == variable)
            }
            _ => false,
        })
    }

    fn body(&mut self) -> Stream {
        self.body_with(None)
    }

    /// From `do` to `done`. What is set there may already be set when it begins again.
    fn body_with(&mut self, variable: Option<(&str, String)>) -> Stream {
        if !self.accepts("do") {
            return Stream::default();
        }
        if self.loops < DEEPEST_LOOP {
            let mut open = 1;
            let mut names = HashSet::new();
            for token in &self.tokens[self.at..] {
                let BashToken::Word(word) = token else { continue };
                match word.template.as_literal().filter(|_| !word.quoted) {
                    Some("do") => open += 1,
                    Some("done") => open -= 1,
                    _ => names.extend(assignment(word).map(|(name, ..)| name)),
                }
                if open == 0 {
                    break;
                }
            }
            names.iter().for_each(|name| self.set(name, None));
        } else {
            self.variables.clear();
        }
        if let Some((name, word)) = variable {
            self.set(name, Some(ScriptText::of_text(&word)));
        }
        self.loops += 1;
        let printed = self.perhaps(|reader| reader.list(&["done"]));
        self.loops -= 1;
        self.accepts("done");
        printed
    }

    fn case(&mut self) -> Stream {
        while self.at < self.tokens.len() && !self.accepts("in") {
            self.at += 1;
        }
        let mut printed = Stream::default();
        while self.at < self.tokens.len() {
            while let Some("\n" | ";;" | ";&" | ";;&" | "(") = self.operator() {
                self.at += 1;
            }
            if self.accepts("esac") {
                break;
            }
            while self.at < self.tokens.len() && self.operator() != Some(")") {
                self.at += 1;
            }
            self.at += 1;
            printed.append(self.perhaps(|reader| reader.list(&["esac"])));
            // A stray parenthesis.
            self.at += usize::from(self.operator() == Some(")"));
        }
        printed
    }

    fn is_function(&self) -> bool {
        let operator = |at: usize| matches!(self.tokens.get(self.at + at), Some(BashToken::Operator("(" | ")")));
        self.keyword().is_some() && operator(1) && operator(2)
    }

    /// Behind its name. What it prints is not printed where it is defined.
    fn function(&mut self) -> Stream {
        while let Some("(" | ")" | "\n") = self.operator() {
            self.at += 1;
        }
        self.perhaps(|reader| reader.command(None));
        Stream::default()
    }

    /// The redirections behind a compound command.
    fn redirected(&mut self, printed: Stream) -> Stream {
        let mut files = Vec::new();
        loop {
            match self.tokens.get(self.at) {
                Some(BashToken::Redirect(handle, operator, word)) => files.push((*handle, *operator, word.clone())),
                Some(BashToken::Document(_)) => {}
                _ => break,
            }
            self.at += 1;
        }
        self.deliver(printed, files)
    }

    /// Writes to the file of the last redirection of what is printed; the rest is printed.
    fn deliver(&mut self, printed: Stream, files: Vec<(Option<u8>, &'static str, BashWord)>) -> Stream {
        let mut target = None;
        for (handle, operator, word) in files {
            if matches!(handle, None | Some(1)) && matches!(operator, ">" | ">>" | ">|" | "&>" | "&>>" | ">&") {
                target = Some((operator, word));
            }
        }
        let Some((operator, word)) = target else { return printed };
        let file = self.expand(&word.template);
        let replaces = !operator.ends_with(">>") && self.depth <= 1 && !self.unsure;
        if let Some(target) = Target::of(&file) {
            self.written.add(target, printed, replaces);
        }
        Stream::default()
    }

    fn simple(&mut self, input: Option<Stream>) -> Stream {
        let (mut words, mut files, mut input) = (Vec::new(), Vec::new(), input);
        loop {
            match self.tokens.get(self.at) {
                Some(BashToken::Word(word)) => words.push(word.clone()),
                Some(BashToken::Redirect(_, "<<<", word)) => {
                    let (word, line) = (word.template.clone(), word.line);
                    let mut stream = Stream::default();
                    stream.template(self.expand(&word), line);
                    stream.end_line(line);
                    input = Some(stream);
                }
                Some(BashToken::Redirect(handle, operator, word)) => {
                    if *operator == "<" {
                        input = Some(Stream::unknown(word.template.written(), word.line));
                    }
                    files.push((*handle, *operator, word.clone()));
                }
                Some(BashToken::Document(number)) => {
                    let number = *number;
                    let mut document = std::mem::take(&mut self.documents[number]);
                    for (line, _) in &mut document.lines {
                        *line = self.expand(line);
                    }
                    input = Some(document);
                }
                _ => break,
            }
            self.at += 1;
        }
        let assigned = words.iter().take_while(|word| assignment(word).is_some()).count();
        let commands = words.split_off(assigned);
        if commands.is_empty() {
            for word in &words {
                self.assign(word);
            }
            return self.deliver(Stream::default(), files);
        }
        let printed = self.run(&commands, input);
        self.deliver(printed, files)
    }

    fn run(&mut self, words: &[BashWord], input: Option<Stream>) -> Stream {
        let line = words[0].line;
        let prefixes = ["command", "builtin", "sudo", "exec", "nohup"];
        let skipped = words.iter().take_while(|word| word.template.as_literal().is_some_and(|w| prefixes.contains(&w)));
        let words = &words[skipped.count()..];
        let Some(first) = words.first() else { return Stream::default() };
        let name = first.template.as_literal().unwrap_or_default().to_owned();
        let name = name.rsplit('/').next().unwrap_or_default();
        let arguments = || words[1..].iter();
        match name {
            "echo" => self.echo(&words[1..], line),
            "printf" => self.printf(&words[1..], line),
            "cat" if arguments().all(|word| word.template.as_literal() == Some("-")) => input.unwrap_or_default(),
            "tee" => {
                let appends = arguments().any(|word| matches!(word.template.as_literal(), Some("-a" | "--append")));
                let content = input.unwrap_or_default();
                let files: Vec<ScriptText> = arguments().map(|word| word.template.clone()).collect();
                let files: Vec<ScriptText> = files.iter().map(|file| self.expand(file)).collect();
                // The same file twice says nothing new.
                for wanted in Target::ALL {
                    if files.iter().any(|file| Target::of(file) == Some(wanted)) {
                        self.written.add(wanted, content.clone(), !appends && self.depth <= 1);
                    }
                }
                content
            }
            "export" | "declare" | "typeset" | "readonly" | "local" => {
                let is_flag = |word: &BashWord, flag: char| {
                    word.template.as_literal().is_some_and(|text| text.starts_with('-') && text.contains(flag))
                };
                let exports = name == "export" && !arguments().any(|word| is_flag(word, 'n'))
                    || name != "export" && arguments().any(|word| is_flag(word, 'x'));
                for word in &words[1..] {
                    self.declare(word, exports);
                }
                Stream::default()
            }
            "unset" | "read" | "mapfile" | "readarray" | "getopts" => {
                let names: Vec<String> =
                    arguments().filter_map(|word| word.template.as_literal().map(str::to_owned)).collect();
                names.iter().for_each(|name| self.set(name, None));
                Stream::default()
            }
            "source" | "." | "eval" => {
                self.variables.clear();
                if name != "eval"
                    && let Some(file) = words.get(1).cloned()
                {
                    let value = self.expand(&file.template);
                    let place = ScriptPlace { by: Setter::Source, name: String::new(), value, line };
                    self.written.others.push(place);
                }
                if name == "eval" { Stream::unknown(name.to_owned(), line) } else { Stream::default() }
            }
            "go" | "go.exe" => {
                let words: Vec<ScriptText> = words.iter().map(|word| word.template.clone()).collect();
                let words: Vec<ScriptText> = words.iter().map(|word| self.expand(word)).collect();
                let set = go_env_w(&words, line);
                let printed = if set.is_empty() { Stream::unknown("go".to_owned(), line) } else { Stream::default() };
                self.written.others.extend(set);
                printed
            }
            ":" | "true" | "cd" | "mkdir" | "set" | "shopt" | "touch" | "chmod" | "rm" | "mv" | "cp" | "ln"
            | "test" | "[" | "sleep" | "exit" | "return" | "shift" | "trap" | "umask" | "wait" | "break"
            | "continue" => Stream::default(),
            _ if matches!(first.template.0.first(), Some(ScriptPiece::Unknown(text)) if text == "[" || text == "((") => {
                Stream::default()
            }
            _ => Stream::unknown(first.template.written(), line),
        }
    }

    fn echo(&mut self, words: &[BashWord], line: usize) -> Stream {
        let (mut newline, mut escapes, mut from) = (true, false, 0);
        for word in words {
            let Some(flags) = word.template.as_literal().and_then(|text| text.strip_prefix('-')) else { break };
            if flags.is_empty() || !flags.bytes().all(|flag| b"neE".contains(&flag)) {
                break;
            }
            newline &= !flags.contains('n');
            escapes = flags.contains('e') || escapes && !flags.contains('E');
            from += 1;
        }
        let mut stream = Stream::default();
        let mut last = line;
        for (at, word) in words[from..].iter().enumerate() {
            if at > 0 {
                stream.text(" ", word.line, false);
            }
            let template = self.expand(&word.template);
            last = word.line;
            let before = stream.lines.len();
            if escapes {
                template.0.into_iter().for_each(|piece| escaped(&mut stream, piece, word.line));
            } else {
                stream.template(template, word.line);
            }
            // Not every line feed of a text is one of the script.
            stream.lines[before..].iter_mut().for_each(|(_, line)| *line = (*line).min(word.last));
        }
        if newline {
            stream.end_line(last);
        }
        stream
    }

    fn printf(&mut self, words: &[BashWord], line: usize) -> Stream {
        if words.first().and_then(|word| word.template.as_literal()) == Some("-v") {
            if let Some(name) = words.get(1).and_then(|word| word.template.as_literal()).map(str::to_owned) {
                self.set(&name, None);
            }
            return Stream::default();
        }
        let words =
            if words.first().and_then(|word| word.template.as_literal()) == Some("--") { &words[1..] } else { words };
        let Some((format, arguments)) = words.split_first() else { return Stream::default() };
        let format = self.expand(&format.template);
        let mut arguments: VecDeque<(ScriptText, usize)> =
            arguments.iter().map(|word| (self.expand(&word.template), word.line)).collect();
        let mut stream = Stream::default();
        let takes = arguments.len();
        loop {
            let before = arguments.len();
            for piece in &format.0 {
                match piece {
                    ScriptPiece::Literal(text) => formatted(&mut stream, text, &mut arguments, line),
                    other => stream.piece(other.clone(), line),
                }
            }
            if arguments.is_empty() || arguments.len() == before || takes == 0 {
                return stream;
            }
        }
    }

    /// `export NAME=value`, `export NAME`.
    fn declare(&mut self, word: &BashWord, exports: bool) {
        let set = assignment(word).map(|_| self.assign(word));
        let name = match set {
            Some(name) => name,
            None => match word.template.as_literal() {
                Some(name) if is_name(name) && exports => name.to_owned(),
                _ => return,
            },
        };
        if exports {
            let known = self.variables.get(&name).cloned();
            let value = match known {
                // An inherited one stays what it is.
                None => return,
                Some(None) => ScriptText(vec![ScriptPiece::Unknown(word.template.written())]),
                Some(Some(value)) => value,
            };
            self.written.others.push(ScriptPlace { by: Setter::Export, name, value, line: word.line });
        }
    }

    fn assign(&mut self, word: &BashWord) -> String {
        let Some((name, skip, adds)) = assignment(word) else { return String::new() };
        let mut value = ScriptText::default();
        for (at, piece) in word.template.0.iter().enumerate() {
            match piece {
                ScriptPiece::Literal(text) if at == 0 => value.push_text(&text[skip..]),
                // Nothing is split here.
                ScriptPiece::Variable { name, written, .. } => {
                    value.push(ScriptPiece::Variable { name: name.clone(), quoted: true, written: written.clone() });
                }
                ScriptPiece::Unknown(text) if matches!(text.as_str(), "*" | "?" | "[") => value.push_text(text),
                other => value.push(other.clone()),
            }
        }
        let value = self.expand(&value);
        let unsure = self.unsure || adds;
        self.set(&name, (!unsure).then_some(value));
        name
    }

    fn set(&mut self, name: &str, value: Option<ScriptText>) {
        self.variables.insert(name.to_owned(), value);
        self.names.insert(name.to_owned());
        self.touched.push(name.to_owned());
    }

    /// With what the script itself has set before.
    fn expand(&mut self, template: &ScriptText) -> ScriptText {
        let mut expanded = ScriptText::default();
        for piece in &template.0 {
            let ScriptPiece::Variable { name, quoted, written } = piece else {
                expanded.push(piece.clone());
                continue;
            };
            match self.variables.get(name) {
                // Set before something that may have set it again.
                None if self.names.contains(name) => expanded.push(ScriptPiece::Unknown(written.clone())),
                None => expanded.push(piece.clone()),
                Some(None) => expanded.push(ScriptPiece::Unknown(written.clone())),
                Some(Some(value)) => {
                    self.expanded += value.0.iter().map(length).sum::<usize>();
                    let splits =
                        |piece: &ScriptPiece| matches!(piece, ScriptPiece::Literal(text) if !is_one_word(text));
                    if self.expanded > MOST_EXPANDED || !quoted && value.0.iter().any(splits) {
                        expanded.push(ScriptPiece::Unknown(written.clone()));
                        continue;
                    }
                    for inner in &value.0 {
                        expanded.push(match inner {
                            ScriptPiece::Variable { name, written, .. } => {
                                ScriptPiece::Variable { name: name.clone(), quoted: *quoted, written: written.clone() }
                            }
                            other => other.clone(),
                        });
                    }
                }
            }
        }
        expanded
    }
}

fn length(piece: &ScriptPiece) -> usize {
    16 + match piece {
        ScriptPiece::Literal(text) | ScriptPiece::Unknown(text) | ScriptPiece::Expression { inner: text, .. } => {
            text.len()
        }
        ScriptPiece::Variable { written, .. } => written.len(),
    }
}

/// Whether a shell that finds this in a variable without quotes takes it for one word as it is.
pub(crate) fn is_one_word(text: &str) -> bool {
    !text.contains([' ', '\t', '\n', '*', '?', '['])
}

/// The name, the bytes up to the value, and whether it is added to what was there.
fn assignment(word: &BashWord) -> Option<(String, usize, bool)> {
    let Some(ScriptPiece::Literal(start)) = word.template.0.first() else { return None };
    let equals = start.find('=').filter(|at| *at < word.plain)?;
    let (name, adds) = match start[..equals].strip_suffix('+') {
        Some(name) => (name, true),
        None => (&start[..equals], false),
    };
    is_name(name).then(|| (name.to_owned(), equals + 1, adds))
}

/// A piece as `echo -e` and the format of `printf` read it.
fn escaped(stream: &mut Stream, piece: ScriptPiece, line: usize) {
    let ScriptPiece::Literal(text) = piece else { return stream.piece(piece, line) };
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        stream.text(&rest[..at], line, false);
        let next = rest[at + 1..].chars().next();
        match next {
            Some('n') => stream.text("\n", line, false),
            Some('t') => stream.text("\t", line, false),
            Some('\\') => stream.text("\\", line, false),
            Some(c @ ('0'..='9' | 'a' | 'b' | 'c' | 'e' | 'f' | 'r' | 'u' | 'U' | 'v' | 'x' | 'E')) => {
                stream.piece(ScriptPiece::Unknown(format!("\\{c}")), line);
            }
            Some('"') => stream.piece(ScriptPiece::Unknown("\\\"".to_owned()), line),
            Some(c) => stream.text(&format!("\\{c}"), line, false),
            None => stream.text("\\", line, false),
        }
        rest = &rest[at + 1 + next.map_or(0, char::len_utf8)..];
    }
    stream.text(rest, line, false);
}

/// A format of `printf`, with `%s`, `%b` and `%%`.
fn formatted(stream: &mut Stream, format: &str, arguments: &mut VecDeque<(ScriptText, usize)>, line: usize) {
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        escaped(stream, ScriptPiece::Literal(rest[..at].to_owned()), line);
        let length = rest[at + 1..].find(|c: char| !c.is_ascii_digit() && !"-+ #.'*".contains(c)).unwrap_or(0);
        let directive = rest[at + 1 + length..].chars().next();
        match directive {
            Some('%') if length == 0 => stream.text("%", line, false),
            Some('s') if length == 0 => {
                if let Some((value, line)) = arguments.pop_front() {
                    stream.template(value, line);
                }
            }
            Some('b') if length == 0 => {
                if let Some((value, line)) = arguments.pop_front() {
                    value.0.into_iter().for_each(|piece| escaped(stream, piece, line));
                }
            }
            _ => {
                let written = arguments.pop_front().map_or_else(|| "%".to_owned(), |(value, _)| value.written());
                stream.piece(ScriptPiece::Unknown(written), line);
            }
        }
        rest = &rest[at + 1 + length + directive.map_or(0, char::len_utf8)..];
    }
    escaped(stream, ScriptPiece::Literal(rest.to_owned()), line);
}
