//! What `${{ }}` comes to: one of some values, or nobody knows. Nothing is guessed: what a run alone can tell makes
//! the whole unknown, unless it does not matter.

use github_actions_expressions::{
    Error, Expr, SpannedExpr,
    call::Function,
    literal::Literal,
    op::{BinExpr, BinOp, UnOp},
};

/// More of them are nothing known.
pub(crate) const MOST_VALUES: usize = 16;

/// Letters of operators in an expression that is looked at.
const MOST_OPERATORS: usize = 100;

/// All that a value may be, without a double; `None`: nobody knows.
pub(crate) type Possible<T> = Option<Vec<T>>;

/// Stands at the end of a text of which only the beginning is known: `refs/tags/` and this is any tag. No text of a
/// workflow has it.
pub(crate) const UNKNOWN_REST: char = '\0';

/// `github.workspace` and its like, by their parts.
pub(crate) type Property<'a> = dyn Fn(&[&str]) -> Possible<String> + 'a;

#[derive(Clone, Debug, PartialEq)]
enum ExpressionValue {
    Text(String),
    /// What a text begins with; only a run tells the rest.
    Beginning(String),
    Number(f64),
    Truth(bool),
    Null,
}

impl ExpressionValue {
    fn of_text(text: String) -> Self {
        match text.strip_suffix(UNKNOWN_REST) {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::Text(text),
        }
    }

    fn is_true(&self) -> bool {
        match self {
            Self::Text(text) | Self::Beginning(text) => !text.is_empty(),
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Truth(value) => *value,
            Self::Null => false,
        }
    }

    /// As GitHub puts it into a text.
    fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Beginning(_) => None,
            Self::Number(number) => Some(number.to_string()),
            Self::Truth(value) => Some(value.to_string()),
            Self::Null => Some(String::new()),
        }
    }

    fn number(&self) -> f64 {
        match self {
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Self::Beginning(_) => f64::NAN,
            Self::Number(number) => *number,
            Self::Truth(value) => f64::from(u8::from(*value)),
            Self::Null => 0.0,
        }
    }

    /// Case does not matter, and what is not of one type is compared as numbers.
    fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Text(left), Self::Text(right)) => Some(left.to_lowercase() == right.to_lowercase()),
            (Self::Beginning(known), Self::Text(whole)) | (Self::Text(whole), Self::Beginning(known)) => {
                (!whole.to_lowercase().starts_with(&known.to_lowercase())).then_some(false)
            }
            (Self::Beginning(_), _) | (_, Self::Beginning(_)) => None,
            (Self::Null, Self::Null) => Some(true),
            (left, right) => Some(left.number() == right.number()),
        }
    }

    /// Whether a text that begins so begins with another one; case does not matter.
    fn starts_with(&self, start: &Self) -> Option<bool> {
        let start = start.text()?.to_lowercase();
        match self {
            Self::Beginning(known) => {
                let known = known.to_lowercase();
                match known.starts_with(&start) {
                    false if start.starts_with(&known) => None,
                    is_told => Some(is_told),
                }
            }
            whole => Some(whole.text()?.to_lowercase().starts_with(&start)),
        }
    }
}

/// The tree of an expression; `None` for one that is not looked at: a row of operators is a tree as deep as it is long.
fn parsed(inner: &str) -> Option<Result<SpannedExpr<'_>, Error>> {
    let operators = inner.bytes().filter(|byte| b"|&=<>!".contains(byte)).count();
    (operators <= MOST_OPERATORS).then(|| Expr::parse(inner))
}

/// What stands in `${{ }}`, as text.
pub(crate) fn possible(inner: &str, property: &Property<'_>) -> Possible<String> {
    let values = value(&parsed(inner)?.ok()?, property)?;
    let texts: Vec<String> = values.iter().map(ExpressionValue::text).collect::<Option<_>>()?;
    distinct(texts)
}

/// Whether a condition holds, with or without `${{ }}` around it; `None`: only a run tells.
pub(crate) fn holds(condition: &str, property: &Property<'_>) -> Option<bool> {
    let bare = condition.trim();
    let inner =
        bare.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).filter(|inner| !inner.contains("${{"));
    let inner = inner.unwrap_or(bare);
    truth(&parsed(inner)?.ok()?, property)
}

/// Whether no version of GitHub's language has such an expression. One with a function that nobody knows may be newer.
pub(crate) fn is_refused(inner: &str) -> bool {
    matches!(parsed(inner), Some(Err(Error::Syntax(_))))
}

/// The contexts that an expression names and the functions that it calls, these with `()`, in small letters and each
/// once; `None`: it is none that GitHub reads.
pub(crate) fn names(inner: &str) -> Option<Vec<String>> {
    let expression = parsed(inner)?.ok()?;
    let (mut found, mut open) = (Vec::new(), vec![&expression]);
    while let Some(one) = open.pop() {
        match &one.inner {
            Expr::Identifier(name) => found.push(name.as_str().to_lowercase()),
            Expr::Call(call) => {
                found.push(format!("{:?}()", call.func).to_lowercase());
                open.extend(&call.args);
            }
            Expr::Context(context) => {
                // What is behind the first part are properties; an index may be an expression.
                let indexes = context.parts.iter().skip(1).filter(|part| matches!(part.inner, Expr::Index(_)));
                open.extend(context.parts.first().into_iter().chain(indexes));
            }
            Expr::Index(inner) => open.push(inner),
            Expr::BinExpr(BinExpr { lhs, rhs, .. }) => open.extend([&**lhs, &**rhs]),
            Expr::UnExpr { expr, .. } => open.push(expr),
            Expr::Literal(_) | Expr::Star => {}
        }
    }
    found.sort();
    found.dedup();
    Some(found)
}

/// The paths of the properties whose value may be that of the expression, or a part of it: not what is only compared.
pub(crate) fn sources(inner: &str) -> Vec<Vec<String>> {
    let Some(Ok(expression)) = parsed(inner) else { return Vec::new() };
    let (mut found, mut open) = (Vec::new(), vec![&expression]);
    while let Some(one) = open.pop() {
        match &one.inner {
            Expr::Context(context) => found.extend(path_of(&context.parts)),
            Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => open.extend([&**lhs, &**rhs]),
            Expr::BinExpr(BinExpr { op: BinOp::And, rhs, .. }) => open.push(rhs),
            Expr::Call(call) if matches!(call.func, Function::Format) => open.extend(call.args.iter().skip(1)),
            _ => {}
        }
    }
    found
}

/// `a.b` and `a['b']`, by their parts.
fn path_of(parts: &[SpannedExpr<'_>]) -> Option<Vec<String>> {
    let name = |part: &SpannedExpr<'_>| match &part.inner {
        Expr::Identifier(name) => Some(name.as_str().to_owned()),
        Expr::Index(index) => match &index.inner {
            Expr::Literal(literal) => Some(literal.as_str().into_owned()),
            _ => None,
        },
        _ => None,
    };
    parts.iter().map(name).collect()
}

/// A side that is known settles `&&` and `||` whatever the other is.
fn truth(expression: &SpannedExpr<'_>, property: &Property<'_>) -> Option<bool> {
    match &expression.inner {
        Expr::UnExpr { op: UnOp::Not, expr } => truth(expr, property).map(|one| !one),
        Expr::BinExpr(BinExpr { lhs, op: op @ (BinOp::And | BinOp::Or), rhs }) => {
            let settles = matches!(op, BinOp::Or);
            match (truth(lhs, property), truth(rhs, property)) {
                (Some(one), _) | (_, Some(one)) if one == settles => Some(settles),
                (Some(_), Some(_)) => Some(!settles),
                _ => None,
            }
        }
        _ => {
            let values = value(expression, property)?;
            let (first, rest) = values.split_first()?;
            rest.iter().all(|one| one.is_true() == first.is_true()).then(|| first.is_true())
        }
    }
}

fn value(expression: &SpannedExpr<'_>, property: &Property<'_>) -> Possible<ExpressionValue> {
    match &expression.inner {
        Expr::Literal(literal) => Some(vec![match literal {
            Literal::Number(number) => ExpressionValue::Number(*number),
            Literal::String(text) => ExpressionValue::Text(text.to_string()),
            Literal::Boolean(value) => ExpressionValue::Truth(*value),
            Literal::Null => ExpressionValue::Null,
        }]),
        Expr::Context(context) => {
            let path = path_of(&context.parts)?;
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            distinct(property(&path)?.into_iter().map(ExpressionValue::of_text))
        }
        Expr::UnExpr { op: UnOp::Not, expr } => {
            distinct(value(expr, property)?.iter().map(|one| ExpressionValue::Truth(!one.is_true())))
        }
        Expr::BinExpr(BinExpr { lhs, op, rhs }) => match (value(lhs, property), op) {
            (None, BinOp::Or) => {
                let mut all = unless_false(lhs, property)?;
                all.extend(value(rhs, property)?);
                distinct(all)
            }
            (left, _) => binary(left, op, || value(rhs, property)),
        },
        Expr::Call(call) => {
            let arguments: Vec<Vec<ExpressionValue>> =
                call.args.iter().map(|one| value(one, property)).collect::<Option<_>>()?;
            combined(&arguments, |arguments| called(&call.func, arguments))
        }
        _ => None,
    }
}

/// What an expression may come to, if that holds: `c && 'a'` is `a` or nothing that holds, whatever `c` is.
fn unless_false(expression: &SpannedExpr<'_>, property: &Property<'_>) -> Possible<ExpressionValue> {
    match &expression.inner {
        Expr::BinExpr(BinExpr { op: BinOp::And, rhs, .. }) => {
            value(rhs, property).filter(|all| all.iter().all(ExpressionValue::is_true))
        }
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => {
            let mut all = unless_false(lhs, property)?;
            all.extend(unless_false(rhs, property)?);
            distinct(all)
        }
        _ => None,
    }
}

fn binary(
    left: Possible<ExpressionValue>,
    op: &BinOp,
    right: impl Fn() -> Possible<ExpressionValue>,
) -> Possible<ExpressionValue> {
    if matches!(op, BinOp::And | BinOp::Or) {
        let goes_on = |one: &ExpressionValue| one.is_true() == matches!(op, BinOp::And);
        let left = left?;
        let mut all: Vec<ExpressionValue> = left.iter().filter(|one| !goes_on(one)).cloned().collect();
        if left.iter().any(goes_on) {
            all.extend(right()?);
        }
        return distinct(all);
    }
    combined(&[left?, right()?], |pair| {
        let [left, right] = pair else { return None };
        let (one, other) = (left.number(), right.number());
        Some(ExpressionValue::Truth(match op {
            BinOp::Eq => left.equals(right)?,
            BinOp::Neq => !left.equals(right)?,
            // Of texts the order of letters counts, which nobody needs here.
            _ if matches!((left, right), (ExpressionValue::Text(_), ExpressionValue::Text(_))) => return None,
            _ if [left, right].iter().any(|one| matches!(one, ExpressionValue::Beginning(_))) => return None,
            BinOp::Gt => one > other,
            BinOp::Ge => one >= other,
            BinOp::Lt => one < other,
            BinOp::Le => one <= other,
            BinOp::And | BinOp::Or => return None,
        }))
    })
}

fn called(function: &Function, arguments: &[&ExpressionValue]) -> Option<ExpressionValue> {
    let text = |at: usize| arguments.get(at)?.text();
    let folded = |at: usize| Some(text(at)?.to_lowercase());
    Some(match function {
        Function::Format => ExpressionValue::Text(formatted(&text(0)?, &arguments[1..])?),
        Function::Contains => ExpressionValue::Truth(folded(0)?.contains(&folded(1)?)),
        Function::StartsWith => ExpressionValue::Truth(arguments.first()?.starts_with(arguments.get(1)?)?),
        Function::EndsWith => ExpressionValue::Truth(folded(0)?.ends_with(&folded(1)?)),
        // As long as nothing failed, which is the run that is looked at.
        Function::Always | Function::Success => ExpressionValue::Truth(true),
        _ => return None,
    })
}

/// `{0}`, `{{` and `}}`.
fn formatted(format: &str, arguments: &[&ExpressionValue]) -> Option<String> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let here = &rest[at..];
        if here.starts_with("{{") || here.starts_with("}}") {
            text.push_str(&here[..1]);
            rest = &here[2..];
        } else {
            let (number, behind) = here.strip_prefix('{')?.split_once('}')?;
            text.push_str(&arguments.get(number.parse::<usize>().ok()?)?.text()?);
            rest = behind;
        }
    }
    text.push_str(rest);
    Some(text)
}

/// Each of the first with each of the others.
pub(crate) fn combined<T: Clone + PartialEq, R: PartialEq>(
    all: &[Vec<T>],
    make: impl Fn(&[&T]) -> Option<R>,
) -> Possible<R> {
    let total =
        all.iter().try_fold(1_usize, |total, one| total.checked_mul(one.len()).filter(|n| *n <= MOST_VALUES))?;
    let mut found = Vec::new();
    for number in 0..total {
        let mut left = number;
        let chosen: Vec<&T> = all
            .iter()
            .map(|one| {
                let at = left % one.len();
                left /= one.len();
                &one[at]
            })
            .collect();
        found.push(make(&chosen)?);
    }
    distinct(found)
}

fn distinct<T: PartialEq>(all: impl IntoIterator<Item = T>) -> Possible<T> {
    let mut found = Vec::new();
    for one in all {
        if !found.contains(&one) {
            found.push(one);
        }
        if found.len() > MOST_VALUES {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(inner: &str) -> String {
        let property = |path: &[&str]| match path {
            ["github", "workspace"] => Some(vec!["/w".to_owned()]),
            ["runner", "os"] => Some(vec!["Linux".to_owned()]),
            ["matrix", "go"] => Some(vec!["1.21".to_owned(), "1.22".to_owned()]),
            ["env", "EMPTY"] => Some(vec![String::new()]),
            _ => None,
        };
        possible(inner, &property).map_or_else(|| "?".to_owned(), |all| all.join("|"))
    }

    #[test]
    fn what_is_known_is_put_together_and_the_rest_stays_unknown() {
        for (inner, want) in [
            ("github.workspace", "/w"),
            ("github['workspace']", "/w"),
            ("'it''s'", "it's"),
            ("format('{0}/{1}', github.workspace, 'x')", "/w/x"),
            ("format('{{{0}}}', 1)", "{1}"),
            ("matrix.go", "1.21|1.22"),
            ("format('go{0}', matrix.go)", "go1.21|go1.22"),
            ("runner.os == 'linux' && '/a' || '/b'", "/a"),
            ("runner.os != 'Linux' && '/a' || '/b'", "/b"),
            ("matrix.go == '1.21' && '/a' || '/b'", "/a|/b"),
            ("env.EMPTY || 'd'", "d"),
            ("true && false", "false"),
            ("!env.EMPTY", "true"),
            ("1.5", "1.5"),
            ("startsWith(runner.os, 'LIN')", "true"),
            ("secrets.X", "?"),
            ("secrets.X || 'd'", "?"),
            ("secrets.X && 'a' || 'b'", "a|b"),
            ("secrets.X == 'x' && 'a' || secrets.Y && 'b' || 'c'", "a|b|c"),
            ("secrets.X && '' || 'b'", "?"),
            ("secrets.X && secrets.Y || 'b'", "?"),
            ("secrets.X && 'a'", "?"),
            ("false && secrets.X", "false"),
            ("true || secrets.X", "true"),
            ("hashFiles('**/go.sum')", "?"),
            ("github.workspace +", "?"),
            ("", "?"),
        ] {
            assert_eq!(told(inner), want, "{inner}");
        }
    }

    #[test]
    fn a_condition_is_settled_by_what_is_known_of_it() {
        let property = |path: &[&str]| match path {
            ["runner", "os"] => Some(vec!["Linux".to_owned()]),
            ["github", "event_name"] => Some(vec!["push".to_owned(), "pull_request".to_owned()]),
            _ => None,
        };
        for (condition, want) in [
            ("runner.os == 'Linux'", Some(true)),
            ("${{ runner.os == 'Windows' }}", Some(false)),
            ("github.ref == 'x' && runner.os == 'Windows'", Some(false)),
            ("github.ref == 'x' || runner.os == 'Linux'", Some(true)),
            ("github.ref == 'x' && runner.os == 'Linux'", None),
            ("!(github.ref == 'x' && runner.os == 'Windows')", Some(true)),
            ("github.event_name == 'push'", None),
            ("github.event_name != 'schedule'", Some(true)),
            ("always()", Some(true)),
            ("success() && runner.os == 'Linux'", Some(true)),
            ("failure()", None),
            ("steps.a.outputs.b", None),
            ("", None),
        ] {
            assert_eq!(holds(condition, &property), want, "{condition}");
        }
    }

    #[test]
    fn of_a_text_whose_beginning_is_known_that_much_is_told() {
        let property = |path: &[&str]| match path {
            ["github", "ref"] => Some(vec![format!("refs/tags/{UNKNOWN_REST}")]),
            _ => None,
        };
        for (condition, want) in [
            ("startsWith(github.ref, 'refs/tags/')", Some(true)),
            ("startsWith(github.ref, 'Refs/')", Some(true)),
            ("startsWith(github.ref, 'refs/heads/')", Some(false)),
            ("startsWith(github.ref, 'refs/tags/v')", None),
            ("!startsWith(github.ref, 'refs/tags/')", Some(false)),
            ("github.ref == 'refs/heads/main'", Some(false)),
            ("github.ref != 'refs/heads/main'", Some(true)),
            ("github.ref == 'refs/tags/v1'", None),
            ("contains(github.ref, 'refs/tags/')", None),
            ("endsWith(github.ref, '-rc')", None),
            ("github.ref", Some(true)),
            ("github.ref == 1", None),
        ] {
            assert_eq!(holds(condition, &property), want, "{condition}");
        }
        assert_eq!(possible("github.ref", &property), None);
    }

    #[test]
    fn an_expression_names_contexts_and_functions() {
        for (inner, want) in [
            ("github.env", "github"),
            ("matrix[env.X].y", "env matrix"),
            ("hashFiles('a') || runner.os == 'env.x'", "hashfiles() runner"),
            ("!Inputs.x && always()", "always() inputs"),
            ("fromJSON(needs.a.outputs.b).env", "fromjson() needs"),
            ("github.", "?"),
        ] {
            assert_eq!(names(inner).map_or_else(|| "?".to_owned(), |all| all.join(" ")), want, "{inner}");
        }
    }

    #[test]
    fn a_value_comes_from_what_is_not_only_compared() {
        for (inner, want) in [
            ("matrix.go", "matrix.go"),
            ("matrix['go'].version", "matrix.go.version"),
            ("matrix.a == 1 && matrix.b || inputs.c", "inputs.c matrix.b"),
            ("format('{0}.x', env.GO)", "env.GO"),
            ("matrix.a != env.B", ""),
            ("matrix.*", ""),
        ] {
            let paths = sources(inner).iter().map(|path| path.join(".")).collect::<Vec<_>>();
            assert_eq!(paths.join(" "), want, "{inner}");
        }
    }

    #[test]
    fn nesting_and_many_values_have_an_end() {
        assert_eq!(told(&format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000))), "?");
        assert_eq!(told(&format!("{}1", "!".repeat(100_000))), "?");
        let product = format!("format('{}', {})", "{0}{1}{2}{3}{4}", ["matrix.go"; 5].join(", "));
        assert_eq!(told(&product), "?", "32 values");
        assert_eq!(told(&["1"; 50].join(" || ")), "1");
        assert_eq!(told(&["1"; 50_000].join(" || ")), "?");
    }
}
