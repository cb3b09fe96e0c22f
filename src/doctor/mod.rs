//! What is wrong with Go's environment: checks, each a function from what was
//! examined to findings, and the mends. What is true comes from `explain`.
