//! `lint`: workflows with what must be found in them, and what must not.

mod cases;
mod fix;
mod forecast;
