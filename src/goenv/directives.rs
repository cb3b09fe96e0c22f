//! The lines of go.mod and go.work by Go's own grammar: a verb and its words, in
//! a block or alone. Source: golang.org/x/mod, `modfile/read.go`.

/// One line, as `use ./a` or a line between `use (` and `)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// From 1.
    pub line: usize,
    /// `use`, `go`, `require`.
    pub verb: String,
    /// What follows it, without quotation marks.
    pub words: Vec<String>,
}

/// All of a file, in its order. What does not fit the grammar is left out: Go itself says what is wrong with it.
#[must_use]
pub fn directives(text: &str) -> Vec<Directive> {
    let (mut found, mut block): (Vec<Directive>, Option<String>) = (Vec::new(), None);
    for (at, line) in text.lines().enumerate() {
        let mut words = words(line);
        match (block.clone(), words.last().map(String::as_str)) {
            (_, None) => {}
            (Some(_), Some(")")) if words.len() == 1 => block = None,
            (None, Some("(")) if words.len() == 2 => block = Some(words.swap_remove(0)),
            (Some(verb), Some(_)) => found.push(Directive { line: at + 1, verb, words }),
            (None, Some(_)) => {
                let verb = words.remove(0);
                found.push(Directive { line: at + 1, verb, words });
            }
        }
    }
    found
}

/// The words of a line before its comment; `"` and `` ` `` hold blanks together, and in `"` a backslash quotes.
fn words(line: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), line.trim_start());
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            break;
        }
        let (word, behind) = match first {
            '"' | '`' => match quoted(&rest[1..], first) {
                Some(read) => read,
                None => return found,
            },
            '(' | ')' => (first.to_string(), &rest[1..]),
            _ => {
                let blank = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).unwrap_or(rest.len());
                let (word, behind) = rest.split_at(rest.find("//").map_or(blank, |comment| comment.min(blank)));
                (word.to_owned(), behind)
            }
        };
        found.push(word);
        rest = behind.trim_start();
    }
    found
}

/// What stands before the closing mark, and what stands behind it.
fn quoted(text: &str, mark: char) -> Option<(String, &str)> {
    let (mut word, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == mark => return Some((word, &text[at + 1..])),
            '\\' if mark == '"' => word.push(chars.next()?.1),
            c => word.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        directives(text).iter().map(|one| format!("{}:{} {}", one.line, one.verb, one.words.join("|"))).collect()
    }

    #[test]
    fn lines_blocks_quotation_marks_and_comments_are_read_as_go_does() {
        let text = "go 1.21 // why\r\n\nuse ./a\nuse (\n\t./b // x\n\t\"./c d\"\n\t`./e`\n)\nreplace x => ../x//\nuse(\n\"C:\\\\f\"\n)\n";
        let want =
            ["1:go 1.21", "3:use ./a", "5:use ./b", "6:use ./c d", "7:use ./e", "9:replace x|=>|../x", r"11:use C:\f"];
        assert_eq!(told(text), want);
    }

    #[test]
    fn what_is_no_directive_is_left_out() {
        assert_eq!(told("// use ./a\n\n)\nuse \"./a\n"), ["3:) ", "4:use "]);
        assert!(told("use (\n").is_empty());
    }
}
