//! A cell's directories, placeholders and environment, as values. A contract
//! probe's environment is built from nothing, so that a pass is not owed to
//! the machine it ran on; a live probe's is the one this step got.

use crate::{
    goenv::{
        settings::goenv_file,
        sources::Sources,
        toolchain::Toolchain,
        user_dirs::{default_gocache, default_gopath, home_variable},
        variable::GoVar,
    },
    plan::delivery::Delivery,
    platform::{Platform, env::EnvBlock},
    probe::{Control, Probe, ProbeKind},
};
use std::collections::BTreeMap;

/// What all cells of one run share.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Its path syntax.
    pub platform: Platform,
    /// GOARCH of this machine.
    pub goarch: String,
    /// The version of Wine, where that stands for Windows.
    pub wine: Option<String>,
    /// This process's environment.
    pub env: EnvBlock,
    /// Absolute directory that is removed at the end.
    pub scratch: String,
    /// What apply recorded, if live probes have something to be held against.
    pub delivery: Option<Delivery>,
    /// What each source says of Go's variables.
    pub sources: Sources,
}

/// The filled placeholders of one cell.
pub type Placeholders = BTreeMap<String, String>;

/// Names that Windows programs need to start at all.
pub(crate) const WINDOWS_NEEDS: &[&str] =
    &["SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "OS"];

/// The discard port, where nobody listens: a `go` that ignores GOPROXY or
/// GOTOOLCHAIN is refused at once instead of reaching the network.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The build cache that probes of one toolchain share unless they look at GOCACHE.
pub(crate) fn shared_cache(machine: &Machine, toolchain: &Toolchain) -> String {
    machine.platform.join(&machine.scratch, &format!("cache/go{}", toolchain.version))
}

/// The build cache of the probes that link, in which the runtime is compiled.
pub(crate) fn warm_cache(machine: &Machine, toolchain: &Toolchain) -> String {
    machine.platform.join(&machine.scratch, &format!("cache/warm-go{}", toolchain.version))
}

/// The file-system module proxy of the run, as a directory.
pub(crate) fn proxy_dir(machine: &Machine) -> String {
    machine.platform.join(&machine.scratch, "proxy")
}

/// Placeholders that do not depend on the probe. `dir` is the cell's own directory.
pub(crate) fn base_values(
    machine: &Machine,
    toolchain: &Toolchain,
    other: Option<&Toolchain>,
    dir: &str,
) -> Placeholders {
    let platform = machine.platform;
    let home = platform.join(dir, "home");
    let mut own = EnvBlock::new(platform);
    set_home(&mut own, &home);
    let proxy = proxy_dir(machine).replace('\\', "/");
    let mut values = Placeholders::new();
    let mut set = |name: &str, value: String| values.insert(name.to_owned(), value);
    set("/", platform.separator().to_string());
    set(":", platform.list_separator().to_string());
    set("EXE", platform.exe_suffix().to_owned());
    set("OS", platform.goos().to_owned());
    set("ARCH", machine.goarch.clone());
    set("OTHER_ARCH", if machine.goarch == "arm64" { "amd64" } else { "arm64" }.to_owned());
    set("SCRATCH", dir.to_owned());
    set("WORK", platform.join(dir, "work"));
    set("TMP", platform.join(dir, "tmp"));
    set("DEFAULT_GOCACHE", default_gocache(&toolchain.version, &own).unwrap_or_default());
    set("DEFAULT_GOENV", goenv_file(&toolchain.version, &own).unwrap_or_default());
    set("DEFAULT_GOPATH", default_gopath(&own));
    set("HOME", home);
    set("CACHE", shared_cache(machine, toolchain));
    set("PROXY", format!("file://{}{proxy}", if proxy.starts_with('/') { "" } else { "/" }));
    set("GOROOT", toolchain.goroot.clone());
    set("GOVERSION", format!("go{}", toolchain.version));
    if let Some(other) = other {
        set("OTHER_GOROOT", other.goroot.clone());
        set("OTHER_GOVERSION", format!("go{}", other.version));
    }
    values
}

/// Sets what the defaults of Go rest on.
fn set_home(env: &mut EnvBlock, home: &str) {
    let platform = env.platform();
    env.set(home_variable(platform), home);
    if platform == Platform::Windows {
        env.set("LOCALAPPDATA", platform.join(home, "AppData/Local"));
        env.set("APPDATA", platform.join(home, "AppData/Roaming"));
    }
}

/// Adds what `apply` recorded, under the variables' own names.
pub(crate) fn add_recorded(values: &mut Placeholders, delivery: &Delivery, platform: Platform) {
    for variable in GoVar::ALL {
        if let Some(value) = delivery.record.value(variable.name()) {
            values.insert(variable.name().to_owned(), value.to_owned());
        }
    }
    let programs = values.get("GOPATH").map(|gopath| platform.join(gopath, "bin"));
    if let (false, Some(programs)) = (values.contains_key("GOBIN"), programs) {
        values.insert("GOBIN".to_owned(), programs);
    }
}

/// The environment before the probe's own `env`.
pub(crate) fn base_env(machine: &Machine, kind: ProbeKind, values: &Placeholders) -> EnvBlock {
    if kind == ProbeKind::Live {
        return machine.env.clone();
    }
    let platform = machine.platform;
    let mut env = EnvBlock::new(platform);
    let value = |name: &str| values.get(name).cloned().unwrap_or_default();
    let tmp = value("TMP");
    set_home(&mut env, &value("HOME"));
    let system = if platform == Platform::Windows {
        for name in WINDOWS_NEEDS {
            if let Some(held) = machine.env.get(name) {
                env.set(*name, held);
            }
        }
        // Without it no program finds the system's libraries, and no variable of Go would be to blame.
        let root = machine.env.get_filled("SYSTEMROOT").unwrap_or(r"C:\Windows");
        env.set("SYSTEMROOT", root);
        vec![platform.join(root, "system32"), root.to_owned()]
    } else {
        vec!["/usr/bin".to_owned(), "/bin".to_owned()]
    };
    for name in ["TMPDIR", "TMP", "TEMP"] {
        env.set(name, tmp.clone());
    }
    let mut path = vec![platform.join(&value("GOROOT"), "bin")];
    path.extend(system);
    env.set("PATH", path.join(&platform.list_separator().to_string()));
    for (name, setting) in [
        ("GOENV", "off"),
        ("GOTOOLCHAIN", "local"),
        ("GOPROXY", "off"),
        ("GOSUMDB", "off"),
        // Said twice: a `go` that asks a database in spite of GOSUMDB still downloads for the probes of others.
        ("GONOSUMDB", "*"),
        ("GOWORK", "off"),
        ("CGO_ENABLED", "0"),
        ("HTTP_PROXY", NOWHERE),
        ("HTTPS_PROXY", NOWHERE),
    ] {
        env.set(name, setting);
    }
    env.set("GOCACHE", value("CACHE"));
    // The compiler lives for a second: collecting less garbage saves a quarter of its time.
    env.set("GOGC", "400");
    env
}

/// Lays the probe's own `env` and, for a control run, its one change over the base.
pub(crate) fn change_env(env: &mut EnvBlock, own: &[(String, String)], change: Option<&Control>) {
    for (name, value) in own {
        env.set(name.clone(), value.clone());
    }
    match change {
        Some(Control::Unset(name)) => env.remove(name),
        Some(Control::Set(name, value)) => env.set(name.clone(), value.clone()),
        Some(Control::OffPath(dir)) => {
            let platform = env.platform();
            let kept: Vec<&str> = env
                .path_entries()
                .into_iter()
                .filter(|entry| !platform.same_path(&platform.unquoted(entry), dir))
                .collect();
            let joined = kept.join(&platform.list_separator().to_string());
            env.set("PATH", joined);
        }
        Some(Control::File(..) | Control::Drop(_) | Control::Run(_)) | None => {}
    }
}

/// A probe with every placeholder filled.
///
/// # Errors
/// The name of a placeholder that has no value here.
pub(crate) fn filled(probe: &Probe, values: &mut Placeholders) -> Result<Probe, String> {
    use crate::probe::{Expectation as E, template::fill};
    let pairs = |pairs: &[(String, String)], values: &Placeholders| -> Result<Vec<(String, String)>, String> {
        pairs.iter().map(|(name, text)| Ok((name.clone(), fill(text, values)?))).collect()
    };
    let mut probe = probe.clone();
    probe.env = pairs(&probe.env, values)?;
    for (name, value) in &probe.env {
        values.insert(name.clone(), value.clone());
    }
    let values = &*values;
    let text = |text: &str| fill(text, values);
    let list = |list: &[String]| list.iter().map(|t| fill(t, values)).collect::<Result<Vec<_>, _>>();
    probe.files =
        probe.files.iter().map(|(path, content)| Ok((text(path)?, text(content)?))).collect::<Result<_, String>>()?;
    probe.remove = list(&probe.remove)?;
    probe.restore = probe.restore.iter().map(|argv| list(argv)).collect::<Result<_, _>>()?;
    for step in &mut probe.steps {
        step.run = list(&step.run)?;
        step.env = pairs(&step.env, values)?;
        step.dir = step.dir.as_deref().map(text).transpose()?;
    }
    for expected in &mut probe.expect {
        match &mut expected.what {
            E::Exit(_) | E::StdoutSameAs(_) => {}
            E::FileExists(t)
            | E::FileAbsent(t)
            | E::DirEmpty(t)
            | E::DirFilled(t)
            | E::StdoutIs(t)
            | E::StdoutContains(t) => *t = text(t)?,
            E::StdoutLacks(t) | E::StdoutPath(t) | E::StdoutPathIn(t) | E::StderrContains(t) | E::StderrLacks(t) => {
                *t = text(t)?
            }
            E::EnvPath(map) | E::OnPath(map) => *map = pairs(map, values)?,
        }
    }
    probe.control = match &probe.control {
        Control::Unset(name) => Control::Unset(name.clone()),
        Control::Set(name, value) => Control::Set(name.clone(), text(value)?),
        Control::File(path, content) => Control::File(text(path)?, text(content)?),
        Control::Drop(number) => Control::Drop(*number),
        Control::Run(run) => Control::Run(list(run)?),
        Control::OffPath(dir) => Control::OffPath(text(dir)?),
    };
    Ok(probe)
}
