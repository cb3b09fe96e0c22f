//! What Go itself reads: settings, go.mod and go.work, versions, flags.

use crate::{
    input::Input,
    machine::Machine,
    meter::{Limit, within},
    reference::{go_env_lines, go_mod_line, go_order, go_version, quoted_words},
};
use goenv_ci::{
    goenv::{
        Chosen, Known, Subject, WrongGoflags,
        explanation::Layer,
        goflags, look,
        settings::SettingsFile,
        version::{GoRequest, GoVersion},
    },
    platform::{Platform, env::EnvBlock},
};
use std::cmp::Ordering;

/// Each line of a settings file with a name that Go knows, as `readEnvFile` has it. The others are counted apart.
pub fn settings_file(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let layer = input.one_of(&[Layer::GoenvFile, Layer::GorootGoEnv]);
    let content = input.rest();
    let machine = Machine::new(Platform::Linux).file("/env", content);
    let file = within(Limit::READER, bytes.len(), || SettingsFile::read(layer, "/env".to_owned(), &machine));
    let mut expected = go_env_lines(content);
    expected.retain(|(name, _)| Known::every_name().contains(&name.as_str()));
    let found: Vec<(String, String)> = file.lines.iter().map(|line| (line.name.clone(), line.value.clone())).collect();
    assert_eq!(found, expected);
    for (name, _) in &expected {
        let mut all = expected.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
        let counts = if layer == Layer::GoenvFile { all.next_back() } else { all.next() };
        assert_eq!(file.line(name).map(|line| &line.value), counts);
    }
    within(Limit::READER, bytes.len(), || file.notes());
}

/// Which toolchain go.mod, go.work and GOTOOLCHAIN choose, as `toolchain.Select` has it.
pub fn modules(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let with_work = input.flag();
    let setting = input.text();
    let (module, work) = (input.text(), input.text());
    let mut machine = Machine::new(Platform::Linux).file("/w/go.mod", module.as_str());
    if with_work {
        machine = machine.file("/w/go.work", work.as_str());
    }
    let version: GoVersion = "1.22.10".parse().unwrap();
    let env = EnvBlock::from_pairs(Platform::Linux, [("GOTOOLCHAIN", setting.as_str()), ("HOME", "/h"), ("PATH", "")]);
    let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: "/w" };
    let seen = within(Limit::ANSWER, bytes.len(), || look(&subject, &machine));
    let Some(wanted) = select(&setting, if with_work { &work } else { &module }) else { return };
    match (&seen.chosen, wanted) {
        (Chosen::This, Some(name)) => assert_eq!(name, "go1.22.10"),
        (Chosen::Other { name, .. }, Some(wanted)) => assert_eq!(*name, wanted),
        (Chosen::Refused(_), wanted) => assert_eq!(wanted, None),
        (_, None) => panic!("Go refuses, and {:?} is told", seen.chosen),
    }
}

/// Go 1.22.10's answer; `None` where this reader does not know, `Some(None)` where Go stops.
fn select(setting: &str, file: &str) -> Option<Option<String>> {
    if setting.is_empty() || setting.contains('\0') {
        return None;
    }
    let of_toolchain = |name: &str| {
        let bare = name.strip_prefix("go").filter(|_| !name.contains(['/', '\\']))?;
        let end = bare.find([' ', '\t', '-']).unwrap_or(bare.len());
        go_version(&bare[..end])
    };
    let (mut chosen, mut least) = ("go1.22.10".to_owned(), go_version("1.22.10")?);
    let mode = match setting {
        "auto" | "path" => setting,
        _ => {
            let (min, suffix) = setting.split_once('+').map_or((setting, None), |(min, suffix)| (min, Some(suffix)));
            if min != "local" {
                let Some(version) = of_toolchain(min) else { return Some(None) };
                (chosen, least) = (min.to_owned(), version);
            }
            if suffix.is_some_and(|suffix| suffix != "auto" && suffix != "path") {
                return Some(None);
            }
            suffix.unwrap_or_default()
        }
    };
    let (go, toolchain) = (go_mod_line(file, "go"), go_mod_line(file, "toolchain"));
    if !mode.is_empty() && toolchain != "default" {
        if !toolchain.is_empty() {
            let Some(version) = of_toolchain(&toolchain) else { return Some(None) };
            if go_order(&version, &least) == Ordering::Greater {
                (chosen, least) = (toolchain.clone(), version);
            }
        }
        if let Some(version) = go_version(&go).filter(|version| go_order(version, &least) == Ordering::Greater) {
            let language = version[2].is_empty() && version[3].is_empty();
            chosen = format!("go{go}{}", if language { ".0" } else { "" });
        }
    }
    // Versions that Go reads and no Go has: ours knows two or three numbers of 64 bits, and `rc` and `beta` alone.
    let odd = |name: &str| {
        let bare = name.strip_prefix("go").unwrap_or(name);
        let bare = &bare[..bare.find([' ', '\t', '-']).unwrap_or(bare.len())];
        go_version(bare).is_some() && !is_ours(bare)
    };
    let least = setting.split('+').next().unwrap_or_default();
    if [least, &go, &toolchain].iter().any(|name| odd(name)) || setting.ends_with('+') {
        return None;
    }
    if !chosen.starts_with("go1") {
        return Some(None);
    }
    Some(Some(chosen))
}

/// Whether this is a version that Go has or will have: two or three numbers, or `rc` and `beta` with a number.
fn is_ours(text: &str) -> bool {
    let Some([major, minor, patch, kind, pre]) = go_version(text) else { return false };
    let small = [&major, &minor, &patch].iter().all(|number| number.is_empty() || number.parse::<u64>().is_ok());
    small && text.contains('.') && matches!(kind.as_str(), "" | "rc" | "beta") && (kind.is_empty() || !pre.is_empty())
}

/// What is a version, how two are ordered, and that each is written as it is read.
pub fn versions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (left, right) = text.split_once('\n').unwrap_or((&text, ""));
    let read = |text: &str| {
        let version: Option<GoVersion> = within(Limit::READER, text.len(), || text.parse().ok());
        let bare = text.strip_prefix("go").unwrap_or(text);
        assert_eq!(version.is_some(), is_ours(bare), "{text:?}");
        if let Some(version) = &version {
            assert_eq!(version.to_string().parse(), Ok(version.clone()), "{text:?}");
        }
        version.zip(go_version(bare))
    };
    if let (Some(left), Some(right)) = (read(left), read(right)) {
        let go = go_order(&left.1, &right.1);
        // A language version stands for its first release with us: nobody can ask for it to be run.
        let language = |version: &[String; 5]| version[2].is_empty() && version[3].is_empty();
        if !language(&left.1) && !language(&right.1) {
            assert_eq!(left.0.cmp(&right.0), go);
        }
    }
    if let Ok(request) = text.parse::<GoRequest>() {
        // Up to Go 1.20 the first release of a minor version is written like the version itself.
        let first = matches!(&request, GoRequest::Exact(version) if version.minor() < (1, 21));
        assert!(first || request.to_string().parse().as_ref() == Ok(&request));
    }
}

/// GOFLAGS, as `InitGOFLAGS` splits and refuses it.
pub fn flags(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let found = within(Limit::READER, bytes.len(), || goflags(&text));
    match quoted_words(&text) {
        None => assert!(matches!(found, Err(WrongGoflags::Unterminated(_)))),
        Some(words) => {
            let wrong = words.iter().find(|word| {
                !word.starts_with('-')
                    || matches!(word.as_str(), "-" | "--")
                    || word.starts_with("---")
                    || word.starts_with("-=")
                    || word.starts_with("--=")
            });
            match (found, wrong) {
                (Ok(found), None) => assert_eq!(found, words),
                (Err(WrongGoflags::NotAFlag(word)), Some(wrong)) => assert_eq!(word, *wrong),
                (found, wrong) => panic!("{found:?} where Go says {wrong:?}"),
            }
        }
    }
}
