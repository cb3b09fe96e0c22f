//! VS Code's settings: JSON with comments. `go.toolsEnvVars` is for what the Go
//! extension starts, `terminal.integrated.env.*` for its terminals.

use crate::explain::upstream::{Names, UpstreamValue, lines::LineStarts};
use crate::{
    goenv::user_dirs::home,
    jsonc::{self, UnreadJson},
    platform::{Platform, env::EnvBlock},
};
use jsonc_parser::ast::Value;

/// Settings of the user, those of a remote machine last.
pub(super) fn user_files(env: &EnvBlock) -> Vec<String> {
    let platform = env.platform();
    let config = match platform {
        Platform::Windows => env.get_filled("APPDATA").map(str::to_owned),
        Platform::Macos => home(env).map(|home| platform.join(home, "Library/Application Support")),
        Platform::Linux => match env.get_filled("XDG_CONFIG_HOME") {
            Some(dir) => Some(dir.to_owned()),
            None => home(env).map(|home| platform.join(home, ".config")),
        },
    };
    let own = config.map(|dir| platform.join(&dir, "Code/User/settings.json"));
    let remote = home(env).map(|home| platform.join(home, ".vscode-server/data/Machine/settings.json"));
    own.into_iter().chain(remote).filter(|path| platform.is_absolute(path)).collect()
}

/// What is set for the Go extension and for terminals on this platform. `${env:NAME}` and its like stay as they are
/// written; null takes a variable away and sets nothing.
pub(super) fn settings(text: &str, names: &Names, platform: Platform) -> Result<Vec<UpstreamValue>, String> {
    let terminal = match platform {
        Platform::Windows => "terminal.integrated.env.windows",
        Platform::Macos => "terminal.integrated.env.osx",
        Platform::Linux => "terminal.integrated.env.linux",
    };
    let unread = |why: UnreadJson| format!("line {}, column {}: {}", why.line, why.column, why.why);
    let Some(file) = jsonc::object(text).map_err(unread)? else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let lines = LineStarts::of(text);
    for key in [terminal, "go.toolsEnvVars"] {
        for one in file.get_object(key).into_iter().flat_map(|env| &env.properties) {
            if !names.has(one.name.as_str()) {
                continue;
            }
            let value = match &one.value {
                Value::StringLit(value) => value.value.to_string(),
                Value::NumberLit(value) => value.value.to_owned(),
                _ => continue,
            };
            let at = format!("{}, {key}", lines.number(one.range.start));
            found.push(UpstreamValue { at, ..UpstreamValue::new(one.name.as_str(), &value, 0) });
        }
    }
    for (key, name) in [("go.gopath", "GOPATH"), ("go.goroot", "GOROOT")] {
        if let Some((one, Value::StringLit(value))) = file.get(key).map(|one| (one, &one.value)) {
            let at = format!("{}, {key}", lines.number(one.range.start));
            found.push(UpstreamValue { at, ..UpstreamValue::new(name, &value.value, 0) });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_at_the_end_are_read_and_what_is_broken_is_named() {
        let text = "{\n  // mine\n  \"go.toolsEnvVars\": { \"GOFLAGS\": \"-tags=a\", },\n  /* x */ \"terminal.integrated.env.linux\": {\n    \"GOBIN\": \"/b\", \"GOPATH\": null\n  },\n  \"terminal.integrated.env.osx\": { \"GOBIN\": \"/other\" },\n}\n";
        let settings = |text, platform| settings(text, &Names::of_go(platform), platform);
        let told = |platform| {
            let found = settings(text, platform).unwrap();
            found.iter().map(|one| format!("{}={} {}", one.name, one.value, one.at)).collect::<Vec<_>>()
        };
        assert_eq!(
            told(Platform::Linux),
            ["GOBIN=/b 5, terminal.integrated.env.linux", "GOFLAGS=-tags=a 3, go.toolsEnvVars"]
        );
        assert_eq!(told(Platform::Windows), ["GOFLAGS=-tags=a 3, go.toolsEnvVars"]);
        assert_eq!(settings("", Platform::Linux), Ok(Vec::new()));
        let broken = settings("{\n \"go.toolsEnvVars\": {\n", Platform::Linux).unwrap_err();
        assert!(broken.starts_with("line "), "{broken}");
        assert!(settings("[1]", Platform::Linux).is_err());
    }
}
