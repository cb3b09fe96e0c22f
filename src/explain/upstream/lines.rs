//! Which line of a text a byte is in.

/// Where the lines of a text begin: found once, so that many places of one text cost little each.
pub(super) struct LineStarts(Vec<usize>);

impl LineStarts {
    pub(super) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// The number of the line that holds a byte, from 1.
    pub(super) fn number(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_feed_belongs_to_the_line_that_it_ends() {
        let lines = LineStarts::of("ab\n\nc");
        let numbers: Vec<usize> = (0..7).map(|byte| lines.number(byte)).collect();
        assert_eq!(numbers, [1, 1, 1, 2, 3, 3, 3]);
    }
}
