//! The runner's command files, GITHUB_ENV and its like.

/// What an append did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// So many bytes, in one write.
    Bytes(usize),
    /// Nothing: the lines are in force.
    InForce,
}

/// Why a file is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAppended {
    /// A sentence, which ends up behind the file's name.
    pub why: String,
    /// What to do, a clause.
    pub help: String,
}

/// From the content of a file to what is appended, to nothing, or to a refusal.
pub type Decide<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, NotAppended> + 'a;

/// The runner's command files.
pub trait CommandFiles {
    /// Whether `append` would do, without writing.
    ///
    /// # Errors
    /// Why not.
    fn check(&self, path: &str, decide: &Decide<'_>) -> Result<(), NotAppended>;

    /// Appends in one write, alone: two writers at once come one after the other.
    ///
    /// # Errors
    /// Why not; the file is as before.
    fn append(&self, path: &str, decide: &Decide<'_>) -> Result<Appended, NotAppended>;
}
