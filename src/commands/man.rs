//! `man`: the manual, on standard output or as files.

use crate::commands::Answer;
use crate::{
    error::Error,
    exit::Exit,
    manual::{self, ManualPage},
    system::report_dir::ReportDir,
};
use std::path::Path;

pub(crate) fn man(dir: Option<&str>) -> Result<Answer, Error> {
    let pages = manual::pages().map_err(Error::Answer)?;
    let Some(dir) = dir else {
        let text = pages.into_iter().next().map(|page| page.text).unwrap_or_default();
        return Ok(Answer { text, exit: Exit::Good });
    };
    let wrong = |why: String| Error::Manual { dir: dir.to_owned(), why };
    let to = ReportDir::open(Path::new(dir)).map_err(|why| wrong(why.reason()))?;
    let files: Vec<(String, String)> = pages.into_iter().map(|ManualPage { file, text }| (file, text)).collect();
    let files: Vec<(&str, String)> = files.iter().map(|(file, text)| (file.as_str(), text.clone())).collect();
    to.write(&files).map_err(|why| wrong(why.reason()))?;
    let text = files.iter().map(|(file, _)| format!("{}\n", to.path().join(file).display())).collect();
    Ok(Answer { text, exit: Exit::Good })
}
