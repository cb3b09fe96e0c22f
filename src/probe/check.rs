//! What the YAML shapes must be beyond their form: known placeholders, one
//! thing in each expectation, one change in each control.

use crate::probe::place::{self, PathUse};
use crate::probe::template::{self, KNOWN, OF_THE_STEP};
use crate::probe::{
    MatrixError,
    load::stem,
    schema::{ControlShape, ExpectShape, OsShape, ProbeShape, SpannedText, StepShape},
};
use crate::{
    goenv::variable::GoVar,
    platform::Platform,
    probe::{Condition, Control, Expectation, Expected, Probe, ProbeKind, Step},
    yaml,
};
use serde_yaml::{Location, Spanned};
use std::{collections::BTreeMap, time::Duration};

/// The variables that `apply` records.
fn recorded() -> [&'static str; 3] {
    GoVar::ALL.map(GoVar::name)
}

fn is_recorded(name: &str) -> bool {
    recorded().contains(&name)
}

/// What the texts of one probe may name.
struct InScope<'a> {
    /// Placeholders.
    known: &'a [&'a str],
    /// The probe's own variables.
    env: &'a [(String, String)],
    kind: ProbeKind,
    /// Whether it can run on Windows.
    windows: bool,
}

/// Checks what one file holds.
pub(crate) struct Checker<'a> {
    pub file: &'a str,
}

impl Checker<'_> {
    pub(crate) fn refuse<T>(&self, at: Location, message: impl Into<String>) -> Result<T, MatrixError> {
        Err(MatrixError::at(self.file, at.line(), at.column(), message))
    }

    pub(crate) fn probe(&self, shape: ProbeShape) -> Result<Probe, MatrixError> {
        let id = &shape.id;
        let kebab =
            !id.value.is_empty() && id.value.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
        if !kebab {
            return self
                .refuse(id.referenced, format!("the id `{}` is not kebab-case: a-z, 0-9, `-` and `.`", id.value));
        }
        self.variable(&shape.variable)?;
        for followed in &shape.follows {
            self.variable(followed)?;
            if followed.value == shape.variable.value {
                return self.refuse(followed.referenced, format!("`{}` cannot follow itself", followed.value));
            }
        }
        if shape.why.value.trim().is_empty() {
            return self.refuse(shape.why.referenced, "`why` is empty: say the behaviour in one sentence");
        }
        let Some(control) = shape.control else {
            return self.refuse(
                id.referenced,
                format!("`{}` has no `control`: name the one change that must make it fail", id.value),
            );
        };
        if shape.expect.is_empty() {
            return self.refuse(id.referenced, format!("`{}` expects nothing", id.value));
        }
        let kind = if matches!(shape.kind, Some(crate::probe::schema::KindShape::Live)) {
            ProbeKind::Live
        } else {
            ProbeKind::Contract
        };
        let arrives = shape.arrives;
        if let Some(name) = arrives.iter().find(|name| kind == ProbeKind::Contract || !is_recorded(&name.value)) {
            return self.refuse(
                name.referenced,
                format!("`{}` cannot arrive here: live probes ask it of {}", name.value, recorded().join(", ")),
            );
        }
        let condition = self.condition(shape.go, &shape.os)?;
        let windows = condition.os.is_empty() || condition.os.contains(&Platform::Windows);
        let mut known: Vec<&str> = KNOWN.to_vec();
        if kind == ProbeKind::Live {
            known.extend(OF_THE_STEP);
        }
        let env = self.environment(shape.env, &known)?;
        known.extend(env.iter().map(|(name, _)| name.as_str()));
        let names = InScope { known: &known, env: &env, kind, windows };
        let steps = shape.steps.into_iter().map(|step| self.step(step, &names)).collect::<Result<Vec<_>, _>>()?;
        let expect = shape.expect.into_iter().map(|e| self.expected(e, &names, &steps)).collect::<Result<_, _>>()?;
        Ok(Probe {
            id: format!("{}/{}", stem(self.file), id.value),
            variable: shape.variable.value,
            follows: shape.follows.into_iter().map(|followed| followed.value).collect(),
            why: shape.why.value.trim().to_owned(),
            hint: shape.hint,
            kind,
            when: condition,
            files: self.files(shape.files, &names)?,
            control: self.control(control, &names, &steps)?,
            arrives: arrives.into_iter().map(|name| name.value).collect(),
            remove: (shape.remove.into_iter())
                .map(|path| self.path(path, PathUse::Remove, &names))
                .collect::<Result<_, _>>()?,
            env: env.clone(),
            steps,
            expect,
            limit: shape.limit_seconds.map(|limit| self.limit(&limit)).transpose()?,
            wine: shape.wine,
            changes: None,
            restore: Vec::new(),
        })
    }

    fn variable(&self, name: &SpannedText) -> Result<(), MatrixError> {
        if name.value.is_empty() || !name.value.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_')) {
            return self
                .refuse(name.referenced, format!("`{}` is not the name of a variable: A-Z, 0-9 and `_`", name.value));
        }
        Ok(())
    }

    /// As `--timeout` takes it.
    fn limit(&self, seconds: &Spanned<u64>) -> Result<Duration, MatrixError> {
        match seconds.value {
            1..=86_400 => Ok(Duration::from_secs(seconds.value)),
            _ => self.refuse(seconds.referenced, "`limit_seconds` must be from 1 to 86400"),
        }
    }

    fn condition(&self, go: Option<SpannedText>, os: &[OsShape]) -> Result<Condition, MatrixError> {
        let go = match go {
            None => None,
            Some(text) => match semver::VersionReq::parse(&text.value) {
                Ok(range) => Some(range),
                Err(error) => {
                    return self.refuse(
                        text.referenced,
                        format!("`{}` is not a version range, such as `>=1.21, <1.23`: {error}", text.value),
                    );
                }
            },
        };
        let os = os.iter().map(|os| match os {
            OsShape::Windows => Platform::Windows,
            OsShape::Linux => Platform::Linux,
            OsShape::Macos => Platform::Macos,
        });
        Ok(Condition { go, os: os.collect() })
    }

    pub(crate) fn text(&self, text: SpannedText, known: &[&str]) -> Result<String, MatrixError> {
        // Nobody means them: they are what is left of `"D:\a\bin"`.
        if let Some(control) = text.value.chars().find(|c| matches!(c, '\u{7}' | '\u{8}' | '\u{b}' | '\u{c}')) {
            let control = control.escape_default();
            return self.refuse(text.referenced, format!("the text holds the control character `{control}`"));
        }
        match template::names(&text.value) {
            Err(message) => self.refuse(text.referenced, message),
            Ok(names) => match names.iter().find(|name| !known.contains(name)) {
                Some(name) if name.starts_with('{') => {
                    self.refuse(text.referenced, yaml::no_expression(&format!("${{{name}}}}}")))
                }
                Some(name) => self.refuse(
                    text.referenced,
                    format!("`${{{name}}}` is not a placeholder here; there are {}", known.join(", ")),
                ),
                None => Ok(text.value),
            },
        }
    }

    fn texts(&self, map: BTreeMap<String, SpannedText>, known: &[&str]) -> Result<Vec<(String, String)>, MatrixError> {
        map.into_iter().map(|(name, text)| Ok((name, self.text(text, known)?))).collect()
    }

    /// Names and values of an environment: what no process can be given is refused here, not when it is started.
    fn environment(
        &self,
        map: BTreeMap<String, SpannedText>,
        known: &[&str],
    ) -> Result<Vec<(String, String)>, MatrixError> {
        for (name, value) in &map {
            self.name_of_environment(name, value.referenced)?;
            if value.value.contains('\0') {
                return self.refuse(value.referenced, format!("the value of `{name}` holds a NUL, where it would end"));
            }
        }
        self.texts(map, known)
    }

    fn name_of_environment(&self, name: &str, at: Location) -> Result<(), MatrixError> {
        if name.is_empty() || name.contains(['=', '\0']) {
            let rule = "it is not empty and holds no `=` and no NUL";
            return self.refuse(at, format!("`{}` is not the name of a variable: {rule}", name.escape_debug()));
        }
        Ok(())
    }

    /// A path that may be named for this use.
    fn path(&self, path: SpannedText, of: PathUse, names: &InScope<'_>) -> Result<String, MatrixError> {
        let at = path.referenced;
        let path = self.text(path, names.known)?;
        match place::check(&path, of, names.env, names.windows) {
            Ok(()) => Ok(path),
            Err(why) => self.refuse(at, why),
        }
    }

    /// Files to be written; where one has a wrong name, its content is where the complaint points.
    fn files(
        &self,
        files: BTreeMap<String, SpannedText>,
        names: &InScope<'_>,
    ) -> Result<Vec<(String, String)>, MatrixError> {
        let one = |(path, content): (String, SpannedText)| {
            let (at, defined) = (content.referenced, content.defined);
            let path = self.path(Spanned::new(path, at, defined), PathUse::Write, names)?;
            Ok((path, self.text(content, names.known)?))
        };
        files.into_iter().map(one).collect()
    }

    fn step(&self, shape: StepShape, names: &InScope<'_>) -> Result<Step, MatrixError> {
        let known = names.known;
        if shape.run.is_empty() {
            return self.refuse(Location::UNKNOWN, "a step runs nothing: `run` is an empty list");
        }
        let run = shape.run.into_iter().map(|arg| self.text(arg, known)).collect::<Result<_, _>>()?;
        let dir = shape.dir.map(|dir| self.path(dir, PathUse::RunIn, names)).transpose()?;
        Ok(Step { run, env: self.environment(shape.env, known)?, dir, exit: shape.exit })
    }

    fn expected(
        &self,
        shape: Spanned<ExpectShape>,
        names: &InScope<'_>,
        steps: &[Step],
    ) -> Result<Expected, MatrixError> {
        let known = names.known;
        let at = shape.referenced;
        let s = shape.value;
        let when = self.condition(s.go, &s.os)?;
        let text = |t: Option<SpannedText>, make: fn(String) -> Expectation| {
            t.map(|t| self.text(t, known).map(make)).transpose()
        };
        let path = |t: Option<SpannedText>, make: fn(String) -> Expectation| match names.kind {
            ProbeKind::Contract => t.map(|t| self.path(t, PathUse::Look, names).map(make)).transpose(),
            ProbeKind::Live => text(t, make),
        };
        let env_path = s.env_path.map(|map| self.environment(map, known).map(Expectation::EnvPath)).transpose()?;
        let on_path = s.on_path.map(|map| self.texts(map, known).map(Expectation::OnPath)).transpose()?;
        let all = [
            s.exit.map(Expectation::Exit),
            path(s.file_exists, Expectation::FileExists)?,
            path(s.file_absent, Expectation::FileAbsent)?,
            path(s.dir_empty, Expectation::DirEmpty)?,
            path(s.dir_filled, Expectation::DirFilled)?,
            text(s.stdout_is, Expectation::StdoutIs)?,
            text(s.stdout_contains, Expectation::StdoutContains)?,
            text(s.stdout_lacks, Expectation::StdoutLacks)?,
            s.stdout_same_as.map(|number| self.earlier(&number, steps)).transpose()?,
            text(s.stdout_path, Expectation::StdoutPath)?,
            text(s.stdout_path_in, Expectation::StdoutPathIn)?,
            text(s.stderr_contains, Expectation::StderrContains)?,
            text(s.stderr_lacks, Expectation::StderrLacks)?,
            env_path,
            on_path,
        ];
        let mut given = all.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(what), None)
                if steps.is_empty() && !matches!(what, Expectation::EnvPath(_) | Expectation::OnPath(_)) =>
            {
                self.refuse(at, "this expectation looks at what a step did, and the probe has no steps")
            }
            (Some(what), None) => Ok(Expected { when, what }),
            (None, _) => self.refuse(at, "an expectation names no thing to look at"),
            (Some(_), Some(_)) => self.refuse(at, "an expectation names two things; write two entries"),
        }
    }

    /// A step before the last one, counted from 1.
    fn earlier(&self, number: &Spanned<usize>, steps: &[Step]) -> Result<Expectation, MatrixError> {
        match number.value {
            value if value >= 1 && value < steps.len() => Ok(Expectation::StdoutSameAs(value)),
            value => self.refuse(
                number.referenced,
                format!(
                    "`stdout_same_as: {value}` must name a step before the last one; the probe has {} steps, counted from 1",
                    steps.len()
                ),
            ),
        }
    }

    fn control(
        &self,
        shape: Spanned<ControlShape>,
        names: &InScope<'_>,
        steps: &[Step],
    ) -> Result<Control, MatrixError> {
        let known = names.known;
        let at = shape.referenced;
        let s = shape.value;
        let mut all: Vec<Control> = Vec::new();
        if let Some(name) = s.unset {
            self.name_of_environment(&name.value, name.referenced)?;
            all.push(Control::Unset(name.value));
        }
        for (name, value) in self.environment(s.set.unwrap_or_default(), known)? {
            all.push(Control::Set(name, value));
        }
        for (path, content) in self.files(s.file.unwrap_or_default(), names)? {
            all.push(Control::File(path, content));
        }
        if let Some(number) = s.drop {
            if number == 0 || number > steps.len() {
                return self
                    .refuse(at, format!("`drop: {number}`, and the probe has {} steps, counted from 1", steps.len()));
            }
            all.push(Control::Drop(number));
        }
        if let Some(run) = s.run {
            all.push(Control::Run(run.into_iter().map(|arg| self.text(arg, known)).collect::<Result<_, _>>()?));
        }
        if let Some(dir) = s.off_path {
            all.push(Control::OffPath(self.text(dir, known)?));
        }
        match all.len() {
            1 => Ok(all.remove(0)),
            0 => self.refuse(at, "the control changes nothing"),
            n => self.refuse(
                at,
                format!("the control makes {n} changes; with more than one nobody knows which made the probe fail"),
            ),
        }
    }
}
