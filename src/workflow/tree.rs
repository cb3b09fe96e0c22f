//! A YAML file as a tree with lines, whatever it holds: a workflow that GitHub would refuse is still read where it can be.

use crate::output::trouble;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_yaml::{DuplicateKeyPolicy, Options, Spanned};

/// What stands somewhere in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    /// From 1; of a scalar with `|` or `>` that of the mark.
    pub line: usize,
    pub kind: NodeKind,
}

#[derive(Clone, Debug, Default)]
pub(crate) enum NodeKind {
    #[default]
    Null,
    /// As it is written, without quotes; `block`: each of its lines is a line of the file, from the next on.
    Scalar {
        text: String,
        block: bool,
    },
    List(Vec<Node>),
    /// Each with the line of its name.
    Map(Vec<(String, usize, Node)>),
}

impl Node {
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.entries().find(|(key, ..)| key == name).map(|(.., node)| node)
    }

    pub(crate) fn entries(&self) -> std::slice::Iter<'_, (String, usize, Node)> {
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

/// The tree of a file; nothing where it holds nothing but comments. The error is a clause.
pub(crate) fn parsed(text: &str) -> Result<Option<Node>, String> {
    let mut options = Options::default();
    options.with_snippet = false;
    options.duplicate_keys = DuplicateKeyPolicy::Error;
    let raw: Option<Placed> = serde_yaml::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map(|at| format!("line {}, column {}: ", at.line(), at.column()));
        format!("{}{}", place.unwrap_or_default(), trouble::yaml(&error))
    })?;
    Ok(raw.map(|raw| node(raw, text)))
}

/// A value with what is needed of its place: the parser's own is five times as large, and a file can have
/// a hundred thousand values.
struct Placed {
    line: u32,
    /// In bytes of the file.
    start: Option<u32>,
    length: Option<u32>,
    raw: Raw,
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Raw>::deserialize(deserializer)?;
        let place = spanned.defined;
        let narrow = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok());
        Ok(Self {
            line: u32::try_from(place.line()).unwrap_or_default(),
            start: narrow(place.span().byte_offset()),
            length: narrow(place.span().byte_len()),
            raw: spanned.value,
        })
    }
}

/// The name of an entry, with its line.
struct PlacedName(String, u32);

impl<'de> Deserialize<'de> for PlacedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self(spanned.value, u32::try_from(spanned.defined.line()).unwrap_or_default()))
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
    let start = placed.start.and_then(|at| usize::try_from(at).ok());
    let written = || {
        let length = usize::try_from(placed.length?).ok()?;
        text.get(start?..start? + length)
    };
    let mark = start.and_then(|start| block_mark(text.get(..start)?));
    let lines = |line: u32| usize::try_from(line).unwrap_or_default();
    let line = lines(placed.line).saturating_sub(mark.map_or(0, |(_, lines)| lines));
    let kind = match placed.raw {
        Raw::Null => NodeKind::Null,
        Raw::Text(text) => NodeKind::Scalar { text, block: mark.is_some_and(|(mark, _)| mark == '|') },
        Raw::Other(plain) => {
            let text = written().map_or(plain, |written| written.trim().to_owned());
            NodeKind::Scalar { text, block: false }
        }
        Raw::List(all) => NodeKind::List(all.into_iter().map(|one| node(one, text)).collect()),
        Raw::Map(all) => NodeKind::Map(
            all.into_iter().map(|(PlacedName(name, line), value)| (name, lines(line), node(value, text))).collect(),
        ),
    };
    Node { line, kind }
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
        let tree = parsed("a: 1.20\nb: &x |\n  one\n  two\nc: [yes, 'true', 0x1]\nd: *x\ne: >\n  f\n  g\nh: ~\n")
            .unwrap()
            .unwrap();
        let told: Vec<String> =
            tree.entries().map(|(name, line, node)| format!("{name} {line} {} {:?}", node.line, node.kind)).collect();
        assert_eq!(
            told,
            [
                "a 1 1 Scalar { text: \"1.20\", block: false }",
                "b 2 2 Scalar { text: \"one\\ntwo\\n\", block: true }",
                "c 5 5 List([Node { line: 5, kind: Scalar { text: \"yes\", block: false } }, Node { line: 5, kind: Scalar { text: \"true\", block: false } }, Node { line: 5, kind: Scalar { text: \"0x1\", block: false } }])",
                "d 6 2 Scalar { text: \"one\\ntwo\\n\", block: true }",
                "e 7 7 Scalar { text: \"f g\\n\", block: false }",
                "h 10 10 Null",
            ]
        );
    }

    #[test]
    fn a_block_begins_behind_its_mark_whatever_stands_there() {
        let line = |text: &str| {
            let tree = parsed(text).unwrap().unwrap();
            let node = tree.get("a").unwrap();
            let NodeKind::Scalar { text, block } = &node.kind else { panic!() };
            (node.line, *block, text.find('x').map(|at| text[..at].matches('\n').count() + 1))
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
