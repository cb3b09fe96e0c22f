//! The environment as the system hands it over, and what the registry of Windows holds of it.

/// A set of variables that Windows lays into the environment of every new session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// `HKCU\Environment`.
    User,
    /// `HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment`.
    Machine,
}

impl Scope {
    /// Both, the stronger one first.
    pub const ALL: [Self; 2] = [Self::User, Self::Machine];

    /// Whose it is, for a sentence.
    #[must_use]
    pub fn owner(self) -> &'static str {
        match self {
            Self::User => "the user's registry",
            Self::Machine => "the machine's registry",
        }
    }

    /// The key, as administrators write it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::User => r"HKCU\Environment",
            Self::Machine => r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment",
        }
    }
}

/// One value of a scope, before anything is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persisted {
    /// As it is spelled there.
    pub name: String,
    /// What lies there.
    pub data: Data,
}

/// What a registry value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// REG_SZ: taken as it is.
    Text(String),
    /// REG_EXPAND_SZ: `%NAME%` stands for other variables.
    Expand(String),
    /// Any other type, by its name: Windows makes no variable of it.
    WrongType(String),
}

/// Settings of the system that reach a process by its environment, and the environment as the
/// system hands it over. Read only.
pub trait Scopes: Sync {
    /// Names and values of this process's block, in its order and spelling.
    fn block(&self) -> Vec<(String, String)>;

    /// What the system answers when a program asks for one name (GetEnvironmentVariableW on Windows).
    fn live(&self, name: &str) -> Option<String>;

    /// The variables of a persistent scope; none where the system has no such scope.
    ///
    /// # Errors
    /// The scope is there and cannot be read.
    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String>;

    /// A number below `HKEY_LOCAL_MACHINE`; `None` where there is none, or no registry.
    fn number(&self, key: &str, name: &str) -> Option<u32>;
}
