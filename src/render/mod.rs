//! The report in every format: pure functions from `Report` to text. JSON is
//! the truth, the others are views of it; none of them decides an exit code.

pub mod annotation;
pub mod claims_html;
pub mod claims_markdown;
mod claims_phrase;
pub mod claims_text;
pub mod claims_v1;
pub mod environment_text;
pub mod environment_v1;
pub mod explain_html;
pub mod explain_markdown;
pub mod explain_text;
pub mod explain_v1;
mod finding;
pub mod findings_html;
pub mod findings_markdown;
pub mod findings_text;
pub mod findings_v1;
mod format;
mod grid;
mod html;
mod html_cell;
mod html_machine;
mod html_view;
mod json_layout;
pub mod json_v1;
mod json_v1_from;
mod json_v1_shell;
mod junit;
pub mod machine_v1;
mod markdown;
mod markdown_text;
mod phrase;
pub mod plan_json;
pub mod plan_text;
mod prose;
mod sheet;
mod shell_grid;
pub mod text;
pub mod why_text;
pub mod why_v1;
mod wrap;

pub use format::{Format, RenderError, artifact};
