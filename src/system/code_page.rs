//! Output of this machine's programs, converted to UTF-8.

use crate::platform::encoding::decoded;

/// Output as UTF-8 text, whatever it was written in.
pub(crate) fn utf8(output: &[u8]) -> Vec<u8> {
    decoded(output, of_the_console).into_bytes()
}

/// Elsewhere than on Windows there is no code page to guess.
#[cfg(not(windows))]
fn of_the_console(_: &[u8]) -> Option<String> {
    None
}

/// The code page of the console, which programs take over for pipes; without a
/// console, or where that one is UTF-8, the OEM code page of the system.
#[cfg(windows)]
#[allow(unsafe_code, reason = "the system knows its code pages, and no crate has them all")]
fn of_the_console(bytes: &[u8]) -> Option<String> {
    use windows_sys::Win32::{
        Globalization::{CP_UTF8, GetOEMCP, MultiByteToWideChar},
        System::Console::GetConsoleOutputCP,
    };
    let length = i32::try_from(bytes.len()).ok()?;
    // SAFETY: both take nothing and give a number.
    let (console, oem) = unsafe { (GetConsoleOutputCP(), GetOEMCP()) };
    let page = if matches!(console, 0 | CP_UTF8) { oem } else { console };
    let mut wide = vec![0_u16; bytes.len() * 2];
    let room = i32::try_from(wide.len()).ok()?;
    // SAFETY: both lengths are those of the slices; a byte never becomes more than two units.
    let units = unsafe { MultiByteToWideChar(page, 0, bytes.as_ptr(), length, wide.as_mut_ptr(), room) };
    let units = usize::try_from(units).ok().filter(|units| *units > 0)?;
    Some(String::from_utf16_lossy(&wide[..units]))
}

#[cfg(all(test, windows))]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_the_code_page_become_text_without_loss() {
        // 0xe9 is a character in every single-byte page that Windows ships, and never alone UTF-8.
        let text = String::from_utf8(utf8(b"caf\xe9!")).unwrap();
        assert!(text.starts_with("caf") && text.ends_with('!') && !text.contains('\u{fffd}'), "{text}");
    }
}
