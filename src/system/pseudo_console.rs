//! The two consoles of Windows. A pseudo-console takes a process attribute
//! that std cannot set, so this is the one file with calls into the system.
//! They are looked up when used: Windows Server 2016 has no pseudo-console,
//! and this program must start there all the same.
//! Source: Microsoft, "Creating a Pseudoconsole session".
#![allow(unsafe_code, reason = "no safe interface sets a process attribute")]

use std::{
    ffi::{OsStr, c_void},
    io,
    os::windows::{
        ffi::OsStrExt,
        io::{AsRawHandle, FromRawHandle, OwnedHandle},
        process::CommandExt,
    },
    process::Command,
    ptr::{null, null_mut},
};
use windows_sys::{
    Win32::{
        Foundation::HANDLE,
        System::{
            Console::{COORD, HPCON},
            LibraryLoader::{GetModuleHandleW, GetProcAddress},
            Threading::{
                CREATE_NEW_CONSOLE, CreateProcessW, DeleteProcThreadAttributeList, EXTENDED_STARTUPINFO_PRESENT,
                GetExitCodeProcess, INFINITE, InitializeProcThreadAttributeList, PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE,
                PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW, UpdateProcThreadAttribute,
                WaitForSingleObject,
            },
        },
    },
    core::HRESULT,
};

type Create = unsafe extern "system" fn(COORD, HANDLE, HANDLE, u32, *mut HPCON) -> HRESULT;
type Close = unsafe extern "system" fn(HPCON);

/// What this Windows offers.
struct Calls {
    create: Create,
    close: Close,
}

impl Calls {
    fn find() -> io::Result<Self> {
        let kernel: Vec<u16> = wide("kernel32.dll");
        // SAFETY: the name ends with 0; the module stays loaded as long as the process lives.
        let module = unsafe { GetModuleHandleW(kernel.as_ptr()) };
        let none = || io::Error::new(io::ErrorKind::Unsupported, "this Windows has no pseudo-console");
        // SAFETY: the names end with 0, and the types are those of the documented functions.
        unsafe {
            let create = GetProcAddress(module, c"CreatePseudoConsole".as_ptr().cast()).ok_or_else(none)?;
            let close = GetProcAddress(module, c"ClosePseudoConsole".as_ptr().cast()).ok_or_else(none)?;
            Ok(Self {
                create: std::mem::transmute::<unsafe extern "system" fn() -> isize, Create>(create),
                close: std::mem::transmute::<unsafe extern "system" fn() -> isize, Close>(close),
            })
        }
    }
}

/// A pseudo-console that closes when it is dropped.
struct PseudoConsole {
    handle: HPCON,
    close: Close,
    /// The keyboard. A console whose keyboard is pulled out ends what runs in it.
    _keys: io::PipeWriter,
}

impl PseudoConsole {
    fn open() -> io::Result<Self> {
        let calls = Calls::find()?;
        let (input, keys) = io::pipe()?;
        let (screen, output) = io::pipe()?;
        let mut handle: HPCON = 0;
        let size = COORD { X: 120, Y: 30 };
        // SAFETY: both handles are open, and the console duplicates what it keeps.
        let result = unsafe {
            (calls.create)(size, input.as_raw_handle().cast(), output.as_raw_handle().cast(), 0, &mut handle)
        };
        if result < 0 {
            return Err(io::Error::other(format!("CreatePseudoConsole gives {result:#010x}")));
        }
        crate::system::pseudo_terminal::drop_output(screen);
        Ok(Self { handle, close: calls.close, _keys: keys })
    }
}

impl Drop for PseudoConsole {
    fn drop(&mut self) {
        // SAFETY: the handle came from CreatePseudoConsole and is closed once.
        unsafe { (self.close)(self.handle) }
    }
}

pub fn in_pseudo_terminal(program: &str, argument: &str) -> io::Result<i32> {
    let console = PseudoConsole::open()?;
    let mut bytes = 0;
    // SAFETY: asks for the size alone, and is expected to fail with it.
    unsafe { InitializeProcThreadAttributeList(null_mut(), 1, 0, &mut bytes) };
    // Of pointers, so that it is aligned as the system wants it.
    let mut attributes: Vec<*mut c_void> = vec![null_mut(); bytes.div_ceil(size_of::<*mut c_void>())];
    let list = attributes.as_mut_ptr().cast();
    // A path on Windows holds no quotation mark.
    let mut line = wide(&format!("\"{program}\" {argument}"));
    // SAFETY: plain structures of the system, for which zero is a value.
    let (mut start, mut started): (STARTUPINFOEXW, PROCESS_INFORMATION) =
        unsafe { (std::mem::zeroed(), std::mem::zeroed()) };
    start.StartupInfo.cb = u32::try_from(size_of::<STARTUPINFOEXW>()).unwrap_or_default();
    // With none given, so that the child does not get this process's pipes instead of the console.
    start.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    start.lpAttributeList = list;
    // SAFETY: the list is as long as the system asked for and lives past CreateProcessW; the
    // pseudo-console is passed by value, as its documentation says; the line is writable and ends with 0.
    let created = unsafe {
        checked(InitializeProcThreadAttributeList(list, 1, 0, &mut bytes))?;
        let created = checked(UpdateProcThreadAttribute(
            list,
            0,
            PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE as usize,
            console.handle as *const c_void,
            size_of::<HPCON>(),
            null_mut(),
            null(),
        ))
        .and_then(|()| {
            checked(CreateProcessW(
                null(),
                line.as_mut_ptr(),
                null(),
                null(),
                0,
                EXTENDED_STARTUPINFO_PRESENT,
                null(),
                null(),
                &start.StartupInfo,
                &mut started,
            ))
        });
        DeleteProcThreadAttributeList(list);
        created
    };
    created?;
    // SAFETY: both handles are fresh, and ours to close.
    let (process, _thread) = unsafe {
        (OwnedHandle::from_raw_handle(started.hProcess.cast()), OwnedHandle::from_raw_handle(started.hThread.cast()))
    };
    let mut code = 0;
    // SAFETY: the handle is open.
    unsafe {
        WaitForSingleObject(process.as_raw_handle().cast(), INFINITE);
        checked(GetExitCodeProcess(process.as_raw_handle().cast(), &mut code))?;
    }
    Ok(i32::from_ne_bytes(code.to_ne_bytes()))
}

pub fn in_console_host(program: &str, argument: &str) -> io::Result<i32> {
    let status = Command::new(program).arg(argument).creation_flags(CREATE_NEW_CONSOLE).status()?;
    Ok(status.code().unwrap_or(-1))
}

fn checked(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn wide(text: &str) -> Vec<u16> {
    OsStr::new(text).encode_wide().chain([0]).collect()
}
