//! What the registry of Windows holds of the environment: plain values.

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
