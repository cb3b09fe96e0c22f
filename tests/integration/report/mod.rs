//! Reports: their formats, the directory they are written to, `report merge` and `report compare`.

mod compare;
mod directory;
mod formats;
mod merge;
