//! docs/report.png is a picture of the page as it is: it holds the sum of the page that it was taken of.

use super::root;
use crate::support::reports;
use goenv_ci::report::Format;
use std::{env, fs};

/// The page of which the picture is, without what changes with each release.
fn page() -> String {
    Format::Html.render(&reports::failing()).unwrap().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

fn sum(page: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, page.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text that a picture has below a key: a chunk `tEXt`, with a zero between both.
fn remark(png: &[u8], key: &str) -> Option<String> {
    let mut rest = png.get(8..)?;
    while rest.len() > 12 {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (kind, data) = (&rest[4..8], rest.get(8..8 + length)?);
        if kind == b"tEXt" && data.starts_with(key.as_bytes()) && data.get(key.len()) == Some(&0) {
            return String::from_utf8(data[key.len() + 1..].to_vec()).ok();
        }
        rest = &rest[12 + length..];
    }
    None
}

/// `scripts/picture.sh` asks for the page by GOENV_CI_PICTURE.
#[test]
fn the_picture_is_of_the_page_as_it_is() {
    let page = page();
    if let Some(to) = env::var_os("GOENV_CI_PICTURE") {
        fs::write(&to, &page).unwrap();
        return;
    }
    let picture = fs::read(root().join("docs/report.png")).unwrap();
    let of = remark(&picture, "page").expect("docs/report.png says of what page it is");
    assert_eq!(of, sum(&page), "the page has changed: bash scripts/picture.sh");
}

#[test]
fn a_remark_is_found_among_the_parts_of_a_picture() {
    let chunk = |kind: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes(), kind, data, &[0; 4]].concat();
    let png = [vec![0; 8], chunk(b"IHDR", &[1; 13]), chunk(b"tEXt", b"page\0abc"), chunk(b"IEND", b"")].concat();
    assert_eq!(remark(&png, "page").as_deref(), Some("abc"));
    assert_eq!(remark(&png, "pag"), None);
    assert_eq!(remark(b"", "page"), None);
}
