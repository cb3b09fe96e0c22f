//! The environment as the system hands it over, and the scopes of the system
//! that outlive a process. Reads only, without an administrator's rights.

use crate::ports::{
    Scopes,
    registry::{Persisted, Scope},
};
use crate::system::this_machine;
use std::env;

/// This process and this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveScopes;

impl Scopes for LiveScopes {
    fn block(&self) -> Vec<(String, String)> {
        this_machine::block().to_vec()
    }

    fn live(&self, name: &str) -> Option<String> {
        env::var_os(name)?.into_string().ok()
    }

    #[cfg(windows)]
    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String> {
        registry::persisted(scope)
    }

    #[cfg(not(windows))]
    fn persisted(&self, _: Scope) -> Result<Vec<Persisted>, String> {
        Ok(Vec::new())
    }

    #[cfg(windows)]
    fn number(&self, key: &str, name: &str) -> Option<u32> {
        windows_registry::LOCAL_MACHINE.open(key).ok()?.get_u32(name).ok()
    }

    #[cfg(not(windows))]
    fn number(&self, _: &str, _: &str) -> Option<u32> {
        None
    }
}

#[cfg(windows)]
mod registry {
    use crate::ports::registry::{Data, Persisted, Scope};
    use windows_registry::{CURRENT_USER, LOCAL_MACHINE, Type, Value};

    /// ERROR_FILE_NOT_FOUND as an HRESULT: there is no such key.
    const NO_SUCH_KEY: i32 = 0x8007_0002_u32.cast_signed();

    pub(crate) fn persisted(scope: Scope) -> Result<Vec<Persisted>, String> {
        let (root, path) = match scope {
            Scope::User => (CURRENT_USER, "Environment"),
            Scope::Machine => (LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
        };
        let key = match root.open(path) {
            Err(error) if error.code().0 == NO_SUCH_KEY => return Ok(Vec::new()),
            key => key.map_err(|error| error.message())?,
        };
        let values = key.values().map_err(|error| error.message())?;
        Ok(values.map(|(name, value)| Persisted { name, data: data(&value) }).collect())
    }

    fn data(value: &Value) -> Data {
        let text = || {
            let wide = value.as_wide();
            let end = wide.iter().position(|unit| *unit == 0).unwrap_or(wide.len());
            String::from_utf16_lossy(&wide[..end])
        };
        match value.ty() {
            Type::String => Data::Text(text()),
            Type::ExpandString => Data::Expand(text()),
            Type::U32 => Data::WrongType("REG_DWORD".to_owned()),
            Type::U64 => Data::WrongType("REG_QWORD".to_owned()),
            Type::MultiString => Data::WrongType("REG_MULTI_SZ".to_owned()),
            Type::Bytes => Data::WrongType("REG_BINARY".to_owned()),
            Type::Other(number) => Data::WrongType(format!("number {number}")),
        }
    }
}
