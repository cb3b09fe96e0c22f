//! What live probes are held against: what `apply` recorded, or what Go's own rules make of the environment of this
//! step; and which `go` answers in it.

use crate::verify::{
    Ports, admit,
    expect::{self, LastStep, Mismatch},
    sandbox::{self, Machine, Placeholders},
};
use crate::{
    goenv::{
        self, Chosen, Known, Look, Subject,
        explanation::Layer,
        locate::{ShimKind, gos_on_path, through_shim},
        text::split_list,
        toolchain::{Toolchain, ToolchainSource},
        version::GoVersion,
    },
    plan::delivery::{DeliveredVariable, Delivery, DeliveryRecord, DeliverySource},
    platform::env::EnvBlock,
    ports::Host,
    probe::{Expectation, Probe, ProbeKind},
};
use std::time::Duration;

/// Why a live probe says nothing here, if so.
pub(crate) fn not_asked(probe: &Probe, machine: &Machine) -> Option<String> {
    let delivery = machine.delivery.as_ref().filter(|_| probe.kind == ProbeKind::Live)?;
    let wanted = |e: &Expectation| match e {
        Expectation::EnvPath(pairs) => Some(pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()),
        _ => None,
    };
    let on_path = probe.expect.iter().any(|e| matches!(e.what, Expectation::OnPath(_)));
    let names: Vec<String> = probe.expect.iter().filter_map(|e| wanted(&e.what)).flatten().collect();
    if delivery.source == DeliverySource::Environment && (on_path || !names.is_empty()) {
        return Some("nothing had to arrive: no `goenv-ci apply` left a record in RUNNER_TEMP".to_owned());
    }
    let unset = names.iter().find(|name| delivery.record.value(name).is_none())?;
    Some(format!("apply left {unset} unset, as it was asked to"))
}

/// Why a live probe of a variable says nothing where no record tells what must arrive, if a shim decides alone.
pub(crate) fn decided_by_shim(probe: &Probe, machine: &Machine, dir: &str, host: &dyn Host) -> Option<String> {
    let delivery = machine.delivery.as_ref().filter(|_| probe.kind == ProbeKind::Live)?;
    if delivery.source != DeliverySource::Environment {
        return None;
    }
    Some(set_by_shim(&probe.variable, machine, dir, host)?.0)
}

/// That the `go` on PATH is a shim which sets a variable whatever the environment says, and what keeps it from that.
pub(crate) fn set_by_shim(
    name: &str,
    machine: &Machine,
    dir: &str,
    host: &dyn Host,
) -> Option<(String, Option<String>)> {
    let mut env = machine.env.clone();
    if env.get_filled(name).is_none() {
        env.set(name, dir);
    }
    let shim = gos_on_path(&env, dir, host).next()?.shim?;
    let target = shim.leads_to.as_ref().ok()?;
    let value = &target.sets.iter().rev().find(|one| one.name == name)?.value;
    let (kind, file) = (shim.kind.name(), &shim.file);
    let switch = (shim.kind == ShimKind::Goenv).then(|| format!("GOENV_DISABLE_{name}=1"));
    let text = format!("the `go` on PATH is {kind}, `{file}`, which sets {name} to `{value}` for every go command");
    Some((text, switch))
}

/// The variables of a probe that must have arrived, each with what `apply` recorded.
fn recorded<'a>(probe: &'a Probe, machine: &'a Machine) -> Vec<(&'a str, &'a str)> {
    let delivery = machine.delivery.as_ref().filter(|one| one.source != DeliverySource::Environment);
    let value = |name: &'a String| Some((name.as_str(), delivery?.record.value(name)?));
    probe.arrives.iter().filter_map(value).collect()
}

/// A variable that the probe needs and that does not hold what `apply` recorded.
pub(crate) fn not_arrived(probe: &Probe, machine: &Machine, host: &dyn Host) -> Option<Mismatch> {
    recorded(probe, machine).into_iter().find_map(|(name, value)| held(name, value, &machine.env, host))
}

/// The control of arriving: what is seen where each variable is absent. `Err`: a name that is not missed.
pub(crate) fn not_arrived_control(probe: &Probe, machine: &Machine, host: &dyn Host) -> Result<String, String> {
    let mut seen = String::new();
    for (name, value) in recorded(probe, machine) {
        let mut without = machine.env.clone();
        without.remove(name);
        let Mismatch { expected, observed } = held(name, value, &without, host).ok_or_else(|| name.to_owned())?;
        seen.push_str(&format!("{name} unset: instead of {expected}, {observed}; "));
    }
    Ok(seen)
}

fn held(name: &str, value: &str, env: &EnvBlock, host: &dyn Host) -> Option<Mismatch> {
    let seen = LastStep {
        exit: 0,
        stdout: String::new(),
        stderr: String::new(),
        earlier: Vec::new(),
        scratch: String::new(),
        work: String::new(),
        env,
        host,
    };
    expect::mismatch(&Expectation::EnvPath(vec![(name.to_owned(), value.to_owned())]), &seen)
}

/// Adds what the environment of this step means to Go, under names of their own.
pub(crate) fn add_step(
    values: &mut Placeholders,
    machine: &Machine,
    toolchain: &Toolchain,
    dir: &str,
    host: &dyn Host,
) {
    let seen = look(machine, toolchain, dir, host);
    let proxy = format!("{},{}", values.get("PROXY").cloned().unwrap_or_default(), value(&seen, "GOPROXY"));
    let exe = if value(&seen, "GOOS") == "windows" { ".exe" } else { "" };
    for (name, value) in [
        ("STEP_EXE", exe.to_owned()),
        ("STEP_GOBIN", programs(&seen, machine)),
        ("STEP_GOMODCACHE", value(&seen, "GOMODCACHE")),
        ("STEP_GOPROXY", if is_off(&value(&seen, "GOPROXY")) { value(&seen, "GOPROXY") } else { proxy }),
    ] {
        values.insert(name.to_owned(), value);
    }
}

/// Whether nothing may be downloaded: the first entry says so, or there is none.
/// Source: Go, `cmd/go/internal/modfetch/proxy.go: proxyList`.
fn is_off(goproxy: &str) -> bool {
    goproxy.split([',', '|']).map(str::trim).find(|entry| !entry.is_empty()).is_none_or(|first| first == "off")
}

/// Whether Go could go to the network for what it lacks.
fn reaches_out(goproxy: &str) -> bool {
    let mut entries = goproxy.split([',', '|']).map(str::trim).filter(|entry| !entry.is_empty());
    let until_off: Vec<&str> = entries.by_ref().take_while(|entry| *entry != "off").collect();
    until_off.iter().any(|entry| !entry.starts_with("file:"))
}

/// Where `go install` puts programs.
fn programs(look: &Look, machine: &Machine) -> String {
    let platform = machine.platform;
    let set = look.variables.iter().find(|one| one.name == "GOBIN" && one.source != Layer::Computed);
    if let Some(dir) = set.and_then(|one| one.value.clone()).filter(|dir| !dir.is_empty()) {
        return dir;
    }
    let first = split_list(platform, &value(look, "GOPATH")).into_iter().next().unwrap_or_default();
    let (goos, goarch) = (value(look, "GOOS"), value(look, "GOARCH"));
    let bin = platform.join(&first, "bin");
    let foreign = goos != platform.goos() || goarch != machine.goarch;
    if foreign { platform.join(&bin, &format!("{goos}_{goarch}")) } else { bin }
}

/// What stands in for a record where `apply` never ran: where Go's own rules keep things in this step.
pub(crate) fn by_gos_rules(machine: &Machine, toolchain: &Toolchain, dir: &str, host: &dyn Host) -> Delivery {
    let seen = look(machine, toolchain, dir, host);
    let first = split_list(machine.platform, &value(&seen, "GOPATH")).into_iter().next().unwrap_or_default();
    let moved = seen.variables.iter().any(|one| {
        one.name == "GOMODCACHE" && matches!(one.source, Layer::Environment | Layer::GoenvFile | Layer::GorootGoEnv)
    });
    let values = [
        ("GOCACHE", value(&seen, "GOCACHE")),
        // A GOMODCACHE of its own decides alone where modules are kept, and GOPATH cannot be seen by them.
        ("GOPATH", if moved { String::new() } else { first }),
        ("GOBIN", programs(&seen, machine)),
    ];
    let variables = values.map(|(name, value)| DeliveredVariable { name: name.to_owned(), value }).into();
    let record = DeliveryRecord { schema_version: 1, variables, path: Vec::new() };
    Delivery { source: DeliverySource::Environment, record }
}

fn look(machine: &Machine, toolchain: &Toolchain, dir: &str, host: &dyn Host) -> Look {
    let env = through_shim(&machine.env, dir, host);
    let subject = Subject {
        version: &toolchain.version,
        goroot: Some(&toolchain.goroot),
        goarch: &machine.goarch,
        env: &env,
        current_dir: dir,
    };
    goenv::look(&subject, host)
}

fn value(look: &Look, name: &str) -> String {
    look.variables.iter().find(|one| one.name == name).and_then(|one| one.value.clone()).unwrap_or_default()
}

/// What can be said of the `go` that the environment gives.
pub(crate) enum LiveGo {
    /// It can be run; an environment that stops it is what the probes find out about.
    Here(Toolchain),
    /// It cannot be judged: its version as far as it is known, and why.
    Broken(String, String),
}

/// The `go` that the environment of `machine` gives. Where Go would fetch another toolchain, `machine` gets proxies
/// that lead to no network.
pub(crate) fn live_go(machine: &mut Machine, ports: &Ports<'_>, limit: Duration) -> LiveGo {
    let dir = machine.platform.join(&machine.scratch, "live");
    let by_place = by_place(machine, &dir, ports.host);
    if let Some(go) = &by_place {
        let seen = look(machine, go, &dir, ports.host);
        if let Chosen::Other { name, goroot: None, because } = &seen.chosen {
            let known = name.trim_start_matches("go").parse::<GoVersion>().ok();
            // What this program has never heard of is not to be had either, as far as it can tell.
            let released = known.is_none_or(|version| version.minor() <= Known::newest_version().minor());
            if released && reaches_out(&value(&seen, "GOPROXY")) {
                let why = format!(
                    "{because} wants {name}, which is not on this machine: Go would download it, and live probes download nothing; run `go version` in a step before this one"
                );
                return LiveGo::Broken(go.version.to_string(), why);
            }
            let proxy = sandbox::base_values(machine, go, None, &dir).remove("PROXY").unwrap_or_default();
            machine.env.set("GOPROXY", proxy);
            // For what Go asks beside it, as the checksum database.
            for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
                machine.env.set(name, sandbox::NOWHERE);
            }
            ["NO_PROXY", "no_proxy"].iter().for_each(|name| machine.env.remove(name));
        }
    }
    match (admit::live_go(&machine.env, machine, ports, limit), by_place) {
        (Ok((version, goroot)), _) => LiveGo::Here(Toolchain { version, goroot, source: ToolchainSource::Path }),
        (Err(_), Some(go)) => LiveGo::Here(go),
        (Err(why), None) => LiveGo::Broken(String::new(), format!("the `go` on PATH cannot be judged: {why}")),
    }
}

/// The first `go` on PATH, by the file VERSION beside it.
fn by_place(machine: &Machine, dir: &str, host: &dyn Host) -> Option<Toolchain> {
    let first = gos_on_path(&machine.env, dir, host).next()?;
    let version = first.version(machine.platform, host)?.ok()?;
    Some(Toolchain { version, goroot: first.goroot?, source: ToolchainSource::Path })
}
