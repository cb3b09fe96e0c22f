//! No accepted file without a case.

use super::{accepted::root, apply, errors, every_case, exits, help};
use std::{collections::BTreeSet, fs};

/// Nothing compares a file that no case writes any more, so it must not stay.
#[test]
fn no_accepted_file_is_left_over() {
    let mut written: BTreeSet<String> = every_case()
        .iter()
        .chain(&help::cases())
        .chain(&errors::cases())
        .chain(&exits::cases())
        .chain(&apply::cases())
        .flat_map(|case| case.outputs.iter().map(|(ending, _)| format!("{}/{}.{ending}", case.command, case.name)))
        .collect();
    written.insert(".gitattributes".to_owned());
    let mut left = Vec::new();
    for entry in fs::read_dir(root()).unwrap().map(Result::unwrap) {
        let directory = entry.file_name().into_string().unwrap();
        let names: Vec<String> = match fs::read_dir(entry.path()) {
            Ok(files) => {
                files.map(|file| format!("{directory}/{}", file.unwrap().file_name().into_string().unwrap())).collect()
            }
            Err(_) => vec![directory],
        };
        left.extend(names.into_iter().filter(|name| !written.contains(name)));
    }
    assert_eq!(left, Vec::<String>::new());
}
