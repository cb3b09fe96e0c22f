use super::*;
use crate::script::ScriptPiece;

/// `go build ./...`, with `<…>` around what nobody knows.
fn shown(text: &ScriptText) -> String {
    let pieces = text.0.iter().map(|piece| match piece {
        ScriptPiece::Literal(text) => text.replace('\n', "|"),
        ScriptPiece::Variable { name, .. } => format!("${}", name.trim_start_matches('$')),
        ScriptPiece::Expression { inner, .. } => format!("${{{{{inner}}}}}"),
        ScriptPiece::Unknown(text) => format!("<{text}>"),
    });
    pieces.collect()
}

/// `3 A=b go build ?`; `?` behind a command that may not be run, `$` behind one that is substituted.
fn commands(reading: &ScriptReading) -> Vec<String> {
    let command = |one: &ScriptCommand| {
        let assignments = one.assignments.iter().map(|(name, value)| format!("{name}={}", shown(value)));
        let marks = [(one.conditional, "?"), (one.substituted, "$")];
        let marks = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| (*mark).to_owned());
        let words = assignments.chain(one.words.iter().map(shown)).chain(marks);
        format!("{} {}", one.span.line, words.collect::<Vec<_>>().join(" "))
    };
    reading.commands.iter().map(command).collect()
}

/// `1:5 X sh default`.
fn variables(reading: &ScriptReading) -> Vec<String> {
    let variable = |one: &VariableUse| {
        let syntax = match one.syntax {
            VariableSyntax::Sh => "sh",
            VariableSyntax::PowerShell => "ps",
            VariableSyntax::PowerShellEnv => "env",
            VariableSyntax::Cmd => "cmd",
            VariableSyntax::Expression => "expression",
        };
        let marks = [(one.has_default, " default"), (one.tested, " tested"), (one.set_before, " set")];
        let marks: String = marks.iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| *mark).collect();
        format!("{}:{} {} {syntax}{marks}", one.span.line, one.span.column, one.name)
    };
    reading.variables.iter().map(variable).collect()
}

/// `1:8 Env sh >> Redirect`.
fn writes(reading: &ScriptReading) -> Vec<String> {
    let write = |one: &RunnerFileWrite| {
        let how = if one.append { ">>" } else { ">" };
        let encoding = one.encoding.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
        let (line, column) = (one.named.line, one.named.column);
        format!("{line}:{column} {:?} {:?} {how} {:?}{encoding}", one.file, one.syntax, one.way)
    };
    reading.file_writes.iter().map(write).collect()
}

#[test]
fn commands_of_bash_are_found_wherever_they_stand() {
    let rows: &[(&str, &[&str])] = &[
        ("go build ./...", &["1 go build ./..."]),
        ("GOOS=linux GOARCH=\"$a\" go install x@latest", &["1 GOOS=linux GOARCH=$a go install x@latest"]),
        ("X=1\nX+=/b", &["1 X=1", "2 X=$X/b"]),
    ];
    for (script, want) in rows {
        let reading = read(ScriptShell::Bash, script);
        assert_eq!(commands(&reading), *want, "{script}");
        assert!(reading.syntax_is_known, "{script}");
    }
}
