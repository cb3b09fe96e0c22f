//! Each format as a whole, once for each platform that it takes, in `templates/`: to be read by people who change one.

use crate::support::assert_file;
use goenv_ci::{
    export::{EXPORT_FORMATS, ExportTemplate, FileToImport, TemplateValue, TemplateVariable},
    platform::Platform,
    ports::registry::Scope,
};

/// With a directory that has a blank in it, and values that begin with a variable where the format takes such.
fn template(platform: Platform, refers: bool) -> ExportTemplate {
    let (cache, gopath) = match (platform, refers) {
        (Platform::Windows, true) => (r"%LOCALAPPDATA%\go-build", r"D:\my go"),
        (Platform::Windows, false) => (r"D:\cache\go-build", r"D:\my go"),
        (_, true) => ("$HOME/.cache/go-build", "/srv/my go"),
        (_, false) => ("/srv/cache/go-build", "/srv/my go"),
    };
    let gobin = platform.join(gopath, "bin");
    let variable = |name: &str, value: &str, reason: &str| TemplateVariable {
        name: name.to_owned(),
        value: TemplateValue::planned(platform, value),
        reason: reason.to_owned(),
    };
    ExportTemplate {
        runner: "an example".to_owned(),
        platform,
        scope: Scope::Machine,
        variables: vec![
            variable("GOCACHE", cache, "standard: Go's own default, `go-build` in the user's cache directory"),
            variable("GOPATH", gopath, "given with --gopath"),
            variable("GOBIN", &gobin, "standard: GOPATH and `bin`"),
        ],
        path: vec![TemplateValue::planned(platform, &gobin)],
        go: vec!["1.23".to_owned()],
    }
}

#[test]
fn each_format_is_written_as_the_files_here_are() {
    for format in EXPORT_FORMATS {
        for platform in format.platforms.iter().filter(|platform| **platform != Platform::Macos) {
            let written =
                [true, false].into_iter().find_map(|refers| (format.write)(&template(*platform, refers)).ok());
            for file in written.unwrap_or_else(|| panic!("{} takes no plain directory", format.shown())) {
                let text = FileToImport { path: &file.name, bytes: &file.bytes }.text().unwrap().replace("\r\n", "\n");
                let shell = format.shell.map(|shell| format!("-{shell}")).unwrap_or_default();
                let system = platform.runner_os().to_lowercase();
                let name = file.name.trim_start_matches('.').replace('/', "-");
                assert_file(
                    &format!("tests/integration/export/templates/{}{shell}.{system}.{name}", format.name),
                    &text,
                );
            }
        }
    }
}
