//! Writes that Windows refused to a program that it does not know, as Defender logged them.

/// One event of Controlled Folder Access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedWrite {
    /// Event 1123; false for 1124, which was logged and let through.
    pub refused: bool,
    /// As it is written there, UTC.
    pub time: String,
    /// The program that wanted to write.
    pub program: String,
    /// Where.
    pub path: String,
}
