//! Findings as SARIF 2.1.0, which code scanning shows at their lines. Source: OASIS, "Static Analysis Results
//! Interchange Format (SARIF) Version 2.1.0", §3; GitHub, "SARIF support for code scanning".

use crate::{
    lint::{INPUT, LintFinding, LintPlace, LintReport, list::ListedRule, list::RuleList},
    status::Severity,
};
use serde_json::{Value, json};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What every address of a file begins with: the repository's root.
const ROOT: &str = "%SRCROOT%";

/// The log of one run.
#[must_use]
pub fn log(found: &LintReport) -> Value {
    let rules = RuleList::all().rules;
    let results: Vec<Value> = found.findings.iter().map(|finding| result(finding, &rules)).collect();
    let artifacts: Vec<Value> = found.files.iter().map(|file| json!({ "location": artifact(file) })).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "goenv-ci",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository" } } },
            "artifacts": artifacts,
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn rule(rule: &ListedRule) -> Value {
    let ListedRule { id, severity, title, condition, why, source, fix, ignore, page } = rule;
    let markdown = format!(
        "{condition}\n\n{why}\n\n**Fix.** {fix}\n\n**When to ignore it.** {ignore}\n\n**How it is known.** {source}"
    );
    json!({
        "id": id,
        "name": id,
        "shortDescription": { "text": sentence(title) },
        "fullDescription": { "text": condition },
        "help": { "text": markdown.replace("**", ""), "markdown": markdown },
        "helpUri": page,
        "defaultConfiguration": { "level": level(*severity) },
        "properties": { "tags": ["go", "ci"], "precision": "very-high", "problem.severity": problem(*severity) },
    })
}

/// GitHub's word for it.
fn problem(severity: Severity) -> &'static str {
    if severity == Severity::Note { "recommendation" } else { severity.name() }
}

fn sentence(clause: &str) -> String {
    let mut letters = clause.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

fn result(finding: &LintFinding, rules: &[ListedRule]) -> Value {
    let mut text = format!("{}: {}", sentence(&finding.message), finding.evidence);
    if !finding.help.is_empty() {
        text += &format!("\nTo fix it: {}", finding.help);
    }
    let related = finding.related.iter().enumerate().map(|(number, related)| {
        let mut location = location(&related.location);
        location["id"] = json!(number + 1);
        location["message"] = json!({ "text": sentence(&related.label) });
        location
    });
    let mut result = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [location(&finding.location)],
        "partialFingerprints": { "goenvCiFinding/v1": finding.fingerprint },
    });
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.id) {
        result["ruleIndex"] = json!(index);
    }
    if !finding.related.is_empty() {
        result["relatedLocations"] = related.collect();
    }
    if !finding.rows.is_empty() {
        result["properties"] = json!({ "rows": finding.rows });
    }
    result
}

fn location(place: &LintPlace) -> Value {
    let mut physical = json!({ "artifactLocation": artifact(&place.file) });
    if place.line > 0 {
        let mut region = json!({ "startLine": place.line });
        if place.column > 0 {
            region["startColumn"] = json!(place.column);
        }
        if place.end_column > place.column {
            region["endColumn"] = json!(place.end_column);
        }
        physical["region"] = region;
    }
    json!({ "physicalLocation": physical })
}

/// Below the root, unless it is a file of another place.
fn artifact(file: &str) -> Value {
    if file == INPUT {
        return json!({ "uri": "stdin", "description": { "text": "Standard input" } });
    }
    let bytes = file.as_bytes();
    let drive = bytes.get(1) == Some(&b':') && bytes.first().is_some_and(u8::is_ascii_alphabetic);
    match () {
        () if drive => json!({ "uri": format!("file:///{}:{}", &file[..1], encoded(&file[2..])) }),
        () if file.starts_with("//") => json!({ "uri": format!("file:{}", encoded(file)) }),
        () if file.starts_with('/') => json!({ "uri": format!("file://{}", encoded(file)) }),
        () => json!({ "uri": encoded(file), "uriBaseId": ROOT }),
    }
}

/// As a part of an address. A colon in the first part of a relative one would end a scheme.
fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            byte => text += &format!("%{byte:02X}"),
        }
    }
    text
}
