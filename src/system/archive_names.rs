//! Which names of an archive may become files below a directory. Anything a Go
//! module zip cannot hold is refused. Source: golang.org/x/mod,
//! `module.go: CheckFilePath`, `zip.go: checkZip, collisionChecker`.

use crate::platform::{device_name::is_reserved, path_text::upper_case};
use std::collections::{HashMap, hash_map::Entry};

/// The names that were accepted so far, folded, so that none lands on another
/// on a file system that does not tell case.
#[derive(Default)]
pub struct AcceptedNames {
    /// By the folded name: the name itself, and whether it is a file.
    taken: HashMap<String, (String, bool)>,
}

impl AcceptedNames {
    /// Takes the name of a file, relative and with `/`.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn accept(&mut self, name: &str) -> Result<(), String> {
        name.split('/').try_for_each(check_part)?;
        if name.rsplit('/').next().is_some_and(|base| base.eq_ignore_ascii_case("go.mod")) && name != "go.mod" {
            return Err("a `go.mod` below the root".to_owned());
        }
        self.claim(name, true)?;
        let mut parent = name;
        while let Some((dir, _)) = parent.rsplit_once('/') {
            self.claim(dir, false)?;
            parent = dir;
        }
        Ok(())
    }

    fn claim(&mut self, name: &str, is_file: bool) -> Result<(), String> {
        match self.taken.entry(folded(name)) {
            Entry::Vacant(free) => {
                free.insert((name.to_owned(), is_file));
                Ok(())
            }
            // A directory has many entries, all in one spelling.
            Entry::Occupied(held) if !is_file && *held.get() == (name.to_owned(), false) => Ok(()),
            Entry::Occupied(_) => Err("a second entry of that name, case aside".to_owned()),
        }
    }
}

/// Names that a file system may take for one are one text: `ſ` is `s` too, which has the same capital letter.
fn folded(name: &str) -> String {
    upper_case(name).to_lowercase()
}

fn check_part(part: &str) -> Result<(), String> {
    if part.is_empty() || part == "." || part == ".." {
        return Err("an absolute, empty or `..` part".to_owned());
    }
    let allowed = |c: char| match c {
        ' ' => true,
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || "!#$%&()+,-.=@[]^_{}~".contains(c),
        _ => c.is_alphabetic(),
    };
    if let Some(wrong) = part.chars().find(|c| !allowed(*c)) {
        return Err(format!("the character {wrong:?}"));
    }
    if part.ends_with('.') {
        return Err("a trailing dot".to_owned());
    }
    if is_reserved(part) {
        return Err("the name of a Windows device".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::AcceptedNames;

    #[test]
    fn names_that_leave_the_folder_or_name_a_device_are_refused() {
        for name in [
            "../x",
            "a/../b",
            "/x",
            "a//b",
            "a/",
            "",
            "C:/x",
            r"a\b",
            "a/./b",
            "x\0y",
            "a/NUL.txt",
            "a.",
            "a/go.mod",
            "GO.MOD",
        ] {
            assert!(AcceptedNames::default().accept(name).is_err(), "{name:?}");
        }
        for name in ["bin/go", "go.mod", "src/_go.mod", "test/fixedbugs/issue27836.dir/Äfoo.go", "a b/c~d.e"] {
            assert_eq!(AcceptedNames::default().accept(name), Ok(()), "{name:?}");
        }
    }

    #[test]
    fn two_names_that_fold_to_one_are_refused() {
        let collide = |first: &str, second: &str| {
            let mut names = AcceptedNames::default();
            names.accept(first).unwrap();
            names.accept(second).is_err()
        };
        assert!(collide("a/B", "a/b"));
        assert!(collide("a", "A/b"), "a file and a folder");
        assert!(collide("a/b/c", "a/b"));
        assert!(!collide("a/b", "a/c"));
        assert!(collide("A/x", "a/y"), "one folder in two spellings");
        assert!(collide("\u{17f}", "s") && collide("Ä/x", "ä/y"));
    }

    #[test]
    fn a_name_that_was_refused_changes_nothing() {
        let mut names = AcceptedNames::default();
        names.accept("a").unwrap();
        for name in ["a/b", "a/c"] {
            assert!(names.accept(name).is_err(), "`a` is a file still: {name}");
        }
    }
}
