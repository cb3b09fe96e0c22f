//! Variables that scripts set or use and that are not there: written to no file of the runner, ended with their step, or
//! set by nobody.

mod env_lost;
mod file_syntax;
mod var_unset;

use super::LintRule;

pub(super) const RULES: &[LintRule] = &[file_syntax::RULE, env_lost::RULE, var_unset::RULE];
