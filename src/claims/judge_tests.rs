use super::*;
use crate::{claims::load_claims, probe::SourceFile};

fn cases(given: &[&str]) -> Vec<Case> {
    let case = |given: &&str| {
        format!(
            "    - given: {given}\n      steps: [{{ run: [go] }}]\n      expect: [{{ exit: 0 }}]\n      control: {{ unset: X }}\n"
        )
    };
    let text = format!("- id: a\n  statement: b\n  cases:\n{}", given.iter().map(case).collect::<String>());
    let file = SourceFile { name: "a.yml".into(), content: text.into_bytes() };
    load_claims(&[file]).unwrap().remove(0).cases
}

fn held() -> Outcome {
    Outcome::Held(Vec::new())
}

fn differs() -> Outcome {
    Outcome::Differs { expected: "E".into(), observed: "O".into(), evidence: Vec::new() }
}

fn judged(outcomes: &[(Outcome, Outcome)]) -> (ClaimVerdict, String) {
    let names = ["it is so", "it is not", "it is else"];
    let cases = cases(&names[..outcomes.len()]);
    let shown: Vec<(&Case, Shown)> = cases
        .iter()
        .zip(outcomes)
        .map(|(case, (main, control))| {
            let tried = Tried { probe: 0, toolchain: 0, main: main.clone(), control: control.clone() };
            (case, read(case, &tried))
        })
        .collect();
    verdict(&shown)
}

#[test]
fn the_control_must_turn_the_outcome_round() {
    assert_eq!(judged(&[(held(), differs())]).0, ClaimVerdict::Holds);
    assert_eq!(judged(&[(differs(), held())]).0, ClaimVerdict::Refuted);
    for both in [held(), differs()] {
        let (verdict, reason) = judged(&[(both.clone(), both)]);
        assert_eq!(verdict, ClaimVerdict::Untestable);
        assert!(reason.starts_with("the experiment cannot tell"), "{reason}");
    }
}

#[test]
fn cases_that_differ_make_it_depend_and_the_sentence_says_which_did_what() {
    let (verdict, reason) = judged(&[(held(), differs()), (differs(), held())]);
    assert_eq!(verdict, ClaimVerdict::Depends);
    assert!(reason.starts_with("it holds where it is so; it does not where it is not\n"), "{reason}");
    assert_eq!(judged(&[(held(), differs()), (held(), differs())]).0, ClaimVerdict::Holds);
}

#[test]
fn a_case_that_cannot_tell_leaves_the_verdict_to_the_others_and_is_named() {
    let (verdict, reason) = judged(&[(differs(), held()), (Outcome::Skipped("no desktop".into()), held())]);
    assert_eq!(verdict, ClaimVerdict::Refuted);
    assert!(reason.ends_with("not decided: where it is not: no desktop"), "{reason}");
}

#[test]
fn what_went_wrong_is_an_error_whatever_the_others_say() {
    let broken = Outcome::Broken("it hangs".into());
    assert_eq!(judged(&[(held(), differs()), (broken.clone(), held())]).0, ClaimVerdict::Error);
    assert_eq!(judged(&[(held(), broken)]).0, ClaimVerdict::Error);
}
