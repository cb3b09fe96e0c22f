//! Paths and lists of them, the registry's values, bytes of other programs.

use crate::{
    input::Input,
    machine::Machine,
    meter::{Limit, within},
    reference::{clean_unix, expanded, split_list},
};
use goenv_ci::{
    explain::explain,
    goenv::{
        Subject, clean,
        explanation::Layer,
        sources::{self, SourceKind, expand},
        version::GoVersion,
    },
    platform::{Platform, encoding::decoded, env::EnvBlock, ownership::user_name, program::described},
    ports::registry::{Data, Persisted, Scope},
};

/// PATH taken apart as Go takes it apart.
pub fn lists(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let platform = input.one_of(&[Platform::Linux, Platform::Windows]);
    let text = input.text();
    let env = EnvBlock::from_pairs(platform, [("PATH", text.as_str())]);
    let dirs =
        within(Limit::READER, bytes.len(), || env.path_dirs().iter().map(ToString::to_string).collect::<Vec<_>>());
    // What is empty beside its quotation marks stays, as it was written; what is empty without them goes.
    let expected = split_list(&text, platform == Platform::Windows);
    let filled = |all: &[String]| all.iter().filter(|one| !one.is_empty()).cloned().collect::<Vec<_>>();
    assert_eq!(filled(&dirs), filled(&expected));
}

/// What two texts mean as paths: the relations are relations, and `Clean` is Go's.
pub fn texts(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let platform = input.one_of(&[Platform::Linux, Platform::Windows, Platform::Macos]);
    let (left, right, third) = (input.text(), input.text(), input.text());
    within(Limit::READER, bytes.len(), || {
        let same = |left: &str, right: &str| platform.same_path(left, right);
        assert!(same(&left, &left));
        assert_eq!(same(&left, &right), same(&right, &left));
        assert!(!(same(&left, &right) && same(&right, &third)) || same(&left, &third), "not transitive");
        if platform.is_within(&left, &right) && platform.is_within(&right, &third) {
            assert!(platform.is_within(&left, &third), "below what is below");
        }
        if platform.is_within(&left, &right) && platform.is_within(&right, &left) {
            assert!(same(&left, &right));
        }
        let joined = platform.join(&left, &right);
        let _ = platform.is_absolute(&joined);
        let _ = platform.file_name(&joined);
        let mut dir = joined;
        for _ in 0..=bytes.len() + 4 {
            match platform.parent(&dir) {
                Some(up) if up != dir => dir = up,
                _ => break,
            }
            assert!(platform.parent(&dir).is_none_or(|up| up.len() <= dir.len()), "{dir:?} never ends");
        }
        let once = clean(platform, &left);
        assert_eq!(clean(platform, &once), once, "not clean after the first time");
    });
    if platform == Platform::Linux {
        assert_eq!(clean(platform, &left), clean_unix(&left));
    }
}

/// Values of the registry, and what Windows makes of them.
pub fn registry(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let kind = input.byte() % 3;
    let (value, other) = (input.text(), input.text());
    let block = [("HOMEDRIVE", "C:"), ("X", other.as_str()), ("APPDATA", r"C:\a")];
    let env = EnvBlock::from_pairs(Platform::Windows, block);
    let found = within(Limit::READER, bytes.len() * (1 + other.len()), || expand(&value, &env));
    assert_eq!(found, expanded(&value, |name| env.get(name).map(str::to_owned)));
    let mut machine = Machine::new(Platform::Windows);
    machine.block = block.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let data = match kind {
        0 => Data::Text(value.clone()),
        1 => Data::Expand(value.clone()),
        _ => Data::WrongType(value.clone()),
    };
    machine.user.push(Persisted { name: "gobin".to_owned(), data });
    let version: GoVersion = "1.23.0".parse().unwrap();
    let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: r"C:\w" };
    let explanation = within(Limit::ANSWER, found.len() + bytes.len(), || explain(&subject, &machine, &machine));
    let shadowed = &explanation.get("GOBIN").expect("GOBIN is told").shadowed;
    let told = shadowed.iter().find(|one| one.source == Layer::UserRegistry).map(|one| one.value.as_str());
    let expected = match kind {
        0 => Some(value.as_str()),
        1 => Some(found.as_str()),
        _ => None,
    };
    assert_eq!(told, expected);
    let sources =
        within(Limit::ANSWER, found.len() + bytes.len(), || sources::read(&env, r"C:\w", &machine, &machine, &[]));
    let told = sources.found.iter().filter(|one| one.kind == SourceKind::Registry(Scope::User)).count();
    assert_eq!(told, usize::from(kind < 2));
}

/// Output in UTF-8, UTF-16 or a code page; heads of program files; /etc/passwd.
pub fn encodings(bytes: &[u8]) {
    let text = within(Limit::READER, bytes.len(), || decoded(bytes, |_| None));
    if let Ok(plain) = std::str::from_utf8(bytes) {
        assert_eq!(text, plain.strip_prefix('\u{feff}').unwrap_or(plain));
    }
    let units: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(decoded(&units, |_| None), text, "UTF-16 and back");
    within(Limit::READER, bytes.len(), || {
        let named = described(bytes);
        assert!(named.is_none_or(|name| name.contains(" program for ")));
        if let Some(user) = user_name(&text, 1000) {
            assert!(text.contains(user));
        }
    });
}
