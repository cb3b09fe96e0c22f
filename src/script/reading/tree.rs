//! A script's syntax tree as a list in the order of the text, in which parents come before their children.

use crate::script::expression_end;
use std::{
    cell::Cell,
    ops::{ControlFlow, Range},
};
use tree_sitter::{Language, ParseOptions, Parser, TreeCursor};

/// Nodes within each other; what lies deeper is left out.
const DEEPEST: usize = 200;

/// Hundreds of the parser's steps for each byte, and for any script. Those of workflows take a fiftieth.
const STEPS_PER_BYTE: usize = 1;
const STEPS: usize = 1_000;

/// In bytes: so much of a script a grammar gets at a time.
const CHUNK: usize = 512;

/// How often it may ask for a chunk, for each one, and for any script. Those of workflows ask six times at most; where
/// something is wrong, the one for bash looks through all that follows again and again.
const READS_PER_CHUNK: usize = 20;
const READS: usize = 200;

/// One node of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct SyntaxNode {
    pub kind: &'static str,
    /// What it is for its parent.
    pub field: &'static str,
    pub start: usize,
    pub end: usize,
    pub parent: usize,
    /// The first node that is not below this one.
    past: usize,
    /// It is a word or sign that the grammar has no name for.
    pub is_sign: bool,
}

impl SyntaxNode {
    pub(super) fn bytes(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The nodes of a script; the first one is its root.
pub(super) struct SyntaxTree {
    pub nodes: Vec<SyntaxNode>,
    /// The grammar knows all of it, and nothing was left out.
    pub is_whole: bool,
}

/// What is read where reading has taken too long: nothing that a scanner goes on for.
const BLANK_LINES: [u8; CHUNK] = [b'\n'; CHUNK];

impl SyntaxTree {
    /// `None`: the parser gave up.
    pub(super) fn parse(language: &Language, script: &StandIn) -> Option<Self> {
        let text = &script.text;
        let mut parser = Parser::new();
        parser.set_language(language).ok()?;
        let bytes = text.as_bytes();
        let reads = Cell::new(text.len() / CHUNK * READS_PER_CHUNK + READS);
        let mut steps = text.len() * STEPS_PER_BYTE + STEPS;
        let mut read = |at: usize, _| {
            reads.set(reads.get().saturating_sub(1));
            let left = bytes.get(at..(at + CHUNK).min(bytes.len())).unwrap_or_default();
            // An end before the end would lead the scanner, which is C and goes back, to no text at all.
            if reads.get() == 0 { &BLANK_LINES[..left.len()] } else { left }
        };
        let mut goes_on = |_: &tree_sitter::ParseState| {
            steps = steps.saturating_sub(1);
            if steps == 0 || reads.get() == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut goes_on);
        let tree = parser.parse_with_options(&mut read, None, Some(options)).filter(|_| reads.get() > 0)?;
        let mut whole = Self { nodes: Vec::new(), is_whole: !tree.root_node().has_error() };
        whole.fill(&mut tree.walk());
        for node in &mut whole.nodes {
            (node.start, node.end) = (script.origin(node.start), script.origin(node.end));
        }
        Some(whole)
    }

    fn fill(&mut self, cursor: &mut TreeCursor<'_>) {
        // Of each level of the cursor: the node that it became, and whether it became one of its own.
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut field = "";
        let mut depth = 0;
        loop {
            let node = cursor.node();
            let own_field = cursor.field_name().unwrap_or(std::mem::take(&mut field));
            let parent = open.last().map_or(0, |(at, _)| *at);
            // PowerShell has a dozen levels of operators above each value.
            let wraps = node.child_count() == 1
                && node.kind().ends_with("_expression")
                && node.kind() != "left_assignment_expression"
                && !open.is_empty();
            if wraps {
                open.push((parent, false));
                field = own_field;
            } else {
                open.push((self.nodes.len(), true));
                depth += 1;
                self.nodes.push(SyntaxNode {
                    kind: node.kind(),
                    field: own_field,
                    start: node.start_byte(),
                    end: node.end_byte(),
                    parent,
                    past: 0,
                    is_sign: !node.is_named(),
                });
            }
            if depth < DEEPEST && cursor.goto_first_child() {
                continue;
            }
            self.is_whole &= depth < DEEPEST || node.child_count() == 0;
            field = "";
            loop {
                if let Some((at, true)) = open.pop() {
                    depth -= 1;
                    self.nodes[at].past = self.nodes.len();
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    pub(super) fn children(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        let past = self.nodes[of].past;
        let first = Some(of + 1).filter(|at| *at < past);
        std::iter::successors(first, move |at| Some(self.nodes[*at].past).filter(|next| *next < past))
    }

    pub(super) fn child_of_kind(&self, of: usize, kind: &str) -> Option<usize> {
        self.children(of).find(|at| self.nodes[*at].kind == kind)
    }

    pub(super) fn child_of_field(&self, of: usize, field: &str) -> Option<usize> {
        self.children(of).find(|at| self.nodes[*at].field == field)
    }

    pub(super) fn past(&self, of: usize) -> usize {
        self.nodes[of].past
    }
}

/// What the parser gets in place of a script.
#[derive(Default)]
pub(super) struct StandIn {
    text: String,
    /// The bytes that the script does not have.
    added: Vec<usize>,
}

impl StandIn {
    pub(super) fn of(text: String) -> Self {
        Self { text, added: Vec::new() }
    }

    /// With `${X}` for `$X`: of `$X:$Y/z` tree-sitter-bash makes two words, and of `${X}:${Y}/z` one.
    pub(super) fn with_braces(text: &str) -> Self {
        let mut one = Self::of(String::with_capacity(text.len() + text.len() / 8));
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, behind) = (&rest[..at], &rest[at + 1..]);
            one.text.push_str(before);
            one.text.push('$');
            let name = match behind.bytes().next() {
                Some(byte) if byte.is_ascii_digit() => 1,
                _ => behind.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count(),
            };
            rest = &behind[name..];
            let escaped = before.len() - before.trim_end_matches('\\').len();
            let follows = before.is_empty() && one.text.ends_with("$$");
            if name == 0 || escaped % 2 == 1 || follows {
                one.text.push_str(&behind[..name]);
                continue;
            }
            one.add('{');
            one.text.push_str(&behind[..name]);
            one.add('}');
        }
        one.text.push_str(rest);
        one
    }

    /// What stands for as many bytes of the script.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn ends_with(&self, ends: &[&str]) -> bool {
        ends.iter().any(|end| self.text.ends_with(end))
    }

    /// What the script does not have.
    pub(super) fn add(&mut self, sign: char) {
        self.added.push(self.text.len());
        self.text.push(sign);
    }

    /// The place in the script.
    fn origin(&self, byte: usize) -> usize {
        byte - self.added.partition_point(|added| *added < byte)
    }
}

/// The script with a word of the same length in place of each expression.
pub(super) fn without_expressions(script: &str) -> String {
    let mut text = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find("${{") {
        text.push_str(&rest[..start]);
        let Some(length) = expression_end(&rest[start..]) else {
            text.push_str("${{");
            rest = &rest[start + 3..];
            continue;
        };
        // What stands before must not become part of a longer name: `$X${{ y }}`.
        let goes_on = text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        text.push(if goes_on { '.' } else { '_' });
        text.extend(std::iter::repeat_n('_', length - 1));
        rest = &rest[start + length..];
    }
    text.push_str(rest);
    text
}
