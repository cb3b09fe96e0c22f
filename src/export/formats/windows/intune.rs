//! A pair of scripts for Intune's remediations: one that looks and one that sets, both without letters beyond ASCII.
//! Source: Microsoft, "Use Remediations to detect and fix support issues": exit code 1 of the first runs the second; scripts
//! are UTF-8. Windows PowerShell 5.1 reads one without a mark as ANSI, and ASCII is the same in both.

use crate::export::{
    format::{ExportFormat, FormatFamily, WINDOWS},
    formats::windows::{
        powershell::{DETECT, DETECT_END, Letters, REGISTRY, calls, changing, plain_lines, scope, top},
        powershell_reader,
    },
    machine::ExportMachine,
    read::{FileToImport, ImportFault, Imported},
    template::ExportTemplate,
    write::{CannotHold, ExportFile},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "intune",
    shell: None,
    family: FormatFamily::Windows,
    title: "the detection and the remediation script of an Intune remediation, 32-bit or 64-bit",
    cannot: "as whom Intune runs it: with `--scope user` the logged-on user's credentials have to be chosen there, with \
        `--scope machine` not",
    read_back: "a parser here; Windows PowerShell 5.1 and PowerShell 7 in CI on Windows: detection, remediation, detection",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: true,
    has_scopes: true,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut detect = top(template, Letters::Ascii);
    detect.push_str("# Exit code 0: all is as planned; 1: something is not, and the first line says what.\n");
    detect.push_str(&plain_lines(&["\n", &scope(template), REGISTRY, "\n", DETECT]));
    detect.push_str(&calls(template, Letters::Ascii, ["Test-GoVariable", "Test-GoPath"]));
    detect.push_str(&plain_lines(&[DETECT_END]));
    Ok(vec![
        ExportFile::utf8("detect.ps1", detect),
        ExportFile::utf8("remediate.ps1", changing(template, Letters::Ascii)),
    ])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    powershell_reader::read(file)
}
