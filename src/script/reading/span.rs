//! Places in a script.

use std::ops::Range;

/// A piece of a script: where it begins, and where the text goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptSpan {
    pub bytes: Range<usize>,
    /// From 1, as columns are, which count characters.
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// Found once for a script, so that many places cost little each.
pub(crate) struct SpanFinder {
    line_starts: Vec<usize>,
    /// Bytes that do not begin a character.
    continuations: Vec<usize>,
}

impl SpanFinder {
    pub(crate) fn of(script: &str) -> Self {
        let bytes = || script.bytes().enumerate();
        let ends = bytes().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let continuations = bytes().filter(|(_, byte)| *byte & 0xc0 == 0x80).map(|(at, _)| at);
        Self { line_starts: std::iter::once(0).chain(ends).collect(), continuations: continuations.collect() }
    }

    pub(crate) fn span(&self, bytes: Range<usize>) -> ScriptSpan {
        let (line, column) = self.place(bytes.start);
        let (end_line, end_column) = self.place(bytes.end);
        ScriptSpan { bytes, line, column, end_line, end_column }
    }

    fn place(&self, byte: usize) -> (usize, usize) {
        let line = self.line_starts.partition_point(|start| *start <= byte);
        let start = self.line_starts[line - 1];
        let before = |byte: usize| self.continuations.partition_point(|one| *one < byte);
        (line, byte - start - (before(byte) - before(start)) + 1)
    }
}
