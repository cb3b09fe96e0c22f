//! A module proxy as files: what `go install example.com/hello@v1.0.0` and
//! `go mod download` need, without a network.
//! Source of the layout: Go, `go help goproxy`.

use crate::{
    ports::Host,
    verify::sandbox::{Machine, proxy_dir},
};
use std::io::{self, Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

/// What contract probes download, and two modules that live probes download at the same time; a host below `.invalid`
/// is on no network (RFC 2606).
const MODULES: [&str; 3] = ["example.com/hello", "lands.goenv-ci.invalid/module", "works.goenv-ci.invalid/module"];
const VERSION: &str = "v1.0.0";
const MAIN_GO: &str = "package main\n\nfunc main() { println(\"hello\") }\n";

/// Lays the module proxy of a run out in its scratch directory.
///
/// # Errors
/// As the system says, with the file's name.
pub(crate) fn lay_out_proxy(machine: &Machine, host: &dyn Host) -> io::Result<()> {
    for (name, content) in proxy_files()? {
        let path = machine.platform.join(&proxy_dir(machine), &name);
        host.write(&path, &content).map_err(|why| io::Error::new(why.kind(), format!("`{path}`: {why}")))?;
    }
    Ok(())
}

/// Paths below the proxy's directory, and what they hold.
///
/// # Errors
/// The archive could not be written.
pub(crate) fn proxy_files() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for module in MODULES {
        files.extend(module_files(module)?);
    }
    Ok(files)
}

fn module_files(module: &str) -> io::Result<[(String, Vec<u8>); 4]> {
    let go_mod = format!("module {module}\n");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("go.mod", go_mod.as_str()), ("main.go", MAIN_GO)] {
        archive.start_file(format!("{module}@{VERSION}/{name}"), SimpleFileOptions::default())?;
        archive.write_all(content.as_bytes())?;
    }
    let archive = archive.finish()?.into_inner();
    let at = |name: &str| format!("{module}/@v/{name}");
    let version = format!("{{\"Version\":\"{VERSION}\",\"Time\":\"2020-01-01T00:00:00Z\"}}");
    Ok([
        (at("list"), format!("{VERSION}\n").into_bytes()),
        (at(&format!("{VERSION}.info")), version.into_bytes()),
        (at(&format!("{VERSION}.mod")), go_mod.into_bytes()),
        (at(&format!("{VERSION}.zip")), archive),
    ])
}
