//! fish's configuration. Its quoting: within `'` a backslash escapes itself and `'`, within `"` also `$` and `"`.
//! `fish_add_path` leaves out a directory that does not exist yet, as GOBIN before the first `go install`; so PATH is
//! set by hand. Source: fish 3.6, "The fish language", "Quotes", and "fish_add_path".

use crate::export::{
    format::ExportFormat,
    formats::shells::profile::{BASH, BEGIN, END},
    posix,
    read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
    template::{ExportTemplate, TemplateValue, ValuePiece},
    write::{CannotHold, ExportFile},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    shell: Some("fish"),
    title: "lines for `~/.config/fish/config.fish`, or a file in `~/.config/fish/conf.d`, between marks",
    read_back: "fish started anew as login and as interactive shell, with the lines there once and twice",
    write,
    read,
    ..BASH
};

/// The place of an entry in PATH, in lines that move it.
const PLACE: &str = "goenv_ci_place";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("{BEGIN}\n# {}\n", template.title());
    for variable in &template.variables {
        text.push_str(&format!(
            "# {}: {}\nset -gx {} {}\n",
            variable.name,
            variable.reason,
            variable.name,
            word(&variable.value)
        ));
    }
    text.push_str("# In front of PATH, once. fish_add_path would leave out a directory that is not there yet.\n");
    for entry in template.path.iter().rev() {
        let dir = word(&posix::entry(template, entry));
        text.push_str(&format!(
            "if set -l {PLACE} (contains -i -- {dir} $PATH)\n    set -e PATH[${PLACE}]\nend\nset -gx PATH {dir} $PATH\n"
        ));
    }
    text.push_str(&format!("{END}\n"));
    Ok(vec![ExportFile::utf8("goenv-ci.fish", text)])
}

fn word(value: &TemplateValue) -> String {
    let variable = |name: &str| format!("${name}");
    // Behind a variable fish would take `[` for a place in a list.
    let is_plain = |piece: &ValuePiece| match piece {
        ValuePiece::Text(text) => text.starts_with('/') && !text.contains(['\\', '"', '$']),
        ValuePiece::Variable(_) => true,
    };
    if value.pieces.iter().all(is_plain) {
        return format!("\"{}\"", value.written(str::to_owned, variable));
    }
    value.written(
        |text| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'")),
        |name| format!("\"{}\"", variable(name)),
    )
}

/// Commands of `set` and `fish_add_path`; all else is passed over.
fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported::default();
    for command in commands(file, &text)? {
        let name = command.words.first().and_then(|word| word.value.as_ref()).and_then(TemplateValue::as_text);
        match name {
            Some("set") => set(&command.words[1..], &mut imported),
            Some("fish_add_path") => add_path(&command.words[1..], &mut imported),
            _ => {}
        }
    }
    // So far the last one was the first.
    imported.path.reverse();
    Ok(imported.with_own_values())
}

struct FishCommand {
    words: Vec<FishWord>,
}

struct FishWord {
    /// `None` where only a run could tell.
    value: Option<TemplateValue>,
    written: String,
    at: LineColumn,
}

impl FishWord {
    fn text(&self) -> Option<&str> {
        self.value.as_ref().and_then(TemplateValue::as_text)
    }
}

/// What an option is, of a word; `long` of its letter.
fn has_option(words: &[FishWord], letter: char, long: &str) -> bool {
    words.iter().take_while(|word| word.written.starts_with('-') && word.written != "--").any(|word| {
        let text = word.written.as_str();
        text.strip_prefix("--").map_or_else(|| text.contains(letter), |name| name == long)
    })
}

/// What stands behind the options.
fn operands(words: &[FishWord]) -> &[FishWord] {
    let mut rest = words;
    while let [first, behind @ ..] = rest
        && first.written.starts_with('-')
    {
        rest = behind;
        if first.written == "--" {
            break;
        }
    }
    rest
}

fn set(words: &[FishWord], imported: &mut Imported) {
    let Some((target, values)) = operands(words).split_first() else { return };
    let Some(name) = target.text().map(str::to_owned) else { return };
    let at = target.at;
    if has_option(words, 'e', "erase") {
        // Of PATH an entry, where its name goes on with `[`.
        if !name.contains('[') {
            imported.remarks.push(ImportRemark { text: format!("it removes `{name}`"), at });
        }
        return;
    }
    if name == "PATH" || name == "fish_user_paths" {
        let is_old = |word: &FishWord| {
            word.value.as_ref().is_some_and(|value| {
                *value == {
                    let mut old = TemplateValue::default();
                    old.push_variable(&name);
                    old
                }
            })
        };
        let old = values.iter().position(is_old);
        let prepends = has_option(words, 'p', "prepend");
        let appends = has_option(words, 'a', "append") || !prepends && old.is_none() && name == "PATH";
        let front = &values[..old.unwrap_or(if appends { 0 } else { values.len() })];
        let entries = front.iter().map(|word| ImportedEntry { value: word.value.clone(), at: word.at });
        imported.path.extend(entries.rev());
        for word in &values[old.map_or(front.len(), |old| old + 1)..] {
            let way = if has_option(words, 'a', "append") || old.is_some() { "behind PATH" } else { "alone on PATH" };
            imported.remarks.push(ImportRemark { text: format!("it puts `{}` {way}", word.written), at: word.at });
        }
    } else if has_option(words, 'x', "export") {
        let value = match values {
            [] => Some(TemplateValue::default()),
            [one] => one.value.clone(),
            // A list, which fish joins with blanks for other programs.
            _ => None,
        };
        imported.variables.push(ImportedVariable { name, value, at });
    }
}

fn add_path(words: &[FishWord], imported: &mut Imported) {
    let dirs = operands(words);
    if has_option(words, 'a', "append") {
        for word in dirs {
            let text = format!("it puts `{}` behind PATH", word.written);
            imported.remarks.push(ImportRemark { text, at: word.at });
        }
        return;
    }
    let entries = dirs.iter().map(|word| ImportedEntry { value: word.value.clone(), at: word.at });
    imported.path.extend(entries.rev());
}

/// Words of commands, which end with a line or `;`. Words such as `if` and `and` that stand in front of a command are
/// taken off.
fn commands(file: &FileToImport<'_>, text: &str) -> Result<Vec<FishCommand>, ImportFault> {
    let mut all = Vec::new();
    let mut words: Vec<FishWord> = Vec::new();
    let mut reader = FishReader { letters: text.chars().peekable(), at: LineColumn { line: 1, column: 1 }, depth: 0 };
    loop {
        match reader.letters.peek() {
            Some(' ' | '\t' | '\r') => reader.skip(),
            Some('#') => {
                while reader.letters.peek().is_some_and(|letter| *letter != '\n') {
                    reader.skip();
                }
            }
            None | Some('\n' | ';' | '&' | '|') => {
                let is_prefix = |word: &FishWord| {
                    matches!(word.written.as_str(), "if" | "and" | "or" | "not" | "else" | "begin" | "while" | "!")
                };
                let first = words.iter().position(|word| !is_prefix(word)).unwrap_or(words.len());
                let command = words.split_off(first);
                words.clear();
                if !command.is_empty() {
                    all.push(FishCommand { words: command });
                }
                if reader.letters.peek().is_none() {
                    return Ok(all);
                }
                reader.skip();
            }
            Some(_) => words.push(reader.word(file)?),
        }
    }
}

struct FishReader<'t> {
    letters: std::iter::Peekable<std::str::Chars<'t>>,
    at: LineColumn,
    /// Of commands within each other.
    depth: usize,
}

/// Of commands within each other; a deeper text is refused.
const DEEPEST: usize = 64;

/// A word as far as it is read.
#[derive(Default)]
struct OpenWord {
    value: TemplateValue,
    unknown: bool,
    written: String,
}

impl FishReader<'_> {
    fn skip(&mut self) {
        self.next();
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.letters.next()?;
        match letter {
            '\n' => self.at = LineColumn { line: self.at.line + 1, column: 1 },
            _ => self.at.column += 1,
        }
        Some(letter)
    }

    fn word(&mut self, file: &FileToImport<'_>) -> Result<FishWord, ImportFault> {
        let at = self.at;
        let mut word = OpenWord::default();
        while let Some(letter) = self.letters.peek().copied() {
            if matches!(letter, ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|') {
                break;
            }
            let start = self.at;
            self.next();
            word.written.push(letter);
            match letter {
                '\'' | '"' => {
                    self.quoted(letter, &mut word).ok_or_else(|| file.fault_at(start, "the text has no end"))?
                }
                '\\' => self.escape(&mut word),
                '$' => self.variable(&mut word),
                '(' => self.substitution(&mut word).ok_or_else(|| file.fault_at(start, "the `)` is missing"))?,
                '*' | '?' | '{' | '~' => {
                    word.unknown = true;
                    word.value.push_text(&letter.to_string());
                }
                _ => word.value.push_text(&letter.to_string()),
            }
        }
        Ok(FishWord { value: (!word.unknown).then_some(word.value), written: word.written, at })
    }

    /// Behind the mark; `None` where it is not closed.
    fn quoted(&mut self, mark: char, word: &mut OpenWord) -> Option<()> {
        loop {
            let letter = self.next()?;
            if letter == mark {
                return Some(());
            }
            word.written.push(letter);
            match letter {
                '\\' => {
                    let next = self.next()?;
                    word.written.push(next);
                    let escapes = next == '\\' || next == mark || mark == '"' && next == '$';
                    word.value.push_text(&if escapes { next.to_string() } else { format!("\\{next}") });
                }
                '$' if mark == '"' => self.variable(word),
                '(' if mark == '"' && word.written.ends_with("$(") => self.substitution(word)?,
                _ => word.value.push_text(&letter.to_string()),
            }
        }
    }

    fn escape(&mut self, word: &mut OpenWord) {
        let Some(next) = self.next() else { return };
        word.written.push(next);
        match next {
            '\n' => {}
            // `\n`, `\x41` and the like.
            _ if next.is_ascii_alphanumeric() => word.unknown = true,
            _ => word.value.push_text(&next.to_string()),
        }
    }

    fn variable(&mut self, word: &mut OpenWord) {
        let mut name = String::new();
        while let Some(letter) = self.letters.peek().copied().filter(|c| *c == '_' || c.is_ascii_alphanumeric()) {
            self.next();
            word.written.push(letter);
            name.push(letter);
        }
        // `$$NAME`, `$NAME[1]`, `$(…)`.
        if name.is_empty() || self.letters.peek() == Some(&'[') {
            word.unknown = true;
        } else {
            word.value.push_variable(&name);
        }
    }

    /// Behind the `(`.
    fn substitution(&mut self, word: &mut OpenWord) -> Option<()> {
        word.unknown = true;
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut open = 1;
        while open > 0 {
            let letter = self.next()?;
            word.written.push(letter);
            match letter {
                '(' => open += 1,
                ')' => open -= 1,
                '\'' | '"' => self.quoted(letter, &mut OpenWord::default())?,
                '\\' => self.skip(),
                _ => {}
            }
        }
        self.depth -= 1;
        Some(())
    }
}
