//! What a text comes to that a shell or GitHub puts together, as far as the values in it are known.

use crate::{
    script::{Quotes, ScriptPiece, ScriptText, bash::is_one_word},
    workflow::expression::{self, Possible, Property, combined},
};

/// A variable by its name.
pub(crate) type VariableLookup<'a> = dyn Fn(&str) -> Possible<String> + 'a;

/// All that a text may come to.
pub(crate) fn possible(
    template: &ScriptText,
    variable: &VariableLookup<'_>,
    property: &Property<'_>,
) -> Possible<String> {
    let piece = |piece: &ScriptPiece| match piece {
        ScriptPiece::Literal(text) => Some(vec![text.clone()]),
        ScriptPiece::Unknown(_) => None,
        ScriptPiece::Variable { name, quoted, .. } => {
            variable(name).filter(|all| *quoted || all.iter().all(|one| is_one_word(one)))
        }
        ScriptPiece::Expression { inner, within } => {
            let all = expression::possible(inner, property)?;
            all.iter().all(|one| stays_itself(one, *within)).then_some(all)
        }
    };
    let pieces: Vec<Vec<String>> = template.0.iter().map(piece).collect::<Option<_>>()?;
    combined(&pieces, |parts| Some(parts.iter().map(|part| part.as_str()).collect::<String>()))
}

/// Whether a shell that finds this where the expression stood takes it as it is.
fn stays_itself(value: &str, within: Quotes) -> bool {
    match within {
        Quotes::Text => true,
        Quotes::Single => !value.contains('\''),
        Quotes::Double => !value.contains(['"', '$', '`']) && !value.contains("\\\\") && !value.ends_with('\\'),
        Quotes::None => value.chars().all(|c| c.is_alphanumeric() || "_./:@%+=,-".contains(c)),
    }
}
