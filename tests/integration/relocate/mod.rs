//! `relocate`: trees that move, and everything that keeps them from it.

#[cfg(target_os = "linux")]
mod kills;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod refused;
#[cfg(unix)]
mod site;
#[cfg(unix)]
mod toolchain;
#[cfg(windows)]
mod windows;

use crate::support::assert_file;

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/relocate.schema.json", &goenv_ci::relocate::schema().unwrap());
}

#[cfg(unix)]
mod moving {
    use super::site::Site;
    use crate::support::fits;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn a_read_only_module_cache_moves_and_comes_back_as_it_was() {
        let site = Site::with_cache();
        let before = site.inventory();
        let said = site.json(0, &[]);
        assert_eq!((said["outcome"].as_str(), said["size"]["files"].as_u64()), (Some("moved"), Some(6)), "{said}");
        fits(&goenv_ci::relocate::schema().unwrap(), &said);
        site.assert_moved();
        assert_eq!(site.inventory(), before);
        let said = site.json(0, &["--undo"]);
        assert_eq!(said["outcome"], "moved-back", "{said}");
        fits(&goenv_ci::relocate::schema().unwrap(), &said);
        site.assert_at_home();
        assert_eq!(site.inventory(), before);
    }

    #[test]
    fn a_dry_run_says_all_of_it_and_changes_nothing() {
        let site = Site::with_cache();
        let (names, before) = (site.names(), site.inventory());
        let said = site.json(0, &["--dry-run"]);
        assert_eq!(said["outcome"], "planned");
        assert!(said["drives"]["to"]["free_bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{said}");
        assert!(said["size"]["needed_bytes"].as_u64() > said["size"]["bytes"].as_u64(), "{said}");
        assert_eq!((site.names(), site.inventory()), (names, before));
        site.run(&[]);
        let said = site.json(0, &["--dry-run", "--undo"]);
        assert_eq!((said["outcome"].as_str(), said["undo"].as_bool()), (Some("planned"), Some(true)));
        site.assert_moved();
    }

    #[test]
    fn run_twice_it_says_so_and_a_link_that_was_removed_is_made_again() {
        let site = Site::with_cache();
        let before = site.inventory();
        assert_eq!(site.json(0, &[])["outcome"], "moved");
        assert_eq!(site.json(0, &[])["outcome"], "already-moved");
        site.assert_moved();
        // As `go clean -modcache` does.
        fs::remove_file(site.from()).unwrap();
        let said = site.json(0, &[]);
        assert_eq!(said["outcome"], "moved");
        assert!(said["resumed"].as_str().unwrap().contains("made again"), "{said}");
        site.assert_moved();
        fs::remove_file(site.from()).unwrap();
        assert_eq!(site.json(0, &["--undo"])["outcome"], "moved-back");
        site.assert_at_home();
        assert_eq!(site.inventory(), before);
        let nothing = site.run(&["--undo"]);
        assert_eq!(nothing.status.code(), Some(4));
    }

    #[test]
    fn an_empty_directory_may_stand_there_and_is_there_again_afterwards() {
        let site = Site::with_cache();
        fs::create_dir(&site.to).unwrap();
        assert_eq!(site.json(0, &[])["outcome"], "moved");
        site.assert_moved();
        site.json(0, &["--undo"]);
        assert_eq!(site.names(), ["from", "to", "to/place"]);
        assert_eq!(fs::read_dir(&site.to).unwrap().count(), 0);
    }

    #[test]
    fn directories_above_the_new_place_are_made_and_go_again() {
        let mut site = Site::with_cache();
        site.to = site.path("to/a/b/place");
        assert_eq!(site.json(0, &[])["outcome"], "moved");
        assert!(site.path("to/a/b/place/cache").is_dir());
        site.json(0, &["--undo"]);
        assert!(!site.path("to/a").exists());
    }

    #[test]
    fn a_place_is_the_same_by_whatever_name() {
        let site = Site::with_cache();
        std::os::unix::fs::symlink(site.path("to"), site.path("other")).unwrap();
        let from = format!("{}/./to/../from/", site.path("").display());
        let to = site.path("other/place");
        let run = |more: &[&str]| {
            let args = [&["--gomodcache", &from, "--to", to.to_str().unwrap(), "--format", "json"], more].concat();
            super::site::judged(0, &site.command(&args).output().unwrap())
        };
        let said = run(&[]);
        assert_eq!(said["to"].as_str(), site.to.to_str(), "{said}");
        assert_eq!(fs::read_link(site.from()).unwrap(), site.to);
        assert_eq!(run(&[])["outcome"], "already-moved");
        assert_eq!(run(&["--undo"])["outcome"], "moved-back");
    }

    #[test]
    fn a_link_that_somebody_else_made_is_enough() {
        let site = Site::with_cache();
        fs::rename(site.from(), &site.to).unwrap();
        std::os::unix::fs::symlink(&site.to, site.from()).unwrap();
        assert_eq!(site.json(0, &[])["outcome"], "already-moved");
        assert_eq!(site.names(), ["from", "to", "to/place"], "it is not ours");
        let undo = site.run(&["--undo"]);
        assert_eq!(undo.status.code(), Some(4));
        assert!(String::from_utf8_lossy(&undo.stderr).contains("was not made by goenv-ci"));
    }

    #[test]
    fn what_was_written_at_the_new_place_comes_back_too() {
        let site = Site::with_cache();
        site.json(0, &[]);
        fs::write(site.path("from/cache/newer"), "after the move").unwrap();
        fs::set_permissions(site.path("from/cache/newer"), fs::Permissions::from_mode(0o600)).unwrap();
        let moved = site.inventory();
        site.json(0, &["--undo"]);
        assert_eq!(site.inventory(), moved);
    }
}
