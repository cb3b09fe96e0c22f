//! Whether this Windows is Wine, which cannot judge everything that Windows can.

/// The version, for example `8.0`; `None` on Windows itself and elsewhere.
/// Source: Wine, `dlls/ntdll/version.c`: only its `ntdll.dll` has `wine_get_version`.
#[must_use]
pub fn version() -> Option<String> {
    #[cfg(windows)]
    return windows::version();
    #[cfg(not(windows))]
    None
}

#[cfg(windows)]
#[allow(unsafe_code, reason = "there is no safe way to ask for a function that Windows does not have")]
mod windows {
    use std::ffi::{CStr, c_char, c_void};

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleA(name: *const c_char) -> *mut c_void;
        fn GetProcAddress(module: *mut c_void, name: *const c_char) -> *mut c_void;
    }

    pub(crate) fn version() -> Option<String> {
        // SAFETY: both names end in NUL; ntdll is loaded as long as the process lives.
        let function = unsafe {
            let ntdll = GetModuleHandleA(c"ntdll.dll".as_ptr());
            if ntdll.is_null() {
                return None;
            }
            GetProcAddress(ntdll, c"wine_get_version".as_ptr())
        };
        if function.is_null() {
            return None;
        }
        // SAFETY: `const char *CDECL wine_get_version(void)` gives a text that is never freed.
        let text = unsafe {
            let get: unsafe extern "C" fn() -> *const c_char = std::mem::transmute(function);
            CStr::from_ptr(get())
        };
        Some(text.to_string_lossy().into_owned())
    }
}
