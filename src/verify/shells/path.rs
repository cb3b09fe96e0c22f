//! PATH as two processes see it. Entries are held against each other as
//! directories: Git Bash writes them its own way for itself and back for others.

use crate::verify::expect::Mismatch;
use crate::{
    platform::Platform,
    ports::{Host, Kind},
};

/// A directory of PATH, and where it really is.
struct Folder<'a> {
    text: &'a str,
    real: Option<String>,
}

impl Folder<'_> {
    fn is(&self, other: &Folder<'_>, platform: Platform) -> bool {
        platform.same_path(self.text, other.text)
            || matches!((&self.real, &other.real), (Some(l), Some(r)) if platform.same_path(l, r))
    }
}

/// The directories of a PATH; of several that are the same only the first counts.
fn folders<'a>(entries: &'a [String], platform: Platform, host: &dyn Host) -> Vec<Folder<'a>> {
    let mut folders: Vec<Folder<'a>> = Vec::new();
    for text in entries.iter().map(|entry| entry.trim_matches('"')) {
        let folder = Folder { text, real: host.canonical(text) };
        if !folders.iter().any(|known| known.is(&folder, platform)) {
            folders.push(folder);
        }
    }
    folders
}

/// What one PATH is to another.
pub(crate) struct Compared {
    /// Where they differ in a way that can matter.
    pub mismatch: Option<Mismatch>,
    /// What only the second has, in order.
    pub added: Vec<String>,
}

/// `lead`: directories whose programs must not be hidden, absolute.
pub(crate) fn compare(
    wanted: &[String],
    seen: &[String],
    lead: &[String],
    platform: Platform,
    host: &dyn Host,
) -> Compared {
    let same = |left: &Folder<'_>, right: &Folder<'_>| left.is(right, platform);
    let (wanted, seen) = (folders(wanted, platform, host), folders(seen, platform, host));
    let mut mismatch = None;
    let mut met = vec![false; seen.len()];
    let mut last: Option<(usize, &Folder<'_>)> = None;
    for folder in &wanted {
        let text = folder.text;
        let at = seen.iter().position(|other| same(folder, other));
        match (at, last) {
            (None, _) => {
                // A directory that is not there gives no program; one that apply wrote will be.
                let matters = host.kind(text) == Kind::Dir || lead.iter().any(|dir| platform.same_path(dir, text));
                let missing = || Mismatch::new(format!("`{text}` on PATH"), format!("`{text}` is not on PATH"));
                mismatch = mismatch.or_else(|| matters.then(missing));
            }
            (Some(at), Some((before, first))) if at < before => {
                met[at] = true;
                let first = first.text;
                mismatch.get_or_insert_with(|| {
                    Mismatch::new(
                        format!("`{first}` before `{text}` on PATH"),
                        format!("`{text}` is entry {} of PATH, and `{first}` is entry {}", at + 1, before + 1),
                    )
                });
            }
            (Some(at), _) => {
                met[at] = true;
                last = Some((at, folder));
            }
        }
    }
    let added: Vec<(usize, &str)> =
        seen.iter().enumerate().filter(|(at, _)| !met[*at]).map(|(at, f)| (at, f.text)).collect();
    let hidden = || {
        let lead = lead.first()?;
        let place = seen.iter().position(|folder| platform.same_path(folder.text, lead))?;
        let fold = |name: String| if platform == Platform::Linux { name } else { name.to_lowercase() };
        let programs: Vec<String> = host.list(lead).into_iter().map(fold).collect();
        let in_front = added.iter().filter(|(at, _)| *at < place && !programs.is_empty());
        let mut hides = in_front.filter_map(|(_, dir)| {
            let name = host.list(dir).into_iter().find(|name| programs.contains(&fold(name.clone())))?;
            Some(Mismatch::new(
                format!("`{name}` to be the one in `{lead}`"),
                format!("`{name}` in `{dir}`, which comes earlier on PATH there"),
            ))
        });
        hides.next()
    };
    let mismatch = mismatch.or_else(hidden);
    Compared { mismatch, added: added.into_iter().map(|(_, text)| text.to_owned()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;

    fn told(wanted: &[&str], seen: &[&str], host: &FakeHost) -> (Option<String>, Vec<String>) {
        let owned = |list: &[&str]| list.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>();
        let compared = compare(&owned(wanted), &owned(seen), &owned(&wanted[..1]), Platform::Windows, host);
        (compared.mismatch.map(|m| m.observed), compared.added)
    }

    #[test]
    fn another_spelling_of_a_folder_is_the_same_folder() {
        let host = FakeHost::new(Platform::Windows).file(r"C:\Go\bin\go.exe", "");
        let (mismatch, added) = told(&[r"D:\go\bin", r"C:\Go\bin\"], &["d:/GO/bin", r#""C:\go\bin""#], &host);
        assert_eq!((mismatch, added), (None, vec![]));
    }

    #[test]
    fn what_a_shell_puts_in_front_is_told_and_counts_only_when_it_hides_a_program() {
        let host = FakeHost::new(Platform::Windows).file(r"C:\Git\usr\bin\jq.exe", "");
        let seen = [r"C:\Git\usr\bin", r"D:\go\bin", r"C:\x"];
        let (mismatch, added) = told(&[r"D:\go\bin", r"C:\x"], &seen, &host);
        assert_eq!((mismatch, added), (None, vec![r"C:\Git\usr\bin".to_owned()]));
        let host = host.file(r"D:\go\bin\JQ.exe", "");
        let (mismatch, _) = told(&[r"D:\go\bin", r"C:\x"], &seen, &host);
        assert!(mismatch.unwrap().contains("comes earlier"));
    }

    #[test]
    fn a_moved_and_a_missing_folder_are_named() {
        let host = FakeHost::new(Platform::Windows).file(r"C:\x\a.exe", "");
        let (mismatch, _) = told(&[r"D:\go\bin", r"C:\x"], &[r"C:\x", r"D:\go\bin"], &host);
        assert_eq!(mismatch.unwrap(), r"`C:\x` is entry 1 of PATH, and `D:\go\bin` is entry 2");
        let (mismatch, _) = told(&[r"D:\go\bin", r"C:\x"], &[r"D:\go\bin"], &host);
        assert_eq!(mismatch.unwrap(), r"`C:\x` is not on PATH");
        let (mismatch, _) = told(&[r"D:\go\bin", r"C:\gone"], &[r"D:\go\bin"], &host);
        assert_eq!(mismatch, None, "a folder that is nowhere gives no program");
    }
}
