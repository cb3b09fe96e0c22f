//! What is shown on standard error while cells run: one live line on a
//! terminal, one line for each finished cell elsewhere.

use crate::status::Status;
use crate::{
    output::sanitize,
    ports::{Observer, event::Event},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::Write,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// Draws on standard error.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    failed: AtomicUsize,
}

impl Progress {
    /// `live`: a person watches a terminal.
    #[must_use]
    pub fn new(quiet: bool, live: bool) -> Self {
        let bar = (live && !quiet).then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(12));
            let style = ProgressStyle::with_template("{spinner} {wide_msg} {pos}/{len} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar, quiet, failed: AtomicUsize::new(0) }
    }

    fn line(&self, text: &str) {
        // A probe's output is somebody else's text: neither a terminal nor a runner may take orders from it.
        let text = sanitize::one_line(text);
        match &self.bar {
            Some(bar) => bar.println(text),
            None if !self.quiet => tell(&text),
            None => {}
        }
    }
}

/// One line on standard error. Where nobody can read it, a full disk for
/// example, the work and its answer go on.
pub fn tell(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        match (event, &self.bar) {
            (Event::Preparing(message), Some(bar)) => bar.set_message(message.clone()),
            (Event::Preparing(message), None) => self.line(message),
            (Event::Planned(cells), Some(bar)) => bar.set_length(*cells as u64),
            (Event::Planned(cells), None) => self.line(&format!("{cells} cells")),
            (Event::CellFinished { cell, status, detail }, bar) => {
                let verdict = status.map_or("tried", Status::name);
                if status.is_some_and(|status| status <= Status::Error) {
                    self.failed.fetch_add(1, Ordering::Relaxed);
                    self.line(&format!("{verdict} {cell}: {detail}"));
                } else if bar.is_none() {
                    self.line(&format!("{verdict} {cell}"));
                }
                if let Some(bar) = bar {
                    let failed = self.failed.load(Ordering::Relaxed);
                    let so_far = if failed > 0 { format!("{failed} failed · {cell}") } else { cell.clone() };
                    bar.set_message(so_far);
                    bar.inc(1);
                }
            }
            (Event::Finished, Some(bar)) => bar.finish_and_clear(),
            (Event::Finished, None) => {}
        }
    }
}
