//! Scripts of steps. Whatever they are, what is read of them stands in them.

use crate::{
    input::Input,
    meter::{Limit, within},
};
use goenv_ci::fuzzing::script_spans;

/// A name of each language.
pub const SHELLS: [&str; 4] = ["bash", "sh", "pwsh", "cmd"];

pub fn scripts(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let shell = input.one_of(&SHELLS);
    let script = String::from_utf8_lossy(input.rest()).into_owned();
    let spans = within(Limit::ANSWER, script.len(), || script_spans(shell, &script)).unwrap();
    for (bytes, line) in spans {
        assert!(script.get(bytes.clone()).is_some(), "{bytes:?} of {}", script.len());
        assert_eq!(line, script[..bytes.start].matches('\n').count() + 1, "{bytes:?}");
    }
}
