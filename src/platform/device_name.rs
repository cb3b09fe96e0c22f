//! Names that lead to devices on Windows, by their text alone: opening one may already do something, connect to a
//! pipe's server or take a serial port.

/// Whether Windows may take a path for a device, a pipe or a mail slot. `NUL.txt` is one on Windows 10 and Server
/// 2022, and a file on Windows 11: where versions differ, it counts as one.
/// Source: Microsoft, "Naming Files, Paths, and Namespaces"; ReactOS, `RtlIsDosDeviceName_U`.
#[must_use]
pub fn is_windows_device(path: &str) -> bool {
    let path = path.replace('/', r"\");
    let verbatim = path.strip_prefix(r"\\?\").or_else(|| path.strip_prefix(r"\??\"));
    if path.starts_with(r"\\.\") {
        return true;
    }
    if let Some(rest) = verbatim {
        let bytes = rest.as_bytes();
        let is_drive = bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes[1..].starts_with(br":\");
        let share = rest.get(..4).filter(|start| start.eq_ignore_ascii_case(r"UNC\"));
        let volume = rest.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("Volume{"));
        return match share {
            Some(_) => is_pipe(&rest[4..]),
            None => !is_drive && !volume,
        };
    }
    path.strip_prefix(r"\\").is_some_and(is_pipe) || is_reserved(path.rsplit('\\').next().unwrap_or_default())
}

/// Whether a path leads to the null device, which is an empty file to whoever reads it.
#[must_use]
pub fn is_windows_null(path: &str) -> bool {
    let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
    name.trim_end_matches(' ').trim_end_matches(':').eq_ignore_ascii_case("NUL")
}

/// `server\pipe\x`.
fn is_pipe(share: &str) -> bool {
    let name = share.split('\\').nth(1).unwrap_or_default();
    ["pipe", "mailslot"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a part of a path is a device in every directory. What follows a dot or a colon, and blanks at the end, do
/// not matter.
pub(crate) fn is_reserved(name: &str) -> bool {
    let bare = name.split(['.', ':']).next().unwrap_or_default().trim_end_matches(' ').to_uppercase();
    let numbered = |lead: &str| {
        bare.strip_prefix(lead).is_some_and(|rest| {
            let mut digits = rest.chars();
            matches!(digits.next(), Some('0'..='9' | '¹' | '²' | '³')) && digits.next().is_none()
        })
    };
    matches!(bare.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_device_is_one_and_files_are_none() {
        for device in [
            "NUL",
            "nul",
            r"C:\x\NUL",
            r"C:\x\NUL.txt",
            "C:/x/con",
            r"C:\x\Aux .json",
            r"D:\COM1",
            r"D:\com¹",
            r"D:\LPT9:",
            r"\\.\PhysicalDrive0",
            "//./pipe/x",
            r"\\server\pipe\x",
            r"\\?\UNC\server\PIPE\x",
            r"\\?\GLOBALROOT\Device\Null",
            r"\\?\pipe\x",
            "CONIN$",
        ] {
            assert!(is_windows_device(device), "{device}");
        }
        for file in [
            r"C:\x\null",
            r"C:\nul\x",
            r"C:\x\COM10",
            r"C:\x\COM",
            r"C:\x\my.con",
            r"\\server\share\x",
            r"\\?\C:\x\env",
            r"\\?\UNC\server\share\x",
            r"\\?\Volume{1}\x",
            "console",
            "",
        ] {
            assert!(!is_windows_device(file), "{file}");
        }
        assert!(is_windows_null(r"C:\x\NUL") && is_windows_null("nul:") && !is_windows_null("NUL.txt"));
    }
}
