//! The system and processor that a program file is for, from its first bytes. The system rarely
//! says well why a program cannot be started.

/// `a Windows program for x86-64`, or `None` for a script or anything else.
/// Sources: System V ABI, "ELF header"; Microsoft, "PE Format"; Apple, `mach/machine.h`.
#[must_use]
pub fn described(content: &[u8]) -> Option<String> {
    let short = |at: usize| Some(u16::from_le_bytes(content.get(at..at + 2)?.try_into().ok()?));
    let long = |at: usize| Some(u32::from_le_bytes(content.get(at..at + 4)?.try_into().ok()?));
    let (system, machine) = if content.starts_with(b"\x7fELF") {
        let machine = match short(18)? {
            0x3e => "x86-64",
            0xb7 => "arm64",
            0x03 => "x86",
            0x28 => "arm",
            _ => "another processor",
        };
        ("a Linux", machine)
    } else if content.starts_with(b"MZ") {
        let header = usize::try_from(long(0x3c)?).ok()?;
        if content.get(header..header + 4)? != b"PE\0\0" {
            return None;
        }
        let machine = match short(header + 4)? {
            0x8664 => "x86-64",
            0xaa64 => "arm64",
            0x014c => "x86",
            _ => "another processor",
        };
        ("a Windows", machine)
    } else if content.starts_with(b"\xcf\xfa\xed\xfe") {
        let machine = match long(4)? {
            0x0100_0007 => "x86-64",
            0x0100_000c => "arm64",
            _ => "another processor",
        };
        ("a macOS", machine)
    } else {
        return None;
    };
    Some(format!("{system} program for {machine}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_and_processor_is_told_from_the_header() {
        let elf = |machine: u8| [&b"\x7fELF\x02\x01\x01"[..], &[0; 11], &[machine, 0]].concat();
        let pe = |machine: [u8; 2]| [&b"MZ"[..], &[0; 58], &[0x40, 0, 0, 0], b"PE\0\0", &machine].concat();
        for (content, text) in [
            (elf(0x3e), "a Linux program for x86-64"),
            (elf(0xb7), "a Linux program for arm64"),
            (pe([0x64, 0x86]), "a Windows program for x86-64"),
            (pe([0x64, 0xaa]), "a Windows program for arm64"),
            (b"\xcf\xfa\xed\xfe\x0c\0\0\x01".to_vec(), "a macOS program for arm64"),
        ] {
            assert_eq!(described(&content).as_deref(), Some(text));
        }
        for content in [&b""[..], b"MZ", b"#!/bin/sh\n", b"\x7fELF", b"\xcf\xfa\xed\xfe"] {
            assert_eq!(described(content), None);
        }
        assert_eq!(described(&[&b"MZ"[..], &[0xff; 100]].concat()), None, "a header that lies beyond the end");
    }
}
