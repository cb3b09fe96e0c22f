//! A workflow as GitHub reads it: the tree of its file with places, and what its expressions come to. What it sets is
//! `explain`'s to say, what is wrong with it `lint`'s.

pub(crate) mod expression;
pub(crate) mod matrix;
pub(crate) mod tree;
pub(crate) mod value;
