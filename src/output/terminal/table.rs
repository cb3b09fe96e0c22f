//! Tables of a terminal: columns as wide as what stands in them, wrapped or in
//! several turns where the terminal is narrower.

use super::{
    BOLD,
    lines::{Line, Word, words, wrap},
    sign, style,
};
use crate::output::document::{Cell, Table};
use anstyle::Style;

/// Between two columns.
const GAP: usize = 2;
/// Prose in a cell is not squeezed below this.
const LEAST: usize = 28;
/// Characters of a cell.
const VALUE: usize = 1_200;

struct Column {
    /// Of its widest cell.
    natural: usize,
    /// Below this it has to go to the next turn.
    least: usize,
    /// Numbers stand at the right.
    numbers: bool,
}

type CellWords = Vec<Vec<Word>>;

/// The lines of a table that is to fit into so many columns.
pub(super) fn lines(table: &Table, room: usize) -> Vec<Line> {
    let head: Vec<CellWords> = table.head.iter().map(|text| words(&text.in_one_line(VALUE), BOLD)).collect();
    let rows: Vec<Vec<CellWords>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let number = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    let mut columns: Vec<Column> = (0..number).map(|at| column(&head, &rows, table, at, room)).collect();
    if let Some(first) = columns.first_mut().filter(|_| number > 1) {
        first.least = first.least.min(room / 2);
    }
    let mut lines = Vec::new();
    let mut from = 1.min(number);
    while lines.is_empty() || from < number {
        let mut to = from;
        let mut used = columns.first().map_or(0, |first| first.least);
        while to < number && (to == from || used + GAP + columns[to].least <= room) {
            used += GAP + columns[to].least;
            to += 1;
        }
        let turn: Vec<usize> = (0..1.min(number)).chain(from..to).collect();
        let widths = widths(&columns, &turn, room.saturating_sub(used));
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        for row in (!head.is_empty()).then_some(&head).into_iter().chain(&rows) {
            lines.extend(row_lines(row, &columns, &turn, &widths));
        }
        from = to;
        if number < 2 {
            break;
        }
    }
    lines
}

fn cell(cell: &Cell) -> CellWords {
    let style = cell.status.map_or(Style::new(), style);
    let mut lines = words(&cell.text.in_one_line(VALUE), style);
    if let (Some(status), Some(line)) = (cell.status, lines.first_mut()) {
        line.insert(0, Word::new(sign(status), style));
    }
    lines
}

fn column(head: &[CellWords], rows: &[Vec<CellWords>], table: &Table, at: usize, room: usize) -> Column {
    let cells = || rows.iter().map(|row| row.get(at)).chain([head.get(at)]).flatten();
    let natural = cells().flat_map(|cell| wrap(cell, usize::MAX)).map(|line| line.width()).max().unwrap_or(0);
    let word = cells().flatten().flatten().map(Word::columns).max().unwrap_or(0);
    let number = |cell: &Cell| cell.status.is_none() && cell.text.plain().bytes().all(|byte| byte.is_ascii_digit());
    let column = || table.rows.iter().filter_map(|row| row.get(at));
    let numbers = at > 0 && column().all(number) && column().any(|cell| !cell.text.is_empty());
    Column { natural, least: natural.min(word.max(LEAST)).min(room.max(LEAST)), numbers }
}

/// What each column of a turn gets when the spare ones are dealt out from the left.
fn widths(columns: &[Column], turn: &[usize], mut spare: usize) -> Vec<usize> {
    let mut width = |column: &Column| {
        let more = (column.natural - column.least).min(spare);
        spare -= more;
        column.least + more
    };
    turn.iter().map(|at| width(&columns[*at])).collect()
}

fn row_lines(row: &[CellWords], columns: &[Column], turn: &[usize], widths: &[usize]) -> Vec<Line> {
    let mut cells: Vec<Vec<Line>> = turn
        .iter()
        .zip(widths)
        .map(|(at, width)| row.get(*at).map(|cell| wrap(cell, *width)).unwrap_or_default())
        .collect();
    let mut lines = Vec::new();
    // A name that does not fit has lines of its own.
    if cells.len() > 1 && cells[0].iter().any(|line| line.width() > widths[0]) {
        lines.append(&mut cells[0]);
    }
    for at in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
        let mut line = Line::default();
        let mut start = 0;
        for (place, cell) in cells.iter_mut().enumerate() {
            let part = cell.get_mut(at).map(std::mem::take).unwrap_or_default();
            let right = if columns[turn[place]].numbers { widths[place].saturating_sub(part.width()) } else { 0 };
            line = line.padded(start + right).and(part);
            start += widths[place] + GAP;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{output::document::Text, status::Status};

    fn table(head: &[&str], rows: &[&[&str]]) -> Table {
        Table {
            head: head.iter().map(|text| Text::from(*text)).collect(),
            rows: rows.iter().map(|row| row.iter().map(|text| Cell::new(*text)).collect()).collect(),
            more: 0,
        }
    }

    fn shown(table: &Table, room: usize) -> Vec<String> {
        lines(table, room).iter().map(|line| line.written(false, false)).collect()
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let mut grid = table(&["Name", "Go 1", "n"], &[&["日本", "x", "7"], &["a", "long one", "12"]]);
        grid.rows[0][1].status = Some(Status::Pass);
        assert_eq!(shown(&grid, 80), ["Name  Go 1       n", "日本  ✓ x        7", "a     long one  12"]);
    }

    #[test]
    fn what_is_too_wide_comes_in_turns_that_repeat_the_first_column() {
        let grid = table(&["Name", "1.21.13", "1.22.10", "1.23.4"], &[&["GOBIN", "aaaaaaa", "bbbbbbb", "c"]]);
        assert_eq!(
            shown(&grid, 24),
            ["Name   1.21.13  1.22.10", "GOBIN  aaaaaaa  bbbbbbb", "", "Name   1.23.4", "GOBIN  c"]
        );
    }

    #[test]
    fn prose_in_the_last_column_is_wrapped_there() {
        let grid = table(&["Id", "What"], &[&["a", "many words that do not fit into this line at all"]]);
        assert_eq!(shown(&grid, 34), ["Id  What", "a   many words that do not fit", "    into this line at all"]);
    }

    #[test]
    fn a_name_too_long_for_its_column_has_a_line_of_its_own() {
        let grid = table(&["Id", "x"], &[&["a-name-that-fills-it-all", "1"], &["b", "2"]]);
        assert_eq!(
            shown(&grid, 24),
            [
                "Id                     x",
                "a-name-that-fills-it-all",
                "                       1",
                "b                      2"
            ]
        );
        assert_eq!(shown(&table(&[], &[&["only"]]), 30), ["only"]);
        assert!(shown(&Table::default(), 30).is_empty());
    }
}
