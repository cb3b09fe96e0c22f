//! What the script of a step sets for the steps that follow, read and not run: a text and its shell in, places out.
//! What only a run can tell stays unknown; nothing is guessed. `bash`, `powershell` and `cmd` know the languages.

pub(crate) mod bash;
pub(crate) mod cmd;
pub(crate) mod powershell;
pub(crate) mod reading;
pub(crate) mod statement;

/// The language of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ScriptShell {
    /// bash, and sh: the runner's word, where they differ the value is unknown.
    Bash,
    Sh,
    /// pwsh and powershell.
    PowerShell,
    Cmd,
}

impl ScriptShell {
    /// By what stands behind `shell:`; `None`: a language that is not read, such as python.
    pub(crate) fn of(shell: &str) -> Option<Self> {
        let first = shell.split_whitespace().next()?;
        let name = first.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "bash" | "zsh" => Some(Self::Bash),
            "sh" | "dash" => Some(Self::Sh),
            "pwsh" | "powershell" => Some(Self::PowerShell),
            "cmd" => Some(Self::Cmd),
            _ => None,
        }
    }

    /// All places of a script, in its order; those of GITHUB_ENV and GITHUB_PATH come last, as the runner reads them.
    pub(crate) fn places(self, script: &str) -> Vec<ScriptPlace> {
        match self {
            Self::Bash | Self::Sh => bash::places(script, self == Self::Bash),
            Self::PowerShell => powershell::places(script),
            Self::Cmd => cmd::places(script),
        }
    }
}

/// One place of a script that sets something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptPlace {
    pub by: Setter,
    pub name: String,
    pub value: ScriptText,
    /// From 1.
    pub line: usize,
}

/// By what way a script sets something, which says for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setter {
    /// A line for GITHUB_ENV: all later steps.
    GithubEnv,
    /// A line for GITHUB_OUTPUT: what later steps ask for as `steps.ID.outputs.NAME`.
    GithubOutput,
    /// A line for GITHUB_PATH: in front of PATH for all later steps.
    GithubPath,
    /// `::set-env` and `::add-path`, which today's runners refuse unless they are told otherwise.
    Command,
    /// `go env -w`: whatever runs Go later.
    GoEnvW,
    /// `export`, `$env:X =`, `set`: the rest of this script.
    Export,
    /// A line for GITHUB_ENV whose name only a run tells: any variable; the value is the line, without a name.
    Unseen,
    /// `source FILE` and `. FILE`: nobody but that file knows; the value is its path, without a name.
    Source,
}

/// Goes on by so many bytes, counting lines; what ends within a character takes it whole.
fn advance<'t>(text: &'t str, at: &mut usize, line: &mut usize, bytes: usize) -> &'t str {
    let mut end = (*at + bytes).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let passed = &text[*at..end];
    *line += passed.matches('\n').count();
    *at = end;
    passed
}

/// A piece of a text that a shell puts together.
#[derive(Clone, Debug)]
pub(crate) enum ScriptPiece {
    Literal(String),
    /// `$NAME` and its like; a quoted one is not split at blanks.
    Variable {
        name: String,
        quoted: bool,
        written: String,
    },
    /// What stands in `${{ }}`: its value is put into the script before a shell sees it.
    Expression {
        inner: String,
        within: Quotes,
    },
    /// As it is written.
    Unknown(String),
}

/// What a script has around an expression: its value is read by the shell as if it had been typed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    None,
    Single,
    Double,
    /// The text of a here-document or of `env:`, in which nothing ends it.
    Text,
}

/// Two are one text where a run would give the same for both.
impl PartialEq for ScriptPiece {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Literal(left), Self::Literal(right)) => left == right,
            (Self::Variable { name: left, .. }, Self::Variable { name: right, .. }) => left == right,
            (Self::Expression { inner: left, .. }, Self::Expression { inner: right, .. }) => {
                left.trim() == right.trim()
            }
            (Self::Unknown(left), Self::Unknown(right)) => left == right,
            _ => false,
        }
    }
}

impl Eq for ScriptPiece {}

/// A text as a shell would put it together, as far as that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScriptText(pub Vec<ScriptPiece>);

impl ScriptText {
    /// Text in which nothing is to be found out.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut one = Self::default();
        one.push_text(text);
        one
    }

    /// Literals beside each other are one.
    pub(crate) fn push(&mut self, piece: ScriptPiece) {
        match piece {
            ScriptPiece::Literal(text) => self.push_text(&text),
            other => self.append(other),
        }
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(ScriptPiece::Literal(before)) => before.push_str(text),
            _ => self.append(ScriptPiece::Literal(text.to_owned())),
        }
    }

    /// Most texts have one piece, and a script may have a hundred thousand texts.
    fn append(&mut self, piece: ScriptPiece) {
        if self.0.is_empty() {
            self.0.reserve_exact(1);
        }
        self.0.push(piece);
    }

    /// The parts between separators that are not empty, such as the entries of PATH.
    pub(crate) fn split(pieces: &[ScriptPiece], separator: char) -> Vec<Self> {
        let mut parts = vec![Self::default()];
        for piece in pieces {
            let ScriptPiece::Literal(text) = piece else {
                parts.last_mut().into_iter().for_each(|last| last.push(piece.clone()));
                continue;
            };
            for (number, part) in text.split(separator).enumerate() {
                if number > 0 {
                    parts.push(Self::default());
                }
                parts.last_mut().into_iter().for_each(|last| last.push_text(part));
            }
        }
        parts.retain(|part| !part.0.is_empty());
        parts
    }

    /// The text, where nothing in it is to be found out.
    pub(crate) fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [ScriptPiece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// As it is written, without the quotes.
    pub(crate) fn written(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            ScriptPiece::Literal(text) | ScriptPiece::Unknown(text) => text.clone(),
            ScriptPiece::Variable { written, .. } => written.clone(),
            ScriptPiece::Expression { inner, .. } => format!("${{{{{inner}}}}}"),
        });
        pieces.collect()
    }

    /// The text with the values of these variables; `None` where anything else is to be found out.
    pub(crate) fn with(&self, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let piece = |piece: &ScriptPiece| match piece {
            ScriptPiece::Literal(text) => Some(text.clone()),
            ScriptPiece::Variable { name, quoted, .. } => {
                value(name).filter(|value| *quoted || bash::is_one_word(value))
            }
            ScriptPiece::Expression { .. } | ScriptPiece::Unknown(_) => None,
        };
        self.0.iter().map(piece).collect()
    }

    /// A text of a workflow, in which expressions are the only things to be found out.
    pub(crate) fn of_expressions(text: &str) -> Self {
        let mut one = Self::default();
        let mut rest = text;
        while let Some(start) = rest.find("${{") {
            let Some(end) = expression_end(&rest[start..]) else {
                one.push_text(&rest[..start + 3]);
                rest = &rest[start + 3..];
                continue;
            };
            one.push_text(&rest[..start]);
            one.push(ScriptPiece::Expression {
                inner: rest[start + 3..start + end - 2].to_owned(),
                within: Quotes::Text,
            });
            rest = &rest[start + end..];
        }
        one.push_text(rest);
        one
    }
}

/// In bytes; what is longer is no expression that anybody needs to see through.
const LONGEST_EXPRESSION: usize = 2_048;

/// Where the expression at the start of a text ends, its braces included; `}}` within its strings is none.
fn expression_end(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(LONGEST_EXPRESSION)];
    let mut at = 3;
    let mut quoted = false;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            // An apostrophe that nothing closes must not eat a script.
            b'\n' if quoted => return None,
            b'{' if !quoted && bytes[..at].ends_with(b"${") => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Lines that are written somewhere, each with the line of the script that writes it.
#[derive(Clone, Debug, Default)]
struct Stream {
    lines: Vec<(ScriptText, usize)>,
    /// The last line has no end yet.
    open: bool,
}

impl Stream {
    /// Line feeds of `text` end lines; `counts`: they are line feeds of the script itself.
    fn text(&mut self, text: &str, mut line: usize, counts: bool) {
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                self.end_line(line);
                line += usize::from(counts);
            }
            if !part.is_empty() {
                self.piece(ScriptPiece::Literal(part.to_owned()), line);
            }
        }
    }

    fn piece(&mut self, piece: ScriptPiece, line: usize) {
        if !self.open {
            self.lines.push((ScriptText::default(), line));
            self.open = true;
        }
        if let Some((last, _)) = self.lines.last_mut() {
            last.push(piece);
        }
    }

    fn template(&mut self, template: ScriptText, mut line: usize) {
        for piece in template.0 {
            match piece {
                ScriptPiece::Literal(text) => {
                    self.text(&text, line, true);
                    line += text.matches('\n').count();
                }
                other => self.piece(other, line),
            }
        }
    }

    fn end_line(&mut self, line: usize) {
        if !self.open {
            self.lines.push((ScriptText::default(), line));
        }
        self.open = false;
    }

    fn append(&mut self, other: Self) {
        let mut lines = other.lines.into_iter();
        if self.open
            && let Some((first, line)) = lines.next()
        {
            first.0.into_iter().for_each(|piece| self.piece(piece, line));
            self.open = false;
            if lines.len() == 0 {
                self.open = other.open;
                return;
            }
        }
        self.lines.extend(lines);
        self.open = other.open && !self.lines.is_empty();
    }

    /// Nobody knows what stands there, nor how many lines it is.
    fn unknown(what: String, line: usize) -> Self {
        Self { lines: vec![(ScriptText(vec![ScriptPiece::Unknown(what)]), line)], open: false }
    }
}

/// A command file that a script writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Env,
    Path,
    Output,
}

impl Target {
    const ALL: [Self; 3] = [Self::Env, Self::Path, Self::Output];

    /// What is one variable, or one property of `github`, and nothing else.
    fn of(file: &ScriptText) -> Option<Self> {
        let ([ScriptPiece::Variable { name, .. }] | [ScriptPiece::Expression { inner: name, .. }]) = file.0.as_slice()
        else {
            return None;
        };
        match name.trim() {
            "GITHUB_ENV" | "github.env" => Some(Self::Env),
            "GITHUB_PATH" | "github.path" => Some(Self::Path),
            "GITHUB_OUTPUT" | "github.output" => Some(Self::Output),
            _ => None,
        }
    }
}

/// What becomes of the command files of one script.
#[derive(Default)]
struct Written {
    env: Stream,
    path: Stream,
    output: Stream,
    /// `export`, `go env -w` and commands of the old kind.
    others: Vec<ScriptPlace>,
}

impl Written {
    fn add(&mut self, target: Target, content: Stream, replaces: bool) {
        let stream = match target {
            Target::Env => &mut self.env,
            Target::Path => &mut self.path,
            Target::Output => &mut self.output,
        };
        if replaces {
            *stream = Stream::default();
        }
        stream.append(content);
    }

    /// `::set-env name=X::v`, among what a script prints.
    fn commands(&mut self, printed: &Stream) {
        for (line, number) in &printed.lines {
            let Some(ScriptPiece::Literal(start)) = line.0.first() else { continue };
            let start = start.trim_start();
            let (name, skip) = if let Some(rest) = start.strip_prefix("::set-env name=") {
                let Some((name, _)) = rest.split_once("::") else { continue };
                (name, "::set-env name=".len() + name.len() + 2)
            } else if start.starts_with("::add-path::") {
                ("PATH", "::add-path::".len())
            } else {
                continue;
            };
            let mut value = ScriptText::default();
            value.push_text(&start[skip..]);
            line.0[1..].iter().cloned().for_each(|piece| value.push(piece));
            self.others.push(ScriptPlace { by: Setter::Command, name: name.to_owned(), value, line: *number });
        }
    }

    fn places(mut self) -> Vec<ScriptPlace> {
        let mut all = std::mem::take(&mut self.others);
        all.extend(records(self.output, Setter::GithubOutput).into_iter().filter(|one| one.by != Setter::Unseen));
        all.extend(records(self.env, Setter::GithubEnv));
        let path = self.path.lines.into_iter().filter(|(line, _)| !line.0.is_empty());
        all.extend(path.map(|(value, line)| ScriptPlace {
            by: Setter::GithubPath,
            name: "PATH".to_owned(),
            value,
            line,
        }));
        all
    }
}

/// `NAME=VALUE`, and `NAME<<WORD` with the lines up to WORD, as the runner reads them.
fn records(stream: Stream, by: Setter) -> Vec<ScriptPlace> {
    let mut found = Vec::new();
    let mut lines = stream.lines.into_iter();
    while let Some((line, number)) = lines.next() {
        let unseen = |line| ScriptPlace { by: Setter::Unseen, name: String::new(), value: line, line: number };
        let Some(ScriptPiece::Literal(start)) = line.0.first() else {
            if !line.0.is_empty() {
                found.push(unseen(line));
            }
            continue;
        };
        let equals = start.find('=');
        let marker = start.find("<<").filter(|at| equals.is_none_or(|equals| *at < equals));
        let (name, skip) = match (marker, equals) {
            (Some(at), _) => (&start[..at], at + 2),
            (None, Some(at)) => (&start[..at], at + 1),
            (None, None) if line.0.len() > 1 => {
                found.push(unseen(line));
                continue;
            }
            (None, None) => continue,
        };
        let name = name.to_owned();
        let mut rest = ScriptText::default();
        rest.push_text(&start[skip..]);
        line.0[1..].iter().cloned().for_each(|piece| rest.push(piece));
        let value = if marker.is_some() {
            let mut value = ScriptText::default();
            let mut first = true;
            let mut ended = false;
            for (line, _) in lines.by_ref() {
                if line == rest {
                    ended = true;
                    break;
                }
                if !std::mem::take(&mut first) {
                    value.push_text("\n");
                }
                line.0.into_iter().for_each(|piece| value.push(piece));
            }
            if !ended {
                found.push(unseen(line));
                break;
            }
            value
        } else {
            rest
        };
        // Names of outputs have dashes, too.
        let bare = if by == Setter::GithubOutput { name.replace('-', "_") } else { name.clone() };
        if is_name(&bare) {
            found.push(ScriptPlace { by, name, value, line: number });
        }
    }
    found
}

/// Whether a shell takes it for the name of a variable.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `NAME=VALUE`, as `go env -w` takes it.
fn setting(word: &ScriptText) -> Option<(String, ScriptText)> {
    let Some(ScriptPiece::Literal(start)) = word.0.first() else { return None };
    let (name, rest) = start.split_once('=')?;
    let mut value = ScriptText::default();
    value.push_text(rest);
    word.0[1..].iter().cloned().for_each(|piece| value.push(piece));
    is_name(name).then(|| (name.to_owned(), value))
}

/// What `go env -w A=b C=d` sets; nothing where the words are another command.
fn go_env_w(words: &[ScriptText], line: usize) -> Vec<ScriptPlace> {
    let literal = |at: usize| words.get(at).and_then(ScriptText::as_literal);
    let is_go = literal(0).is_some_and(|word| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        matches!(name, "go" | "go.exe")
    });
    let writes = literal(2).is_some_and(|flag| matches!(flag, "-w" | "--w" | "-w=true"));
    if !is_go || literal(1) != Some("env") || !writes {
        return Vec::new();
    }
    let settings = words[3..].iter().filter_map(setting);
    settings.map(|(name, value)| ScriptPlace { by: Setter::GoEnvW, name, value, line }).collect()
}

#[cfg(test)]
mod tests;
