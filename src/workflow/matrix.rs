//! The rows of a job's matrix, as GitHub makes them: every combination, without `exclude`, with `include`.
//! Source: GitHub, "Running variations of jobs in a workflow"; the runner, `MatrixBuilder.cs`.

use crate::workflow::{
    expression::Possible,
    tree::{NamedNode, Node, NodeKind},
};

/// GitHub's own limit for a job.
const MOST_ROWS: usize = 256;

/// One row.
#[derive(Clone, Debug, Default)]
pub(crate) struct MatrixRow<'a> {
    values: Vec<(&'a str, &'a Node)>,
    /// Whether only a run tells what else is in it: an expression makes the whole matrix or one of its lists.
    is_partial: bool,
}

impl<'a> MatrixRow<'a> {
    /// `matrix.NAME` and what is below it; what is not there is empty.
    pub(crate) fn value(&self, path: &[&str]) -> Possible<String> {
        let (first, below) = path.split_first()?;
        let Some(found) = self.node(first) else { return (!self.is_partial).then(|| vec![String::new()]) };
        let mut node = found;
        for name in below {
            match node.get(name) {
                Some(inner) => node = inner,
                None if node.text().is_some_and(is_expression) => return None,
                None => return Some(vec![String::new()]),
            }
        }
        match &node.kind {
            NodeKind::Null => Some(vec![String::new()]),
            NodeKind::Scalar { text, .. } => (!is_expression(text)).then(|| vec![text.clone()]),
            NodeKind::List(_) | NodeKind::Map(_) => None,
        }
    }

    /// A value of the row, with its place.
    pub(crate) fn node(&self, name: &str) -> Option<&'a Node> {
        self.values.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, node)| *node)
    }

    /// `windows-latest, 1.22`, as GitHub shows it behind the job's name; empty without a matrix.
    pub(crate) fn name(&self) -> String {
        let shown = self.values.iter().filter_map(|(_, node)| node.text());
        shown.collect::<Vec<_>>().join(", ")
    }

    fn set(&mut self, name: &'a str, node: &'a Node) {
        match self.values.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
            Some((_, value)) => *value = node,
            None => self.values.push((name, node)),
        }
    }

    /// Whether all that a filter names is in the row.
    fn matches(&self, filter: &Node) -> bool {
        filter.entries().all(|entry| self.node(&entry.name).is_some_and(|own| is_same(own, &entry.node)))
    }
}

fn is_expression(text: &str) -> bool {
    text.contains("${{")
}

/// Numbers and texts that are written alike are the same.
fn is_same(left: &Node, right: &Node) -> bool {
    match (&left.kind, &right.kind) {
        (NodeKind::Scalar { text: left, .. }, NodeKind::Scalar { text: right, .. }) => left == right,
        (NodeKind::Null, NodeKind::Null) => true,
        (NodeKind::List(left), NodeKind::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| is_same(left, right))
        }
        // Of a map `exclude` may name a part.
        (NodeKind::Map(_), NodeKind::Map(right)) => {
            right.iter().all(|entry| left.get(&entry.name).is_some_and(|own| is_same(own, &entry.node)))
        }
        _ => false,
    }
}

/// The rows of a job by its `strategy:`; one without values where there is no matrix.
pub(crate) fn rows(strategy: Option<&Node>) -> Vec<MatrixRow<'_>> {
    let Some(matrix) = strategy.and_then(|strategy| strategy.get("matrix")) else { return vec![MatrixRow::default()] };
    if !matches!(matrix.kind, NodeKind::Map(_)) {
        return vec![MatrixRow { is_partial: true, ..MatrixRow::default() }];
    }
    let axes: Vec<&NamedNode> = matrix.entries().filter(|entry| !is_filter(&entry.name)).collect();
    let mut rows = combined(&axes);
    if let Some(exclude) = matrix.get("exclude") {
        match &exclude.kind {
            NodeKind::List(filters) => rows.retain(|row| !filters.iter().any(|filter| row.matches(filter))),
            _ => rows.iter_mut().for_each(|row| row.is_partial = true),
        }
    }
    match matrix.get("include").map(|include| &include.kind) {
        Some(NodeKind::List(includes)) => include(&mut rows, includes, &axes),
        Some(NodeKind::Scalar { .. }) => rows.iter_mut().for_each(|row| row.is_partial = true),
        _ => {}
    }
    rows.truncate(MOST_ROWS);
    rows
}

fn is_filter(name: &str) -> bool {
    ["include", "exclude"].iter().any(|filter| name.eq_ignore_ascii_case(filter))
}

/// Each value of the first list with each of the others; none without a list.
fn combined<'a>(axes: &[&'a NamedNode]) -> Vec<MatrixRow<'a>> {
    if axes.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![MatrixRow::default()];
    for axis in axes {
        let NodeKind::List(values) = &axis.node.kind else {
            rows.iter_mut().for_each(|row| row.is_partial = true);
            continue;
        };
        rows = rows
            .iter()
            .flat_map(|row| {
                values.iter().map(|value| {
                    let mut row = row.clone();
                    row.set(&axis.name, value);
                    row
                })
            })
            .take(MOST_ROWS)
            .collect();
    }
    rows
}

/// An `include` joins the rows whose own values it does not change, and is a row of its own where there is none.
fn include<'a>(rows: &mut Vec<MatrixRow<'a>>, includes: &'a [Node], axes: &[&NamedNode]) {
    let is_axis = |name: &str| axes.iter().any(|axis| axis.name.eq_ignore_ascii_case(name));
    let combinations = rows.len();
    for one in includes {
        let fits = |row: &MatrixRow<'_>| {
            let mut own = one.entries().filter(|entry| is_axis(&entry.name));
            own.all(|entry| row.node(&entry.name).is_some_and(|own| is_same(own, &entry.node)))
        };
        let mut joined = false;
        for row in rows[..combinations].iter_mut().filter(|row| fits(row)) {
            one.entries().for_each(|entry| row.set(&entry.name, &entry.node));
            joined = true;
        }
        if !joined {
            let mut row = MatrixRow::default();
            one.entries().for_each(|entry| row.set(&entry.name, &entry.node));
            // An expression in place of a row is what only a run tells.
            row.is_partial = !matches!(one.kind, NodeKind::Map(_));
            rows.push(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::tree;

    fn told(text: &str) -> Vec<String> {
        let tree = tree::parsed(text).unwrap().unwrap();
        let told = |row: &MatrixRow<'_>| format!("{}{}", row.name(), if row.is_partial { " …" } else { "" });
        rows(tree.get("strategy")).iter().map(told).collect()
    }

    #[test]
    fn rows_are_those_that_github_makes() {
        for (matrix, want) in [
            ("os: [a, b], go: [1.20, '1.21']", vec!["a, 1.20", "a, 1.21", "b, 1.20", "b, 1.21"]),
            ("os: [a, b], exclude: [{os: b}]", vec!["a"]),
            ("os: [a, b], go: [1, 2], exclude: [{os: b, go: 1}]", vec!["a, 1", "a, 2", "b, 2"]),
            ("include: [{os: a, x: 1}, {os: b}]", vec!["a, 1", "b"]),
            ("os: [a, b], include: [{os: b, x: 1}, {os: c}, {y: 2}]", vec!["a, 2", "b, 1, 2", "c"]),
            ("os: '${{ fromJSON(needs.x.outputs.y) }}', go: [1]", vec!["1 …"]),
            ("os: [a], include: '${{ x }}'", vec!["a …"]),
        ] {
            assert_eq!(told(&format!("strategy: {{matrix: {{{matrix}}}}}")), want, "{matrix}");
        }
        assert_eq!(told("strategy: {matrix: '${{ x }}'}"), [" …"]);
        assert_eq!(told("runs-on: x"), [""]);
    }

    #[test]
    fn what_a_row_does_not_have_is_empty_and_what_only_a_run_tells_is_unknown() {
        let tree = tree::parsed("matrix: {os: [{n: a, s: '${{ x }}'}], v: '${{ y }}'}").unwrap().unwrap();
        let row = &rows(Some(&tree))[0];
        let known = |text: &str| Some(vec![text.to_owned()]);
        assert_eq!(row.value(&["os", "n"]), known("a"));
        assert_eq!(row.value(&["os", "m"]), known(""));
        assert_eq!(row.value(&["os", "s"]), None);
        assert_eq!(row.value(&["v"]), None, "it is there, and nobody knows its value");
    }
}
