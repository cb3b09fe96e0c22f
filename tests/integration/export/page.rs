//! docs/export.md: its table is the table of formats.

use crate::support::assert_file;
use goenv_ci::export::{EXPORT_FORMATS, FormatFamily};

const BEGIN: &str = "<!-- formats: made by the tests -->\n";
const END: &str = "<!-- end of the formats -->\n";

#[test]
fn the_table_of_formats_is_the_one_that_is_built_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/export.md");
    let page = std::fs::read_to_string(path).unwrap().replace("\r\n", "\n");
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let mut table = String::from(
        "\n| format | what it is | what it cannot say | how it is read back |\n| --- | --- | --- | --- |\n",
    );
    for family in FormatFamily::ALL {
        for format in EXPORT_FORMATS.iter().filter(|format| format.family == family) {
            let cell = |text: &str| text.replace('|', "\\|");
            table.push_str(&format!(
                "| `{}` | {} | {} | {} |\n",
                format.shown(),
                cell(format.title),
                cell(format.cannot),
                cell(format.read_back)
            ));
        }
    }
    assert_file("docs/export.md", &format!("{before}{BEGIN}{table}\n{END}{after}"));
}
