//! What a value of the registry may refer to: Windows makes the variables of a session in steps, and each step knows only
//! what those before it made. Source: Microsoft, The Old New Thing, "What happens if I define one environment variable in
//! terms of the value of another environment variable?" (2023-12-12) and Windows Confidential, "The hidden variables".

use crate::{
    export::{
        format::ExportFormat,
        template::{ExportTemplate, TemplateValue, TemplateVariable, ValuePiece},
        write::CannotHold,
    },
    platform::Platform,
    ports::registry::Scope,
};

/// Made when a user's session begins, behind all variables of the machine.
const OF_THE_USER: &[&str] = &[
    "APPDATA",
    "COMPUTERNAME",
    "CommonProgramFiles",
    "CommonProgramFiles(x86)",
    "CommonProgramW6432",
    "HOMEDRIVE",
    "HOMEPATH",
    "HOMESHARE",
    "LOCALAPPDATA",
    "LOGONSERVER",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "ProgramW6432",
    "USERPROFILE",
];

/// Made last of all.
const OF_THE_ACCOUNT: &[&str] = &["USERDNSDOMAIN", "USERDOMAIN", "USERNAME"];

/// Of the type REG_EXPAND_SZ on every Windows, and so made in one step with what would refer to them.
const EXPANDED_OF_THE_MACHINE: &[&str] = &["ComSpec", "PATH", "PSModulePath", "TEMP", "TMP", "windir"];

/// The same for a user; PATH is not, for that of the machine is there already.
const EXPANDED_OF_THE_USER: &[&str] = &["TEMP", "TMP"];

/// Why a variable in a value would stay as it is written, as a clause. `expanded`: those that the same file makes by
/// putting variables in.
#[must_use]
pub(crate) fn not_put_in(scope: Scope, value: &TemplateValue, expanded: &[&str]) -> Option<String> {
    let among = |names: &[&str], name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    let whose = match scope {
        Scope::User => "user's",
        Scope::Machine => "machine's",
    };
    value.pieces.iter().find_map(|piece| {
        let ValuePiece::Variable(name) = piece else { return None };
        let (of_users, own) = match scope {
            Scope::User => (false, EXPANDED_OF_THE_USER),
            Scope::Machine => (among(OF_THE_USER, name), EXPANDED_OF_THE_MACHINE),
        };
        if of_users || among(OF_THE_ACCOUNT, name) {
            return Some(format!(
                "Windows knows no `%{name}%` yet when it makes the {whose} variables, and would leave it as it is written"
            ));
        }
        (among(own, name) || among(expanded, name)).then(|| {
            format!("Windows makes `%{name}%` in one step with it, and puts nothing of a step into others of the same one")
        })
    })
}

/// That Windows puts in every variable that the template's values refer to.
///
/// # Errors
/// The first value of which that is not so.
pub(crate) fn all_put_in(format: &ExportFormat, template: &ExportTemplate) -> Result<(), CannotHold> {
    let expanded: Vec<&str> =
        template.variables.iter().filter(|one| one.value.variable().is_some()).map(|one| one.name.as_str()).collect();
    for TemplateVariable { name, value, .. } in &template.variables {
        if let Some(rule) = not_put_in(template.scope, value, &expanded) {
            let help = match template.scope {
                Scope::User => "name a directory without this variable by `--gocache`, `--gopath` and `--gobin`",
                Scope::Machine => {
                    "name directories for all users by `--gocache` and `--gopath`, for example `D:\\go`, or take `--scope user`"
                }
            };
            let refused = format.cannot_hold(name, &value.in_plan(Platform::Windows), rule);
            return Err(CannotHold { help: help.to_owned(), ..refused });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_knows_what_the_steps_before_it_made() {
        let stays = |scope, text: &str| {
            not_put_in(scope, &TemplateValue::planned(Platform::Windows, text), &["GOPATH"]).is_some()
        };
        for (text, for_user, for_machine) in [
            (r"D:\go", false, false),
            (r"%SystemDrive%\go", false, false),
            (r"%ProgramData%\go", false, false),
            (r"%GOROOT%\x", false, false),
            (r"%USERPROFILE%\go", false, true),
            (r"%localappdata%\go-build", false, true),
            (r"%ProgramFiles(x86)%\go", false, true),
            (r"D:\%USERNAME%\go", true, true),
            (r"%SystemDrive%\%UserName%", true, true),
            (r"%TEMP%\go", true, true),
            (r"%PATH%\go", false, true),
            (r"%gopath%\bin", true, true),
        ] {
            assert_eq!(stays(Scope::User, text), for_user, "{text}");
            assert_eq!(stays(Scope::Machine, text), for_machine, "{text}");
        }
    }
}
