//! `explain`: values, where they come from and why, on whole and on broken input.

mod broken_input;
mod environment;
mod output;
mod upstream;
mod why;
