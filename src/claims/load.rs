//! Claims read from YAML: what they say, and the experiments that try them.

use crate::{
    claims::schema::{CaseShape, ClaimShape},
    probe::{
        MatrixError, SourceFile,
        check::Checker,
        load::parse,
        schema::{ProbeShape, SpannedText},
    },
};
use crate::{
    claims::{Case, Claim},
    probe::template::KNOWN,
};
use serde_yaml::{Location, Spanned};

/// Reads files of claims.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn load_claims(files: &[SourceFile]) -> Result<Vec<Claim>, MatrixError> {
    let mut claims: Vec<Claim> = Vec::new();
    for source in files {
        load_file(source, &mut claims).map_err(|error| error.showing(&source.content))?;
    }
    Ok(claims)
}

fn load_file(source: &SourceFile, claims: &mut Vec<Claim>) -> Result<(), MatrixError> {
    let shapes: Vec<ClaimShape> = parse(&source.name, &source.content)?;
    let checker = Checker { file: &source.name };
    for shape in shapes {
        let at = shape.id.referenced;
        let claim = claim(&checker, shape)?;
        if claims.iter().any(|other| other.id == claim.id) {
            return checker.refuse(at, format!("the id `{}` is there twice", claim.id));
        }
        claims.push(claim);
    }
    Ok(())
}

fn claim(checker: &Checker<'_>, shape: ClaimShape) -> Result<Claim, MatrixError> {
    let id = &shape.id;
    let kebab = !id.value.is_empty() && id.value.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
    if !kebab {
        return checker
            .refuse(id.referenced, format!("the id `{}` is not kebab-case: a-z, 0-9, `-` and `.`", id.value));
    }
    if shape.statement.value.trim().is_empty() {
        return checker.refuse(shape.statement.referenced, "`statement` is empty: say in one sentence what is claimed");
    }
    match (&shape.untestable, shape.cases.len()) {
        (None, 0) => {
            return checker.refuse(
                id.referenced,
                format!("`{}` has no `cases`; a claim that nobody can try says why in `untestable`", id.value),
            );
        }
        (Some(why), 1..) => {
            return checker.refuse(why.referenced, "a claim has `cases` or is `untestable`, not both");
        }
        (Some(why), 0) if why.value.trim().is_empty() => {
            return checker.refuse(why.referenced, "`untestable` is empty: say what it would take");
        }
        _ => {}
    }
    let several = shape.cases.len() > 1;
    let mut cases = Vec::new();
    for spanned in shape.cases {
        let at = spanned.referenced;
        if several && spanned.value.given.as_deref().is_none_or(|given| given.trim().is_empty()) {
            return checker.refuse(at, "one of several cases has no `given`: say in which circumstance it is");
        }
        cases.push(case(checker, &shape.id, &shape.statement, spanned.value, at)?);
    }
    let trimmed = |text: String| text.trim().to_owned();
    Ok(Claim {
        id: shape.id.value,
        statement: trimmed(shape.statement.value),
        source: shape.source.map(trimmed),
        lesson: shape.lesson.map(trimmed),
        untestable: shape.untestable.map(|why| trimmed(why.value)),
        cases,
    })
}

/// A case is checked as the probe that it is.
fn case(
    checker: &Checker<'_>,
    id: &SpannedText,
    statement: &SpannedText,
    shape: CaseShape,
    at: Location,
) -> Result<Case, MatrixError> {
    let changes = match shape.changes {
        Some(what) if shape.restore.is_empty() => {
            return checker
                .refuse(what.referenced, "a case with `changes` has no `restore`: name the commands that undo them");
        }
        Some(what) if shape.steps.len() < 2 => {
            return checker
                .refuse(what.referenced, "a case with `changes` looks in its first step whether the place is free");
        }
        other => other.map(|what| what.value),
    };
    let own: Vec<String> = shape.env.keys().cloned().collect();
    let known: Vec<&str> = KNOWN.iter().copied().chain(own.iter().map(String::as_str)).collect();
    let mut restore = Vec::new();
    for argv in shape.restore {
        if argv.is_empty() {
            return checker.refuse(at, "a command of `restore` is an empty list");
        }
        restore.push(argv.into_iter().map(|arg| checker.text(arg, &known)).collect::<Result<Vec<_>, _>>()?);
    }
    let placed = |value: &str| Spanned::new(value.to_owned(), at, at);
    let mut probe = checker.probe(ProbeShape {
        id: placed(&id.value),
        variable: placed("GO"),
        why: placed(&statement.value),
        hint: None,
        follows: Vec::new(),
        kind: None,
        go: shape.go,
        os: shape.os,
        files: shape.files,
        env: shape.env,
        steps: shape.steps,
        expect: shape.expect,
        control: shape.control,
        remove: Vec::new(),
        arrives: Vec::new(),
        limit_seconds: shape.limit_seconds,
        wine: shape.wine,
    })?;
    probe.id.clone_from(&id.value);
    probe.changes = changes;
    probe.restore = restore;
    Ok(Case { given: shape.given.map(|given| given.trim().to_owned()), probe })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "- id: a\n  statement: go runs\n  cases:\n    - steps:\n        - run: [go, version]\n      expect:\n        - exit: 0\n      control: { run: [go, nonsense] }\n";

    fn load(text: &str) -> Result<Vec<Claim>, MatrixError> {
        load_claims(&[SourceFile { name: "mine/own.yml".into(), content: text.as_bytes().to_vec() }])
    }

    #[test]
    fn a_claim_keeps_its_id_and_its_cases() {
        let [claim] = &load(GOOD).unwrap()[..] else { panic!() };
        assert_eq!((claim.id.as_str(), claim.cases.len(), claim.cases[0].probe.id.as_str()), ("a", 1, "a"));
    }

    #[test]
    fn every_embedded_claim_is_sound() {
        assert!(!load_claims(&SourceFile::embedded(crate::probe::CLAIMS)).unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_claim_is_said_with_its_place() {
        for (from, to, place, says) in [
            ("  statement:", "  statment:", "2:3", "statment"),
            ("      control: { run: [go, nonsense] }\n", "", "4:7", "no `control`"),
            ("- id: a", "- id: A", "1:7", "kebab-case"),
            ("go runs", "' '", "2:14", "empty"),
            ("exit: 0", "stdout_is: '${NOPE}'", "7:22", "NOPE"),
            ("exit: 0", "stdout_same_as: 1", "7:27", "before the last one"),
            ("      expect", "      given: x\n      when: y\n      expect", "7:7", "when"),
            ("      expect", "      changes: a key\n      expect", "6:16", "restore"),
            ("  cases:", "  untestable: no desktop\n  cases:", "3:15", "not both"),
            ("    - steps", "    - { expect: [{ exit: 0 }] }\n    - steps", "4:7", "no `given`"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD);
            let message = load(&text).unwrap_err().to_string();
            assert!(
                message.starts_with(&format!("mine/own.yml:{place}: ")) && message.contains(says),
                "{from} → {to}: {message}"
            );
        }
        assert!(load("- id: a\n  statement: b\n").unwrap_err().to_string().contains("no `cases`"));
    }

    #[test]
    fn a_claim_may_not_be_there_twice() {
        assert!(load(&format!("{GOOD}{GOOD}")).unwrap_err().to_string().starts_with("mine/own.yml:9:7: the id `a`"));
    }
}
