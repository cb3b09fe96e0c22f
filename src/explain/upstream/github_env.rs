//! Lines that wait in the runner's GITHUB_ENV for the steps to come. Source:
//! runner, `FileCommandManager.cs`: `EnvFileKeyValuePairs`.

use crate::explain::upstream::{Names, UpstreamValue, last_of_each};
use crate::platform::Platform;

/// The last of a name counts; a value without its closing line is the runner's to refuse, and left out.
pub(super) fn settings(text: &str, names: &Names, platform: Platform) -> Vec<UpstreamValue> {
    let mut found: Vec<UpstreamValue> = Vec::new();
    let line = |line: &'_ str| -> String {
        let bare = if platform == Platform::Windows { line.strip_suffix('\r') } else { None };
        bare.unwrap_or(line).to_owned()
    };
    let mut lines = text.split('\n').map(line).enumerate();
    while let Some((at, line)) = lines.next() {
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        let (name, value) = match (equals, heredoc) {
            (Some(equals), here) if here.is_none_or(|here| equals < here) => {
                (line[..equals].to_owned(), line[equals + 1..].to_owned())
            }
            (_, Some(here)) => {
                let delimiter = line[here + 2..].to_owned();
                let mut body = Vec::new();
                let closed = lines.by_ref().map(|(_, line)| line).any(|line| {
                    let end = line == delimiter;
                    body.extend((!end).then_some(line));
                    end
                });
                if !closed {
                    break;
                }
                (line[..here].to_owned(), body.join("\n"))
            }
            _ => continue,
        };
        if names.has(&name) {
            found.push(UpstreamValue::new(&name, &value, at + 1));
        }
    }
    last_of_each(found, |one| platform.fold_name(&one.name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_values_of_several_lines_are_read_as_the_runner_does() {
        let settings = |text, platform| settings(text, &Names::of_go(platform), platform);
        let found = settings("GOBIN=/a\nGOOS<<E\n1\nGOBIN=/no\nE\nX=1\nGOBIN=/b\nGOFLAGS<<E\n-v\n", Platform::Linux);
        assert_eq!(found, [UpstreamValue::new("GOOS", "1\nGOBIN=/no", 2), UpstreamValue::new("GOBIN", "/b", 7)]);
        assert_eq!(settings("GOBIN=/a\r\n", Platform::Windows)[0].value, "/a");
        assert_eq!(settings("GOBIN=/a\r\n", Platform::Linux)[0].value, "/a\r");
    }
}
