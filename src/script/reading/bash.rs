//! bash and sh, over the tree of tree-sitter-bash. Words are put together by the reader that is held against bash.

use super::{
    RunnerFile, RunnerFileWrite, ScriptCommand, ScriptReading, ScriptSpan, SetNames, SpanFinder, VariableSyntax,
    VariableUse, WriteWay, after_env, foreign_cmd_variables, is_environment_name, named_file,
    tree::{StandIn, SyntaxNode, SyntaxTree, without_expressions},
};
use crate::script::{ScriptPiece, ScriptShell, ScriptText, bash::first_word, is_name};
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

/// Variables that bash itself sets.
const OWN: &str = " BASH BASHPID BASH_COMMAND BASH_SOURCE BASH_VERSION EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS \
                   HOSTNAME HOSTTYPE IFS LINENO MACHTYPE OLDPWD OPTARG OPTERR OPTIND OSTYPE PATH PIPESTATUS PPID PWD \
                   RANDOM REPLY SECONDS SHELL SHELLOPTS SHLVL SRANDOM TERM UID _ ";

/// What begins or ends something in bash: as the name of a command it says that the tree is not what was meant.
const KEYWORDS: [&str; 12] = ["}", "then", "elif", "else", "fi", "do", "done", "esac", "coproc", "in", "until", "]]"];

pub(super) fn read(shell: ScriptShell, script: &str) -> ScriptReading {
    // The grammar does not know a here-string behind another redirection; a file is as good.
    let text = without_expressions(script).replace("<<<", "  <");
    let Some(tree) = SyntaxTree::parse(&tree_sitter_bash::LANGUAGE.into(), &StandIn::with_braces(&text)) else {
        return ScriptReading::default();
    };
    let reading = ScriptReading { syntax_is_known: tree.is_whole, ..ScriptReading::default() };
    let finder = SpanFinder::of(script);
    let scopes = Vec::with_capacity(tree.nodes.len());
    let names = SetNames::default();
    let mut reader = BashTreeReader {
        shell,
        script,
        tree,
        finder,
        scopes,
        names,
        files: HashMap::new(),
        called: HashSet::new(),
        reading,
    };
    reader.called = reader.surely_called();
    let mut at = 0;
    while at < reader.tree.nodes.len() {
        at = reader.node(at);
    }
    reader.finish()
}

/// The grammar's statements whose parts are perhaps never run.
const BRANCHES: [&str; 7] = [
    "if_statement",
    "case_statement",
    "while_statement",
    "for_statement",
    "c_style_for_statement",
    "function_definition",
    "list",
];

/// What the nodes around a node say about it.
#[derive(Clone, Copy, Default)]
struct BashScope {
    conditional: bool,
    /// What stands further down may have been run before.
    repeated: bool,
    substituted: bool,
    tested: bool,
    /// A command that only asks: `test`, `[`.
    tests: bool,
}

struct BashTreeReader<'s> {
    shell: ScriptShell,
    script: &'s str,
    tree: SyntaxTree,
    finder: SpanFinder,
    scopes: Vec<BashScope>,
    names: SetNames,
    /// Variables that hold the path of a file of the runner.
    files: HashMap<String, (RunnerFile, VariableSyntax)>,
    /// What the script calls whatever happens: its functions may be among them.
    called: HashSet<String>,
    reading: ScriptReading,
}

impl BashTreeReader<'_> {
    fn text(&self, at: usize) -> &str {
        self.script.get(self.tree.nodes[at].bytes()).unwrap_or_default()
    }

    fn span(&self, bytes: Range<usize>) -> ScriptSpan {
        self.finder.span(bytes)
    }

    fn word(&self, at: usize) -> ScriptText {
        whole_word(self.text(at))
    }

    /// Reads one node, and says which comes next.
    fn node(&mut self, at: usize) -> usize {
        let node = self.tree.nodes[at];
        let scope = self.scope(at, node);
        self.scopes.push(scope);
        if BRANCHES.contains(&node.kind) && !scope.conditional && !self.surely_runs(at) {
            let span = self.span(node.bytes());
            self.reading.branches.push(span);
        }
        match node.kind {
            "command" => self.command(at, scope),
            "declaration_command" | "unset_command" => self.declaration(at, scope),
            "variable_assignment" => self.assignment(at, scope),
            "for_statement" => {
                if let Some(name) = self.tree.child_of_field(at, "variable") {
                    self.set(name);
                }
            }
            "binary_expression" | "postfix_expression" => self.arithmetic(at),
            "expansion" => self.variable(at, scope),
            "file_redirect" => self.redirect(at),
            // The grammar ends its word at blanks alone, bash at these as well.
            "heredoc_start" if self.text(at).contains([';', '|', '&', ')', '<', '>']) => {
                self.reading.syntax_is_known = false;
            }
            // The grammar takes `$((1+2))` of a here-document for commands.
            "command_substitution" if self.text(at).trim_start().starts_with("$((") => {
                let past = self.tree.past(at);
                self.scopes.resize(past, scope);
                return past;
            }
            _ => {}
        }
        at + 1
    }

    fn scope(&self, at: usize, node: SyntaxNode) -> BashScope {
        if at == 0 {
            return BashScope::default();
        }
        let mut scope = self.scopes[node.parent];
        let is_first = at == node.parent + 1;
        match self.tree.nodes[node.parent].kind {
            "if_statement" => scope.conditional |= node.field != "condition",
            "elif_clause" | "else_clause" | "case_item" => scope.conditional = true,
            "case_statement" => scope.tested |= node.field == "value",
            "while_statement" => {
                scope.repeated = true;
                scope.conditional |= node.field != "condition";
            }
            "for_statement" | "c_style_for_statement" if node.field == "body" => {
                scope.repeated = true;
                scope.conditional |= !self.surely_runs(node.parent);
            }
            "function_definition" => {
                scope.repeated = true;
                scope.conditional |= !self.surely_runs(node.parent);
            }
            "list" => scope.conditional |= !is_first,
            "heredoc_redirect" => scope.conditional |= node.field == "right",
            "command_substitution" | "process_substitution" => scope.substituted = true,
            "test_command" => scope.tested = true,
            "command" => scope.tested |= scope.tests && node.field == "argument",
            _ => {}
        }
        if node.kind == "command" {
            let name = self.tree.child_of_field(at, "name");
            scope.tests = name.is_some_and(|name| matches!(self.text(name), "test" | "["));
        }
        if matches!(node.kind, "command_substitution" | "process_substitution") {
            // What a command makes of it is no test.
            scope.tested = false;
        }
        scope
    }

    /// The names of commands that stand in no branch.
    fn surely_called(&self) -> HashSet<String> {
        let nodes = &self.tree.nodes;
        let is_sure = |at: usize| {
            let mut at = at;
            while at > 0 {
                let parent = nodes[at].parent;
                match nodes[parent].kind {
                    "program" | "redirected_statement" | "compound_statement" => {}
                    "list" if at == parent + 1 => {}
                    _ => return false,
                }
                at = parent;
            }
            true
        };
        let commands = (0..nodes.len()).filter(|at| nodes[*at].kind == "command" && is_sure(*at));
        commands.filter_map(|at| self.tree.child_of_field(at, "name")).map(|name| self.text(name).to_owned()).collect()
    }

    /// Whether what is in a function or a loop is run whatever happens: the function is called, the loop has words.
    fn surely_runs(&self, at: usize) -> bool {
        let leaves = |at: usize| {
            let mut words = self.text(at).split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|word| matches!(word, "break" | "continue" | "return" | "exit"))
        };
        match self.tree.nodes[at].kind {
            "function_definition" => {
                let name = self.tree.child_of_field(at, "name").map(|name| self.text(name));
                name.is_some_and(|name| self.called.contains(name)) && !leaves(at)
            }
            "for_statement" => {
                let is_plain = |at: usize| {
                    let letters = self.text(at).trim_matches(['"', '\'']).chars();
                    self.tree.nodes[at].field == "value"
                        && letters.clone().count() > 0
                        && letters.into_iter().all(|c| c.is_ascii_alphanumeric() || "_-./:".contains(c))
                };
                let mut words = self.tree.children(at).filter(|at| self.tree.nodes[*at].field == "value").peekable();
                words.peek().is_some() && words.all(is_plain) && !leaves(at)
            }
            _ => false,
        }
    }

    fn command(&mut self, at: usize, scope: BashScope) {
        let mut words = Vec::new();
        let mut assignments = Vec::new();
        let mut children = Vec::new();
        for child in self.tree.children(at) {
            let node = self.tree.nodes[child];
            match node.kind {
                "variable_assignment" => assignments.extend(self.assigned(child)),
                _ if matches!(node.field, "name" | "argument") => {
                    words.push(self.word(child));
                    children.push(child);
                }
                _ => {}
            }
        }
        let span = self.span(self.tree.nodes[at].bytes());
        let BashScope { conditional, substituted, .. } = scope;
        let command = ScriptCommand { words, assignments, span, conditional, substituted };
        let skipped = command.words.len() - command.invoked().len();
        let name = command.invoked().first().and_then(ScriptText::as_literal).unwrap_or_default();
        let name = name.rsplit('/').next().unwrap_or_default().to_owned();
        if KEYWORDS.contains(&name.as_str()) && children.get(skipped).is_some_and(|at| !self.text(*at).contains('\\')) {
            self.reading.syntax_is_known = false;
        }
        self.effects(&name, &command, at);
        if let Some(way) = WriteWay::of_command(&name, self.shell) {
            self.write_command(way, at, &children[skipped..]);
        }
        self.reading.commands.push(command);
    }

    /// What a command sets.
    fn effects(&mut self, name: &str, command: &ScriptCommand, at: usize) {
        let start = self.tree.nodes[at].start;
        let mut literals = command.invoked().iter().skip(1).map(|word| word.as_literal().unwrap_or_default());
        match name {
            "source" | "." | "eval" => self.names.add_all(start),
            "read" | "mapfile" | "readarray" | "getopts" | "let" | "select" => {
                let names = literals.map(|word| word.split(['=', '+', '-']).next().unwrap_or_default().trim());
                names.filter(|name| is_name(name)).for_each(|name| self.names.add(name, start));
            }
            "printf" if literals.next() == Some("-v") => {
                literals.next().into_iter().for_each(|name| self.names.add(name, start));
            }
            _ => {}
        }
    }

    /// `tee -a FILE`, and PowerShell's commands, which bash does not have.
    fn write_command(&mut self, way: WriteWay, at: usize, words: &[usize]) {
        let flags = |flag: &dyn Fn(&str) -> bool| words.iter().any(|word| flag(self.text(*word)));
        let append = match way {
            WriteWay::Tee => flags(&|text| {
                text == "--append" || text.starts_with('-') && !text.starts_with("--") && text.contains('a')
            }),
            WriteWay::AddContent => true,
            _ => flags(&|text| text.eq_ignore_ascii_case("-append")),
        };
        let encoding = words.windows(2).find(|pair| self.text(pair[0]).eq_ignore_ascii_case("-encoding"));
        let encoding = encoding.and_then(|pair| self.word(pair[1]).as_literal().map(str::to_ascii_lowercase));
        let span = self.span(self.tree.nodes[at].bytes());
        for word in words.iter().skip(1) {
            let Some((file, syntax)) = self.named(*word) else { continue };
            let named = self.span(self.trimmed(*word));
            let (span, encoding) = (span.clone(), encoding.clone());
            self.reading.file_writes.push(RunnerFileWrite { file, syntax, named, span, append, way, encoding });
        }
    }

    /// Without blanks, which the grammar sometimes has in a node.
    fn trimmed(&self, at: usize) -> Range<usize> {
        let (node, text) = (self.tree.nodes[at], self.text(at));
        let start = node.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len())
    }

    fn named(&self, at: usize) -> Option<(RunnerFile, VariableSyntax)> {
        named_file(self.text(at), self.shell).or_else(|| match self.word(at).0.as_slice() {
            [ScriptPiece::Variable { name, .. }] => self.files.get(name).copied(),
            _ => None,
        })
    }

    fn redirect(&mut self, at: usize) {
        let Some(file) = self.tree.child_of_field(at, "destination") else { return };
        let signs = ["&>>", "&>", ">>", ">|", ">&", ">"];
        let Some(sign) = self.tree.children(at).find(|child| signs.contains(&self.tree.nodes[*child].kind)) else {
            return;
        };
        let Some((found, syntax)) = self.named(file) else { return };
        let named = self.trimmed(file);
        self.reading.file_writes.push(RunnerFileWrite {
            file: found,
            syntax,
            span: self.span(self.tree.nodes[sign].start..named.end),
            named: self.span(named),
            append: self.tree.nodes[sign].kind.ends_with(">>"),
            way: WriteWay::Redirect,
            encoding: None,
        });
    }

    /// `export A=b C`, `unset A`.
    fn declaration(&mut self, at: usize, scope: BashScope) {
        let is_unset = self.tree.nodes[at].kind == "unset_command";
        let mut words = Vec::new();
        let mut known = true;
        for child in self.tree.children(at).collect::<Vec<_>>() {
            let node = self.tree.nodes[child];
            if matches!(node.kind, "file_redirect" | "heredoc_redirect" | "herestring_redirect") {
                continue;
            }
            words.push(self.word(child));
            if node.kind == "variable_name" && !is_unset {
                self.set(child);
            }
            let text = self.text(child);
            known &= node.is_sign || node.kind == "variable_assignment" || is_name(text) || text.starts_with('-');
        }
        if !known && !is_unset {
            // `export $(cat .env)`, `declare "$name=x"`.
            self.names.add_all(self.tree.nodes[at].start);
        }
        let span = self.span(self.tree.nodes[at].bytes());
        let BashScope { conditional, substituted, .. } = scope;
        self.reading.commands.push(ScriptCommand { words, assignments: Vec::new(), span, conditional, substituted });
    }

    fn assignment(&mut self, at: usize, scope: BashScope) {
        let node = self.tree.nodes[at];
        let parent = self.tree.nodes[node.parent].kind;
        if parent == "command" {
            return;
        }
        let name = self.tree.child_of_field(at, "name");
        let name = name.map(|name| self.tree.child_of_kind(name, "variable_name").unwrap_or(name));
        if let Some(name) = name {
            self.set_from(name, node.end);
        }
        let Some((name, value)) = self.assigned(at) else { return };
        if let Some(file) = self.tree.child_of_field(at, "value").and_then(|value| self.named(value)) {
            self.files.insert(name.clone(), file);
        } else {
            self.files.remove(&name);
        }
        if matches!(parent, "declaration_command" | "c_style_for_statement") {
            return;
        }
        let BashScope { conditional, substituted, .. } = scope;
        self.reading.commands.push(ScriptCommand {
            words: Vec::new(),
            assignments: vec![(name, value)],
            span: self.span(node.bytes()),
            conditional,
            substituted,
        });
    }

    /// The name and the value, in which nothing is split.
    fn assigned(&self, at: usize) -> Option<(String, ScriptText)> {
        let name = self.tree.child_of_field(at, "name").map(|name| self.text(name).to_owned());
        let name = name.filter(|name| is_name(name))?;
        let mut value = ScriptText::default();
        if self.tree.child_of_kind(at, "+=").is_some() {
            value.push(ScriptPiece::Variable { name: name.clone(), quoted: true, written: format!("${name}") });
        }
        let written = self.tree.child_of_field(at, "value").map(|value| self.word(value)).unwrap_or_default();
        for piece in written.0 {
            match piece {
                ScriptPiece::Variable { name, written, .. } => {
                    value.push(ScriptPiece::Variable { name, quoted: true, written });
                }
                ScriptPiece::Unknown(text) if matches!(text.as_str(), "*" | "?" | "[") => value.push_text(&text),
                other => value.push(other),
            }
        }
        Some((name, value))
    }

    fn set(&mut self, name: usize) {
        self.set_from(name, self.tree.nodes[name].start);
    }

    fn set_from(&mut self, name: usize, at: usize) {
        if let Some(text) = Some(self.text(name)).filter(|text| is_name(text)).map(str::to_owned) {
            self.names.add(&text, at);
        }
    }

    /// `(( x = 1 ))`, `$(( x += 2 ))`, `(( x++ ))`.
    fn arithmetic(&mut self, at: usize) {
        let Some(name) = self.tree.children(at).next().filter(|at| self.tree.nodes[*at].kind == "variable_name") else {
            return;
        };
        let operator = self.tree.child_of_field(at, "operator").map_or("", |at| self.tree.nodes[at].kind);
        let compares = matches!(operator, "==" | "!=" | "<=" | ">=");
        if matches!(operator, "++" | "--") || operator.ends_with('=') && !compares {
            self.set_from(name, self.tree.nodes[at].end);
        }
    }

    fn variable(&mut self, at: usize, scope: BashScope) {
        let children: Vec<usize> = self.tree.children(at).collect();
        let is_name_node = |at: &usize| matches!(self.tree.nodes[*at].kind, "variable_name" | "subscript");
        let Some(place) = children.iter().position(is_name_node) else { return };
        let inner = children[place];
        let name = self.tree.child_of_kind(inner, "variable_name").unwrap_or(inner);
        let name = self.text(name).to_owned();
        if !is_name(&name) {
            return;
        }
        let bytes = self.trimmed(at);
        let operator = children.get(place + 1).map(|at| self.tree.nodes[*at].kind).unwrap_or_default();
        if matches!(operator, ":=" | "=") {
            self.names.add(&name, bytes.end);
        }
        let mut one = VariableUse {
            name,
            syntax: VariableSyntax::Sh,
            span: self.span(bytes.clone()),
            has_default: matches!(operator, ":-" | "-" | ":=" | "=" | ":+" | "+"),
            tested: scope.tested || matches!(operator, ":?" | "?"),
            // Until the whole script is known: whether it is in something that is run later.
            set_before: scope.repeated,
        };
        if let Some((name, end)) = self.environment_of_powershell(&one.name, bytes.clone()) {
            one.name = name;
            one.syntax = VariableSyntax::PowerShellEnv;
            one.has_default = false;
            one.span = self.span(bytes.start..end);
        }
        self.reading.variables.push(one);
    }

    /// `$env:X` and `${env:X}`, for bash a variable `env` and text.
    fn environment_of_powershell(&self, name: &str, bytes: Range<usize>) -> Option<(String, usize)> {
        if !name.eq_ignore_ascii_case("env") {
            return None;
        }
        let written = self.script.get(bytes.clone())?;
        if let Some(inner) = written.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) {
            let name = after_env(inner).filter(|name| is_environment_name(name))?;
            return Some((name.to_owned(), bytes.end));
        }
        let rest = self.script.get(bytes.end..)?.strip_prefix(':')?;
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        is_environment_name(&rest[..length]).then(|| (rest[..length].to_owned(), bytes.end + 1 + length))
    }

    fn finish(mut self) -> ScriptReading {
        let comments = self.tree.nodes.iter().filter(|node| node.kind == "comment").map(SyntaxNode::bytes);
        let foreign = foreign_cmd_variables(self.script, &self.finder, &comments.collect::<Vec<_>>());
        for one in &mut self.reading.variables {
            // A script that has an `env` of its own means that.
            let name = if one.syntax == VariableSyntax::PowerShellEnv { "env" } else { &one.name };
            let before = (!one.set_before).then_some(one.span.bytes.start);
            one.set_before = self.names.has(name, before) || OWN.contains(&format!(" {name} "));
        }
        self.reading.variables.extend(foreign);
        self.reading.variables.sort_by_key(|one| one.span.bytes.start);
        self.reading
    }
}

/// A word with nothing behind it.
fn whole_word(text: &str) -> ScriptText {
    match first_word(text) {
        (word, "") => word,
        (_, rest) if !rest.trim().is_empty() => ScriptText(vec![ScriptPiece::Unknown(text.trim().to_owned())]),
        (word, _) => word,
    }
}
