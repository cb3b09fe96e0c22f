//! mise's `[env]`, and the Go that its `[tools]` and asdf's `.tool-versions`
//! ask for. Source: mise, "Configuration" and "Environments".

use crate::explain::upstream::{Names, UpstreamValue, lines::LineStarts};
use toml::de::{DeTable, DeValue};

/// In one directory, the strongest first.
pub(super) const FILES: [&str; 8] = [
    "mise.local.toml",
    ".mise.local.toml",
    "mise.toml",
    ".mise.toml",
    "mise/config.toml",
    ".mise/config.toml",
    ".config/mise.toml",
    ".config/mise/config.toml",
];

/// `[env]`; templates stay as they are written, directives below `_` are left out.
pub(super) fn settings(text: &str, names: &Names) -> Result<Vec<UpstreamValue>, String> {
    let file = parsed(text)?;
    let mut found: Vec<UpstreamValue> = Vec::new();
    let env = file.get("env").map(|env| env.get_ref());
    // `[[env]]` is a list of such tables.
    let tables: Vec<&DeTable<'_>> = match env {
        Some(DeValue::Table(table)) => vec![table],
        Some(DeValue::Array(all)) => all.iter().filter_map(|one| one.get_ref().as_table()).collect(),
        _ => Vec::new(),
    };
    let lines = LineStarts::of(text);
    for (name, value) in tables.into_iter().flatten().filter(|(name, _)| names.has(name.get_ref())) {
        let value = match value.get_ref() {
            DeValue::Table(table) => table.get("value").map_or(value, |inner| inner),
            _ => value,
        };
        if let Some(text_of) = plain(value.get_ref()) {
            found.push(UpstreamValue::new(name.get_ref(), &text_of, lines.number(name.span().start)));
        }
    }
    Ok(found)
}

/// `[tools] go = "1.22"`, as a setting of the name `go`.
pub(super) fn wanted_go(text: &str, _: &Names) -> Result<Vec<UpstreamValue>, String> {
    let file = parsed(text)?;
    let tools = file.get("tools").and_then(|tools| tools.get_ref().as_table());
    let wanted = tools.into_iter().flatten().filter(|(name, _)| matches!(name.get_ref().as_ref(), "go" | "golang"));
    let lines = LineStarts::of(text);
    let setting = |(name, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
        let value = match value.get_ref() {
            DeValue::Array(all) => plain(all.first()?.get_ref()),
            DeValue::Table(table) => plain(table.get("version")?.get_ref()),
            value => plain(value),
        };
        Some(UpstreamValue::new("go", &value?, lines.number(name.span().start)))
    };
    Ok(wanted.filter_map(setting).collect())
}

/// `golang 1.22.10 system`: the first counts.
pub(super) fn tool_versions(text: &str, _: &Names) -> Result<Vec<UpstreamValue>, String> {
    let lines = text.lines().enumerate().filter_map(|(at, line)| {
        let mut words = line.split('#').next()?.split_whitespace();
        words.next().filter(|tool| matches!(*tool, "go" | "golang"))?;
        Some(UpstreamValue::new("go", words.next()?, at + 1))
    });
    Ok(lines.collect())
}

fn parsed(text: &str) -> Result<DeTable<'_>, String> {
    let file = DeTable::parse(text).map_err(|error| {
        let line =
            error.span().map(|span| format!("line {}: ", LineStarts::of(text).number(span.start))).unwrap_or_default();
        format!("{line}{}", error.message())
    })?;
    Ok(file.into_inner())
}

/// `false` takes a variable away.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(true) => Some("true".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    #[test]
    fn every_form_of_a_value_is_read_and_directives_are_not() {
        let text = "# mine\n[env]\nGOBIN = '/b'\nGOFLAGS = { value = \"-v\", redact = true }\nCGO_ENABLED = 0\nGOWORK = false\n_.path = ['x']\n[tools]\ngo = ['1.22', '1.21']\n";
        let names = &Names::of_go(Platform::Linux);
        let found = settings(text, names).unwrap();
        let mut told: Vec<String> = found.iter().map(|one| format!("{}={} {}", one.name, one.value, one.at)).collect();
        told.sort();
        assert_eq!(told, ["CGO_ENABLED=0 5", "GOBIN=/b 3", "GOFLAGS=-v 4"]);
        assert_eq!(wanted_go(text, names).unwrap(), [UpstreamValue::new("go", "1.22", 9)]);
        assert_eq!(
            tool_versions("node 20\ngolang 1.22.10 # x\n", names).unwrap(),
            [UpstreamValue::new("go", "1.22.10", 2)]
        );
        assert!(settings("[env]\nGOBIN = \n", names).unwrap_err().starts_with("line 2: "));
    }
}
