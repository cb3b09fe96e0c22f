//! The plan as what lasts: templates for administrators, shells, containers, tools and other CI systems, and what a file
//! of theirs would set. One module for each format has its writer and its reader side by side; nothing is touched here.

pub(crate) mod format;
pub(crate) mod formats;
pub mod import_report;
pub(crate) mod machine;
mod posix;
pub(crate) mod read;
pub mod template;
pub mod view;
pub(crate) mod write;

pub use format::{EXPORT_FORMATS, ExportFormat, FormatFamily, format};
pub use import_report::ImportReport;
pub use machine::ExportMachine;
pub use read::{FileToImport, ImportFault, Imported, LineColumn};
pub use template::{ExportTemplate, TemplateValue, TemplateVariable, ValuePiece};
pub use write::{CannotHold, ExportFile};
