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
    let files = crate::probe::CLAIMS
        .iter()
        .map(|(name, content)| SourceFile { name: (*name).to_owned(), content: content.as_bytes().to_vec() });
    assert!(!load_claims(&files.collect::<Vec<_>>()).unwrap().is_empty());
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
