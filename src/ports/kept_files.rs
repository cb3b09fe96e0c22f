//! Files that are kept from one run to the next, which nobody else can have written.

/// The place of the files. What is refused is told in a sentence without a full stop.
pub trait KeptFiles: Sync + std::fmt::Debug {
    /// Where a file is, for messages.
    fn path(&self, name: &str) -> String;

    /// The whole content; `None` where there is no such file.
    ///
    /// # Errors
    /// Somebody else could have written it, or it cannot be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String>;

    /// Puts a whole file in place of what has its name, and drops the oldest beyond a few.
    ///
    /// # Errors
    /// Somebody else could write there, or it cannot be written.
    fn keep(&self, name: &str, content: &[u8]) -> Result<(), String>;
}
