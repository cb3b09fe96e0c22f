//! `export` and `import`: what each format says is what was planned, read back by its own reader, by real programs, and
//! by `import`.

mod golden;
mod hostile_values;
mod page;
mod places;
