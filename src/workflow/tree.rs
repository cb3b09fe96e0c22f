//! A YAML file as a tree with lines, whatever it holds: a workflow that GitHub would refuse is still read where it can be.

use crate::output::trouble;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_yaml::{DuplicateKeyPolicy, Location, Options, Spanned};
use std::{fmt, ops::Range};

/// What stands somewhere in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Node {
    pub place: NodePlace,
    pub kind: NodeKind,
}

/// Where something stands in its file; narrow, for a file can have a hundred thousand values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct NodePlace {
    /// From 1; of a scalar with `|` or `>` that of the mark.
    line: u32,
    /// From 1, in characters; of such a scalar that of its first letter.
    column: u32,
    /// In bytes of the file; of a quoted scalar with its quotes, of one with `|` or `>` its lines.
    start: u32,
    length: u32,
}

impl NodePlace {
    pub(crate) fn line(self) -> usize {
        wide(self.line)
    }

    pub(crate) fn column(self) -> usize {
        wide(self.column)
    }

    pub(crate) fn bytes(self) -> Range<usize> {
        wide(self.start)..wide(self.start) + wide(self.length)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum NodeKind {
    #[default]
    Null,
    Scalar {
        /// As it is written, without quotes.
        text: String,
        style: ScalarStyle,
    },
    List(Vec<Node>),
    Map(Vec<NamedNode>),
}

/// How a scalar is written, as far as it says what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScalarStyle {
    /// In quotes, or words that are nothing else.
    Text,
    /// A number or a word such as `true`, without quotes.
    Typed,
    /// Behind `|`: each of its lines is a line of the file, from the next on.
    Lines,
}

/// An entry of a map.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedNode {
    pub name: String,
    /// Of its name.
    pub place: NodePlace,
    pub node: Node,
}

impl Node {
    pub(crate) fn line(&self) -> usize {
        self.place.line()
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&NamedNode> {
        self.entries().find(|entry| entry.name == name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entry(name).map(|entry| &entry.node)
    }

    pub(crate) fn entries(&self) -> std::slice::Iter<'_, NamedNode> {
        match &self.kind {
            NodeKind::Map(entries) => entries.iter(),
            _ => [].iter(),
        }
    }

    pub(crate) fn list(&self) -> std::slice::Iter<'_, Node> {
        match &self.kind {
            NodeKind::List(all) => all.iter(),
            _ => [].iter(),
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Why a file is no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unparsed {
    /// From 1; 0: nobody knows.
    pub line: usize,
    pub column: usize,
    /// What is wrong, as a clause.
    pub clause: String,
}

impl fmt::Display for Unparsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(formatter, "line {}, column {}: ", self.line, self.column)?;
        }
        formatter.write_str(&self.clause)
    }
}

/// The tree of a file; nothing where it holds nothing but comments.
pub(crate) fn parsed(text: &str) -> Result<Option<Node>, Unparsed> {
    let mut options = Options::default();
    options.with_snippet = false;
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    let raw: Option<Placed> = serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().map_or(NodePlace::default(), narrow);
        Unparsed { line: at.line(), column: at.column(), clause: trouble::yaml(&error) }
    })?;
    Ok(raw.map(|raw| node(raw, text)))
}

/// What the parser's own place comes to; that one is five times as large.
fn narrow(place: Location) -> NodePlace {
    let number = |number: u64| u32::try_from(number).unwrap_or_default();
    NodePlace {
        line: number(place.line()),
        column: number(place.column()),
        start: number(place.span().byte_offset().unwrap_or_default()),
        length: number(place.span().byte_len().unwrap_or_default()),
    }
}

struct Placed {
    place: NodePlace,
    raw: Raw,
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Raw>::deserialize(deserializer)?;
        Ok(Self { place: narrow(spanned.defined), raw: spanned.value })
    }
}

/// The name of an entry, with its place.
struct PlacedName(String, NodePlace);

impl<'de> Deserialize<'de> for PlacedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self(spanned.value, narrow(spanned.defined)))
    }
}

/// What the parser takes it for; numbers lose how they are written.
enum Raw {
    Null,
    Text(String),
    /// A number or a word such as `true`.
    Other(String),
    List(Vec<Placed>),
    Map(Vec<(PlacedName, Placed)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;
        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("YAML")
            }

            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }

            fn visit_none<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }

            fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
                Ok(Raw::Other(value.to_string()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Raw, A::Error> {
                let mut found = Vec::new();
                while let Some(one) = all.next_element()? {
                    found.push(one);
                }
                Ok(Raw::List(found))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let mut found = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    found.push(entry);
                }
                Ok(Raw::Map(found))
            }
        }
        deserializer.deserialize_any(RawVisitor)
    }
}

fn node(placed: Placed, text: &str) -> Node {
    let Placed { mut place, raw } = placed;
    let kind = match raw {
        Raw::Null => NodeKind::Null,
        Raw::Text(words) => {
            let mark = text.get(..wide(place.start)).and_then(block_mark);
            let above = mark.and_then(|(_, lines)| u32::try_from(lines).ok());
            place.line = place.line.saturating_sub(above.unwrap_or_default());
            let is_lines = mark.is_some_and(|(mark, _)| mark == '|');
            NodeKind::Scalar { text: words, style: if is_lines { ScalarStyle::Lines } else { ScalarStyle::Text } }
        }
        Raw::Other(plain) => {
            let written = text.get(place.bytes()).map(|written| written.trim().to_owned());
            NodeKind::Scalar {
                text: written.filter(|text| !text.is_empty()).unwrap_or(plain),
                style: ScalarStyle::Typed,
            }
        }
        Raw::List(all) => NodeKind::List(all.into_iter().map(|one| node(one, text)).collect()),
        Raw::Map(all) => {
            let named = |(PlacedName(name, place), value)| NamedNode { name, place, node: node(value, text) };
            NodeKind::Map(all.into_iter().map(named).collect())
        }
    };
    Node { place, kind }
}

/// The `|` or `>` that a text before a scalar ends with, and how many lines above the scalar it is.
fn block_mark(before: &str) -> Option<(char, usize)> {
    let bare = before.trim_end();
    let lines = before[bare.len()..].matches('\n').count();
    let last = bare.rsplit('\n').next()?;
    let last = last.split(" #").next()?.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || "+-".contains(c));
    let mark = last.chars().next_back().filter(|mark| matches!(mark, '|' | '>'))?;
    (lines > 0).then_some((mark, lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stay_as_they_are_written_and_know_their_lines() {
        let text = "a: 1.20\nb: &x |\n  one\n  two\nc: [yes, 'true', 0x1]\nd: *x\ne: >\n  f\n  g\nh: ~\n";
        let tree = parsed(text).unwrap().unwrap();
        let told: Vec<String> = tree
            .entries()
            .map(|entry| {
                let place = entry.node.place;
                format!(
                    "{} {} {}:{} {:?}",
                    entry.name,
                    entry.place.line(),
                    place.line(),
                    place.column(),
                    entry.node.kind
                )
            })
            .collect();
        let scalar = |text: &str, style: &str| format!("Scalar {{ text: {text:?}, style: {style} }}");
        assert_eq!(
            told[..2],
            [format!("a 1 1:4 {}", scalar("1.20", "Typed")), format!("b 2 2:3 {}", scalar("one\ntwo\n", "Lines"))]
        );
        assert_eq!(
            told[3..],
            [
                format!("d 6 2:3 {}", scalar("one\ntwo\n", "Lines")),
                format!("e 7 7:3 {}", scalar("f g\n", "Text")),
                "h 10 10:4 Null".to_owned(),
            ]
        );
        let places: Vec<(usize, usize, &str, &NodeKind)> = tree
            .get("c")
            .unwrap()
            .list()
            .map(|node| (node.line(), node.place.column(), &text[node.place.bytes()], &node.kind))
            .collect();
        let of = |text: &str, style| NodeKind::Scalar { text: text.to_owned(), style };
        assert_eq!(
            places,
            [
                (5, 5, "yes", &of("yes", ScalarStyle::Typed)),
                (5, 10, "'true'", &of("true", ScalarStyle::Text)),
                (5, 18, "0x1", &of("0x1", ScalarStyle::Typed)),
            ]
        );
    }

    #[test]
    fn a_block_begins_behind_its_mark_whatever_stands_there() {
        let line = |text: &str| {
            let tree = parsed(text).unwrap().unwrap();
            let node = tree.get("a").unwrap();
            let NodeKind::Scalar { text, style } = &node.kind else { panic!() };
            (node.line(), *style == ScalarStyle::Lines, text.find('x').map(|at| text[..at].matches('\n').count() + 1))
        };
        for (text, want) in [
            ("a: |\n\n\n  x\n", (1, true, Some(3))),
            ("a: |2- # why\n   x\n", (1, true, Some(1))),
            ("a:\n  x\n", (2, false, Some(1))),
            ("a: x |\n", (1, false, Some(1))),
            ("b: |\n  1\na: x\n", (3, false, Some(1))),
        ] {
            assert_eq!(line(text), want, "{text:?}");
        }
    }
}
