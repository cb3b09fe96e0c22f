//! PowerShell, over the tree of tree-sitter-powershell.

use super::{
    RunnerFile, RunnerFileWrite, ScriptCommand, ScriptReading, ScriptSpan, SetNames, SpanFinder, VariableSyntax,
    VariableUse, WriteWay, after_env,
    arguments::readable_arguments,
    foreign_cmd_variables, named_file,
    tree::{SyntaxNode, SyntaxTree, without_expressions},
};
use crate::script::{ScriptShell, ScriptText, powershell::argument};
use std::{collections::HashMap, ops::Range};

/// Variables that PowerShell itself sets, in small letters.
const OWN: &str = " $ ? ^ _ args consolefilename culture enabledexperimentalfeatures error errorview event eventargs \
                   eventsubscriber executioncontext false foreach home host input iscoreclr islinux ismacos iswindows \
                   lastexitcode matches myinvocation nestedpromptlevel null pid profile psboundparameters pscmdlet \
                   pscommandpath psculture psdebugcontext psedition pshome psitem psscriptroot psuiculture \
                   psversiontable pwd sender shellid stacktrace switch this true confirmpreference debugpreference \
                   erroractionpreference informationpreference ofs outputencoding progresspreference \
                   psdefaultparametervalues psmoduleautoloadingpreference verbosepreference warningpreference \
                   whatifpreference ";

const SHELL: ScriptShell = ScriptShell::PowerShell;

pub(super) fn read(script: &str) -> ScriptReading {
    let stand_in = readable_arguments(&without_expressions(script));
    let Some(tree) = SyntaxTree::parse(&tree_sitter_powershell::LANGUAGE.into(), &stand_in) else {
        return ScriptReading::default();
    };
    let reading = ScriptReading { syntax_is_known: tree.is_whole, ..ScriptReading::default() };
    let mut reader = PowerShellTreeReader {
        script,
        finder: SpanFinder::of(script),
        scopes: Vec::with_capacity(tree.nodes.len()),
        tree,
        names: SetNames::default(),
        files: HashMap::new(),
        reading,
    };
    for at in 0..reader.tree.nodes.len() {
        reader.node(at);
    }
    reader.finish()
}

/// A call of a type's method: `[Environment]::SetEnvironmentVariable('A', 'b', 'User')`.
#[derive(Clone, Debug)]
pub(crate) struct StaticCall {
    /// As it is written, without the brackets.
    pub type_name: String,
    pub method: String,
    /// As they are written.
    pub arguments: Vec<String>,
    pub span: ScriptSpan,
    /// Perhaps it is never run, or more than once.
    pub conditional: bool,
}

/// The calls of types' methods in a PowerShell script, and where first the grammar does not know it.
pub(crate) fn static_calls(script: &str) -> (Vec<StaticCall>, Option<ScriptSpan>) {
    let finder = SpanFinder::of(script);
    let whole = || Some(finder.span(0..script.len()));
    if script.len() > super::LONGEST || script.contains('\0') {
        return (Vec::new(), whole());
    }
    let stand_in = readable_arguments(&without_expressions(script));
    let Some(tree) = SyntaxTree::parse(&tree_sitter_powershell::LANGUAGE.into(), &stand_in) else {
        return (Vec::new(), whole());
    };
    let text = |at: usize| script.get(tree.nodes[at].bytes()).unwrap_or_default().trim();
    let mut conditional = Vec::with_capacity(tree.nodes.len());
    let mut calls = Vec::new();
    for (at, node) in tree.nodes.iter().enumerate() {
        let is_branch = BRANCHES.contains(&node.kind) || node.kind == "script_block_expression";
        conditional.push(is_branch || at > 0 && conditional[node.parent]);
        if node.kind != "invokation_expression" {
            continue;
        }
        let method = tree.child_of_kind(at, "member_name").map(text);
        let type_name = tree.child_of_kind(at, "type_literal").map(text);
        let (Some(method), Some(type_name)) = (method, type_name) else { continue };
        let list = tree.child_of_kind(at, "argument_list");
        let list = list.and_then(|at| tree.child_of_field(at, "argument_expression_list"));
        let arguments = match list {
            // A list of one is not in the tree.
            Some(list) if tree.nodes[list].kind == "argument_expression_list" => {
                tree.children(list).filter(|one| !tree.nodes[*one].is_sign).map(|one| text(one).to_owned()).collect()
            }
            Some(one) => vec![text(one).to_owned()],
            None => Vec::new(),
        };
        calls.push(StaticCall {
            type_name: type_name.trim_matches(['[', ']']).to_owned(),
            method: method.to_owned(),
            arguments,
            span: finder.span(node.bytes()),
            conditional: conditional[at],
        });
    }
    let broken = tree.nodes.iter().find(|node| node.kind == "ERROR").or(tree.nodes.first());
    let unread = broken.filter(|_| !tree.is_whole).map(|node| finder.span(node.bytes()));
    (calls, unread)
}

/// The grammar's statements whose parts are perhaps never run.
const BRANCHES: [&str; 7] = [
    "if_statement",
    "switch_statement",
    "while_statement",
    "for_statement",
    "foreach_statement",
    "function_statement",
    "try_statement",
];

/// What the nodes around a node say about it.
#[derive(Clone, Copy, Default)]
struct PowerShellScope {
    conditional: bool,
    repeated: bool,
    substituted: bool,
    tested: bool,
    /// Where the assignment ends whose left side this is.
    assigned: Option<usize>,
}

struct PowerShellTreeReader<'s> {
    script: &'s str,
    tree: SyntaxTree,
    finder: SpanFinder,
    scopes: Vec<PowerShellScope>,
    names: SetNames,
    /// Variables that hold the path of a file of the runner, in small letters.
    files: HashMap<String, (RunnerFile, VariableSyntax)>,
    reading: ScriptReading,
}

impl PowerShellTreeReader<'_> {
    fn slice(&self, bytes: Range<usize>) -> &str {
        self.script.get(bytes).unwrap_or_default()
    }

    /// Without the blanks that the grammar has in its nodes.
    fn trimmed(&self, at: usize) -> Range<usize> {
        let (node, text) = (self.tree.nodes[at], self.slice(self.tree.nodes[at].bytes()));
        let start = node.start + (text.len() - text.trim_start().len());
        start..(start + text.trim().len())
    }

    fn text(&self, at: usize) -> &str {
        self.slice(self.trimmed(at))
    }

    fn node(&mut self, at: usize) {
        let node = self.tree.nodes[at];
        let scope = self.scope(at, node);
        self.scopes.push(scope);
        if BRANCHES.contains(&node.kind) && !scope.conditional {
            let span = self.finder.span(self.trimmed(at));
            self.reading.branches.push(span);
        }
        match node.kind {
            "command" => self.command(at, scope),
            "variable" => self.variable(at, scope),
            "redirection" => self.redirect(at),
            "assignment_expression" => self.assignment(at),
            "foreach_statement" | "script_parameter" => {
                if let Some(name) = self.tree.child_of_kind(at, "variable") {
                    self.set(self.text(name).to_owned(), node.start);
                }
            }
            "invokation_expression" => self.method(at),
            _ => {}
        }
    }

    fn scope(&self, at: usize, node: SyntaxNode) -> PowerShellScope {
        if at == 0 {
            return PowerShellScope::default();
        }
        let parent = self.tree.nodes[node.parent];
        let mut scope = self.scopes[node.parent];
        let is_first = at == node.parent + 1;
        let is_block = node.kind == "statement_block";
        match parent.kind {
            "if_statement" => {
                scope.tested |= node.field == "condition";
                scope.conditional |= node.field != "condition";
            }
            "elseif_clause" => {
                scope.tested |= node.field == "condition";
                scope.conditional = true;
            }
            "else_clause" | "catch_clause" | "switch_clause" | "trap_statement" => scope.conditional = true,
            "while_statement" | "do_statement" | "for_statement" | "foreach_statement" => {
                scope.repeated = true;
                scope.conditional |= is_block && parent.kind != "do_statement";
                scope.tested |= node.field == "condition";
            }
            "switch_condition" => scope.tested = true,
            "function_statement" | "script_block_expression" => {
                scope.repeated = true;
                scope.conditional = true;
            }
            "pipeline" => scope.conditional |= !is_first,
            "sub_expression" | "parenthesized_expression" | "array_expression" => {
                scope.substituted |= !scope.tested || parent.kind == "sub_expression";
            }
            "assignment_expression" => {
                scope.assigned = (node.kind == "left_assignment_expression").then_some(parent.end);
            }
            "element_access" | "member_access" if !is_first => scope.assigned = None,
            _ => {}
        }
        if node.kind == "command" {
            // What a command makes of it is no test, unless it is one.
            scope.tested &= self
                .tree
                .child_of_field(at, "command_name")
                .is_some_and(|name| self.text(name).eq_ignore_ascii_case("test-path"));
        }
        scope
    }

    /// The words of a command, as places in the script: what no blank separates is one.
    fn words(&self, at: usize) -> Vec<Range<usize>> {
        let mut words: Vec<Range<usize>> = Vec::new();
        let mut add = |bytes: Range<usize>| match words.last_mut() {
            Some(last) if last.end >= bytes.start || !self.slice(last.end..bytes.start).contains(BLANKS) => {
                last.end = last.end.max(bytes.end);
            }
            _ => words.push(bytes),
        };
        for child in self.tree.children(at) {
            match self.tree.nodes[child].kind {
                "command_name" | "command_name_expr" => add(self.trimmed(child)),
                "command_elements" => {
                    let is_word = |one: &usize| {
                        !matches!(self.tree.nodes[*one].kind, "command_argument_sep" | "redirection" | "comment")
                    };
                    self.tree.children(child).filter(is_word).for_each(|one| add(self.trimmed(one)));
                }
                _ => {}
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    fn command(&mut self, at: usize, scope: PowerShellScope) {
        let places = self.words(at);
        // The grammar takes a range for a command.
        if places.first().is_some_and(|name| self.slice(name.clone()).starts_with(|c: char| c.is_ascii_digit())) {
            return;
        }
        let words: Vec<ScriptText> = places.iter().map(|place| argument(self.slice(place.clone()))).collect();
        let start = self.tree.nodes[at].start;
        let end = places.last().map_or(start, |last| last.end);
        let PowerShellScope { conditional, substituted, .. } = scope;
        let span = self.finder.span(start..end.max(start));
        let command = ScriptCommand { words, assignments: Vec::new(), span, conditional, substituted };
        let dot = self.tree.child_of_kind(at, "command_invokation_operator").is_some_and(|at| self.text(at) == ".");
        if dot {
            self.names.add_all(start);
        }
        let name = command.words.first().and_then(ScriptText::as_literal).unwrap_or_default().to_ascii_lowercase();
        self.effects(&name, &command, start);
        if let Some(way) = WriteWay::of_command(&name, SHELL) {
            self.write_command(way, &command, &places);
        }
        self.reading.commands.push(command);
    }

    /// What a command sets.
    fn effects(&mut self, name: &str, command: &ScriptCommand, at: usize) {
        match name {
            "iex"
            | "invoke-expression"
            | "import-module"
            | "refreshenv"
            | "update-sessionenvironment"
            | "enter-vsdevshell"
            | "set-variable"
            | "sv"
            | "new-variable"
            | "nv"
            | "set-item"
            | "si"
            | "new-item"
            | "ni"
            | "call" => self.names.add_all(at),
            _ => {}
        }
        for pair in command.words.windows(2) {
            let flag = pair[0].as_literal().unwrap_or_default().to_ascii_lowercase();
            let (true, Some(name)) = (flag == "-ov" || flag.starts_with("-outv"), pair[1].as_literal()) else {
                continue;
            };
            self.set(format!("${}", name.trim_start_matches('+')), at);
        }
    }

    fn write_command(&mut self, way: WriteWay, command: &ScriptCommand, places: &[Range<usize>]) {
        let parameter = |at: usize, name: &str| {
            let text = command.words[at].as_literal().unwrap_or_default().to_ascii_lowercase();
            text.len() > 1 && text.strip_prefix('-').is_some_and(|given| name.starts_with(given))
        };
        let last = command.words.len();
        let append = way == WriteWay::AddContent || (1..last).any(|at| parameter(at, "append"));
        let encoding = (1..last).find(|at| parameter(*at, "encoding")).and_then(|at| command.words.get(at + 1));
        let encoding = encoding.and_then(ScriptText::as_literal).map(str::to_ascii_lowercase);
        for (at, place) in places.iter().enumerate().skip(1) {
            if parameter(at - 1, "value") || parameter(at - 1, "inputobject") {
                continue;
            }
            let Some((file, syntax)) = self.named(place.clone()) else { continue };
            let (named, span) = (self.finder.span(place.clone()), command.span.clone());
            let encoding = encoding.clone();
            self.reading.file_writes.push(RunnerFileWrite { file, syntax, named, span, append, way, encoding });
        }
    }

    fn named(&self, place: Range<usize>) -> Option<(RunnerFile, VariableSyntax)> {
        let word = self.slice(place);
        let key = || word.trim_matches('"').to_ascii_lowercase();
        named_file(word, SHELL).or_else(|| self.files.get(&key()).copied())
    }

    fn redirect(&mut self, at: usize) {
        let Some(operator) = self.tree.child_of_kind(at, "file_redirection_operator") else { return };
        let Some(name) = self.tree.child_of_kind(at, "redirected_file_name") else { return };
        let sign = self.text(operator);
        let Some(append) = [(">", false), (">>", true), ("1>", false), ("1>>", true), ("*>", false), ("*>>", true)]
            .iter()
            .find(|(known, _)| *known == sign)
            .map(|(_, append)| *append)
        else {
            return;
        };
        let place = self.trimmed(name);
        let Some((file, syntax)) = self.named(place.clone()) else { return };
        self.reading.file_writes.push(RunnerFileWrite {
            file,
            syntax,
            span: self.finder.span(self.trimmed(operator).start..place.end),
            named: self.finder.span(place),
            append,
            way: WriteWay::Redirect,
            encoding: None,
        });
    }

    /// `[System.IO.File]::AppendAllText($env:GITHUB_ENV, …)`.
    fn method(&mut self, at: usize) {
        let Some(member) = self.tree.child_of_kind(at, "member_name") else { return };
        let name = self.text(member).to_ascii_lowercase();
        if name == "setenvironmentvariable" {
            self.names.add_all(self.tree.nodes[at].start);
        }
        let append = match name.as_str() {
            "appendalltext" | "appendalllines" => true,
            "writealltext" | "writealllines" => false,
            _ => return,
        };
        let arguments = self.tree.child_of_kind(at, "argument_list");
        let Some(list) = arguments.and_then(|at| self.tree.child_of_field(at, "argument_expression_list")) else {
            return;
        };
        // A list of one is not in the tree.
        let first = if self.tree.nodes[list].kind == "argument_expression_list" { list + 1 } else { list };
        let place = self.trimmed(first);
        let Some((file, syntax)) = self.named(place.clone()) else { return };
        self.reading.file_writes.push(RunnerFileWrite {
            file,
            syntax,
            named: self.finder.span(place),
            span: self.finder.span(self.trimmed(at)),
            append,
            way: WriteWay::FileMethod,
            encoding: None,
        });
    }

    /// `$f = $env:GITHUB_ENV`.
    fn assignment(&mut self, at: usize) {
        let Some(left) = self.tree.child_of_kind(at, "left_assignment_expression") else { return };
        let Some(value) = self.tree.child_of_field(at, "value") else { return };
        let name = self.text(left).to_ascii_lowercase();
        match named_file(self.text(value), SHELL) {
            Some(file) => self.files.insert(name, file),
            None => self.files.remove(&name),
        };
    }

    fn set(&mut self, written: String, at: usize) {
        if let Some((name, syntax)) = variable(&written) {
            self.names.add(&key(name, syntax), at);
        }
    }

    fn variable(&mut self, at: usize, scope: PowerShellScope) {
        let place = self.trimmed(at);
        let written = self.slice(place.clone()).to_owned();
        if let Some(end) = scope.assigned {
            // `$x[0] = 1` and `$x.y = 1` set a part; both say that it is there.
            return self.set(written, end);
        }
        let Some((name, syntax)) = variable(&written) else { return };
        self.reading.variables.push(VariableUse {
            name: name.to_owned(),
            syntax,
            span: self.finder.span(place),
            has_default: false,
            tested: scope.tested,
            set_before: scope.repeated,
        });
    }

    fn finish(mut self) -> ScriptReading {
        let comments = self.tree.nodes.iter().filter(|node| node.kind == "comment").map(SyntaxNode::bytes);
        let foreign = foreign_cmd_variables(self.script, &self.finder, &comments.collect::<Vec<_>>());
        for one in &mut self.reading.variables {
            let before = (!one.set_before).then_some(one.span.bytes.start);
            let is_own = || OWN.contains(&format!(" {} ", one.name.to_ascii_lowercase()));
            one.set_before = self.names.has(&key(&one.name, one.syntax), before)
                || one.syntax == VariableSyntax::PowerShell && is_own();
        }
        self.reading.variables.extend(foreign);
        self.reading.variables.sort_by_key(|one| one.span.bytes.start);
        self.reading
    }
}

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The name of `$x`, `${x}`, `$env:X`, `$script:x`, `@x`.
fn variable(written: &str) -> Option<(&str, VariableSyntax)> {
    let name = written.strip_prefix(['$', '@'])?;
    let name = name.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(name);
    if name.is_empty() || name.contains(['{', '}', '\n']) {
        return None;
    }
    if let Some(name) = after_env(name) {
        return Some((name, VariableSyntax::PowerShellEnv));
    }
    let scopes = ["script", "global", "local", "private", "using", "variable"];
    let own = match name.split_once(':') {
        Some((scope, own)) if scopes.iter().any(|known| known.eq_ignore_ascii_case(scope)) => own,
        _ => name,
    };
    Some((own, VariableSyntax::PowerShell))
}

/// By which a variable is known here: those of the environment are others.
fn key(name: &str, syntax: VariableSyntax) -> String {
    let prefix = if syntax == VariableSyntax::PowerShellEnv { "env:" } else { "" };
    format!("{prefix}{}", name.to_ascii_lowercase())
}
