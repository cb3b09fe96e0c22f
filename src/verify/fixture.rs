//! A module proxy as files: what `go install example.com/hello@v1.0.0` and
//! `go mod download` need, without a network.
//! Source of the layout: Go, `go help goproxy`.

use std::io::{self, Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

const MODULE: &str = "example.com/hello";
const VERSION: &str = "v1.0.0";
const GO_MOD: &str = "module example.com/hello\n";
const MAIN_GO: &str = "package main\n\nfunc main() { println(\"hello\") }\n";

/// Paths below the proxy's directory, and what they hold.
///
/// # Errors
/// The archive could not be written.
pub(crate) fn proxy_files() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("go.mod", GO_MOD), ("main.go", MAIN_GO)] {
        archive.start_file(format!("{MODULE}@{VERSION}/{name}"), SimpleFileOptions::default())?;
        archive.write_all(content.as_bytes())?;
    }
    let archive = archive.finish()?.into_inner();
    let at = |name: &str| format!("{MODULE}/@v/{name}");
    Ok(vec![
        (at("list"), format!("{VERSION}\n").into_bytes()),
        (
            at(&format!("{VERSION}.info")),
            format!("{{\"Version\":\"{VERSION}\",\"Time\":\"2020-01-01T00:00:00Z\"}}").into_bytes(),
        ),
        (at(&format!("{VERSION}.mod")), GO_MOD.as_bytes().to_vec()),
        (at(&format!("{VERSION}.zip")), archive),
    ])
}
