//! `lint`: finds the repositories that the paths lie in, judges their workflows, shows what is wrong.

use crate::{
    cli::{LintFormat, LintMode, LintSettings, tell_runner},
    commands::{
        Answer, World, is_on_a_runner, json,
        list::ONE_LINE,
        report_files::{append_outputs, open, write_answer},
    },
    config::{self, ConfigChoice, LintConfig},
    error::Error,
    exit::Exit,
    lint::{
        LintFinding, LintQuestion, LintReport, fix,
        forecast::{self, CacheForecast},
        lint as judged,
        list::RuleList,
        rules, sarif, view,
    },
    output::{
        Document,
        annotation::{AnnotatedPlace, annotation_at},
        html, markdown,
        terminal::{self, Terminal},
    },
    plan::runner::Here,
    ports::{Host, Kind, ReadLimit, UnreadFile},
    system::{
        log_input::{self, STDIN},
        this_machine,
    },
};
use serde::Serialize;
use std::collections::BTreeMap;

pub(crate) fn lint(wanted: &LintSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    match wanted.mode {
        LintMode::List => list(wanted.format, terminal),
        LintMode::Judge => judge(wanted, quiet, terminal, world),
        LintMode::Explain => explain(wanted, terminal, world),
        LintMode::Show | LintMode::Fix => fix(wanted, terminal, world),
    }
}

fn list(format: LintFormat, terminal: Terminal) -> Result<Answer, Error> {
    let list = RuleList::all();
    let nothing = LintReport::new(BTreeMap::new(), Vec::new());
    let terminal = Terminal { columns: ONE_LINE, ..terminal };
    let text = shown(format, &list.document(), &list, &nothing, terminal)?;
    Ok(Answer { text, exit: Exit::Good })
}

fn judge(wanted: &LintSettings, quiet: bool, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let dir = open(wanted.report.as_deref())?;
    let linted = LintedPlaces::of(wanted, world)?;
    let found = linted.judged(world);
    if found.files.is_empty() {
        return Err(nothing(wanted, world));
    }
    let document = view::document(&found);
    write_answer("lint", &document, &json(&found), dir.as_ref(), world)?;
    if let Some(dir) = &dir {
        dir.write(&[("lint.sarif", json(&sarif::log(&found)))]).map_err(|why| Error::Report(why.to_string()))?;
        let path = world.here.platform.join(&dir.path().display().to_string(), "lint.sarif");
        append_outputs(&[format!("sarif={path}")], Some(dir), world)?;
    }
    if !quiet && is_on_a_runner(world) {
        found.findings.iter().for_each(|finding| annotate(finding, &linted.base, &world.here));
    }
    let text = shown(wanted.format, &document, &found, &found, terminal)?;
    Ok(Answer { text, exit: linted.exit(&found, wanted) })
}

/// The answer in a format; `data` is what JSON has.
fn shown(
    format: LintFormat,
    document: &Document,
    data: &impl Serialize,
    found: &LintReport,
    terminal: Terminal,
) -> Result<String, Error> {
    Ok(match format {
        LintFormat::Human => terminal::render(document, terminal),
        LintFormat::Json => json(data),
        LintFormat::Plain => view::lines(found),
        LintFormat::Sarif => json(&sarif::log(found)),
        LintFormat::Markdown => {
            markdown::render(document, markdown::SUMMARY_BYTES, "`goenv-ci lint --format json` has them all")
        }
        LintFormat::Html => html::render(document).map_err(|why| Error::Report(why.to_string()))?,
    })
}

/// `lint --explain-cache`.
fn explain(wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    let dir = open(wanted.report.as_deref())?;
    let linted = LintedPlaces::of(wanted, world)?;
    let one = |place: &LintedPlace| (place.prefix.clone(), forecast::forecast(&place.question(world), &world.host));
    let told = CacheForecast::merged(linted.places.iter().map(one).collect());
    if told.files.is_empty() {
        return Err(nothing(wanted, world));
    }
    let document = forecast::view::document(&told);
    write_answer("lint-caches", &document, &json(&told), dir.as_ref(), world)?;
    let no_findings = LintReport::new(BTreeMap::new(), Vec::new());
    let text = shown(wanted.format, &document, &told, &no_findings, terminal)?;
    Ok(Answer { text, exit: if linted.is_missing { Exit::Usage } else { Exit::Good } })
}

/// `lint --fix`: what can be fixed is shown, and written unless only that was asked for.
fn fix(wanted: &LintSettings, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    if wanted.paths.iter().any(|path| path == STDIN) {
        return Err(Error::FixOfInput);
    }
    let linted = LintedPlaces::of(wanted, world)?;
    let writes = wanted.mode == LintMode::Fix;
    let mut texts = Vec::new();
    let mut left = Vec::new();
    for place in &linted.places {
        let asked = place.question(world);
        let plan = fix::plan(&asked, &world.host);
        for file in plan.files.iter().filter(|_| writes) {
            let path = world.here.platform.join(asked.root, &file.path);
            let failed = |why: std::io::Error| Error::Fix { path: file.path.clone(), why: why.to_string() };
            world.host.replace(&path, file.after.as_bytes()).map_err(failed)?;
        }
        texts.push(terminal::render(&fix::view::document(&plan, writes), terminal));
        left.push((place.prefix.clone(), plan.left));
    }
    let left = LintReport::merged(left);
    if left.files.is_empty() {
        return Err(nothing(wanted, world));
    }
    Ok(Answer { text: texts.join("\n"), exit: linted.exit(&left, wanted) })
}

fn nothing(wanted: &LintSettings, world: &World) -> Error {
    let place = if wanted.paths.is_empty() { world.here.current_dir.clone() } else { wanted.paths.join("`, `") };
    Error::Nothing(format!("there is no workflow and no action in `{place}`"))
}

/// For the runner, with the file seen from the workspace.
fn annotate(finding: &LintFinding, base: &str, here: &Here) {
    let place = &finding.location;
    let platform = here.platform;
    let absolute =
        if platform.is_absolute(&place.file) { place.file.clone() } else { platform.join(base, &place.file) };
    let workspace = here.env.get_filled("GITHUB_WORKSPACE");
    let file =
        workspace.and_then(|workspace| platform.below(&absolute, workspace)).unwrap_or_else(|| place.file.clone());
    let place = AnnotatedPlace { file: &file, line: place.line, column: place.column };
    let message = format!("{}: {}. To fix it: {}", finding.message, finding.evidence, finding.help);
    tell_runner(&annotation_at(finding.severity, &place, finding.id, &message));
}

/// A repository, or a directory that is none, with the paths in it.
struct LintedPlace {
    root: String,
    is_repository: bool,
    /// Before the names of its files.
    prefix: String,
    paths: Vec<String>,
    input: Option<Result<Vec<u8>, UnreadFile>>,
    config: LintConfig,
}

/// All that was asked for.
struct LintedPlaces {
    /// What the names of files are seen from.
    base: String,
    config: ConfigChoice,
    places: Vec<LintedPlace>,
    /// Whether something that was asked for is not there.
    is_missing: bool,
}

impl LintedPlaces {
    fn of(wanted: &LintSettings, world: &World) -> Result<Self, Error> {
        let (base, is_repository) = root(&world.here.current_dir, world);
        let mut one = Self { base: base.clone(), config: wanted.config.clone(), places: Vec::new(), is_missing: false };
        if wanted.paths.is_empty() {
            one.place(base.clone(), is_repository, world)?;
        }
        for path in &wanted.paths {
            if path == STDIN {
                let place = one.place(base.clone(), is_repository, world)?;
                place.input = Some(log_input::standard_input(ReadLimit::Settings));
                continue;
            }
            let path = resolved(path, world);
            let (root, is_repository) = root(&path, world);
            one.is_missing |= world.host.kind(&path) == Kind::Absent;
            one.place(root, is_repository, world)?.paths.push(path);
        }
        Ok(one)
    }

    /// The place with this root.
    fn place(&mut self, root: String, is_repository: bool, world: &World) -> Result<&mut LintedPlace, Error> {
        let platform = world.here.platform;
        let known = self.places.iter().position(|place| platform.same_path(&place.root, &root));
        let at = match known {
            Some(at) => at,
            None => {
                // One directory may have two spellings, where links or short names lead to it.
                let is_base = world.host.same_file(&root, &self.base) == Some(true);
                let inner = if is_base { Some(String::new()) } else { platform.below(&root, &self.base) };
                let prefix = inner.unwrap_or_else(|| root.replace('\\', "/"));
                let prefix = if prefix.is_empty() { prefix } else { format!("{}/", prefix.trim_end_matches('/')) };
                let config = config(&self.config, &root, is_repository, world)?;
                self.places.push(LintedPlace { root, is_repository, prefix, paths: Vec::new(), input: None, config });
                self.places.len() - 1
            }
        };
        Ok(&mut self.places[at])
    }

    fn judged(&self, world: &World) -> LintReport {
        let one = |place: &LintedPlace| (place.prefix.clone(), judged(&place.question(world), &world.host));
        LintReport::merged(self.places.iter().map(one).collect())
    }

    fn exit(&self, found: &LintReport, wanted: &LintSettings) -> Exit {
        if self.is_missing {
            return Exit::Usage;
        }
        Exit::of_severities(found.findings.iter().map(|finding| finding.severity), wanted.least)
    }
}

impl LintedPlace {
    fn question(&self, world: &World) -> LintQuestion<'_> {
        LintQuestion {
            root: &self.root,
            is_repository: self.is_repository,
            paths: &self.paths,
            input: self.input.as_ref(),
            config: &self.config,
            today: this_machine::today(),
            platform: world.here.platform,
            edited: BTreeMap::new(),
        }
    }
}

/// What the repository says for `lint`; a file that somebody named says it for all of them.
fn config(choice: &ConfigChoice, root: &str, is_repository: bool, world: &World) -> Result<LintConfig, Error> {
    let here = match choice {
        ConfigChoice::Search if !is_repository => return Ok(LintConfig::default()),
        ConfigChoice::Search => Here { current_dir: root.to_owned(), ..world.here.clone() },
        _ => world.here.clone(),
    };
    let config = config::read(choice, &here, &world.host)?.lint;
    let known: Vec<&str> = rules().map(|rule| rule.id).collect();
    config.check_rules(&known)?;
    Ok(config)
}

/// Absolute, without `.` and `..`.
fn resolved(path: &str, world: &World) -> String {
    let absolute = world.absolute(path);
    // Behind a link `..` leads elsewhere than its text says.
    let is_up = absolute.split(['/', world.here.platform.separator()]).any(|part| part == "..");
    let real = if is_up { world.host.canonical(&absolute) } else { None };
    // Windows spells what it has resolved `\\?\C:\x`; a share stays as it is.
    let bare = real.map(|real| match real.strip_prefix(r"\\?\").filter(|rest| !rest.starts_with("UNC")) {
        Some(bare) => bare.to_owned(),
        None => real,
    });
    bare.unwrap_or_else(|| world.here.platform.path(&absolute).normalize().to_string())
}

/// The nearest directory with `.git` or `.github` from a path upwards; without one the directory itself, which is then
/// no repository.
fn root(path: &str, world: &World) -> (String, bool) {
    let platform = world.here.platform;
    let is_root = |dir: &String| {
        [".git", ".github"].iter().any(|name| world.host.kind(&platform.join(dir, name)) != Kind::Absent)
    };
    let dirs = std::iter::once(path.to_owned()).chain(platform.above(path));
    match dirs.into_iter().find(is_root) {
        Some(root) => (root, true),
        None if world.host.kind(path) == Kind::Dir => (path.to_owned(), false),
        None => (platform.parent(path).unwrap_or_else(|| path.to_owned()), false),
    }
}
