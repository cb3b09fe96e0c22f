//! What standard error shows while cells run: one live line on a terminal, one
//! line for each finished cell elsewhere, on a runner within a group.

use crate::status::Severity;
use crate::status::Status;
use crate::{
    output::{
        annotation::{RunnerCommand, annotation},
        sanitize::{disarmed, one_line, visible},
    },
    ports::{Observer, event::Event},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::Write,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

/// Before it is known how many cells there are.
const STAGE: &str = "{spinner} {wide_msg} {elapsed}";
/// While cells run.
const CELLS: &str = "{spinner} {wide_msg} {pos}/{len} {elapsed}";

/// Where progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stderr {
    /// Nowhere.
    None,
    /// A terminal that a person watches.
    Terminal,
    /// The log of a runner, which knows groups.
    RunnerLog,
    /// A file or a pipe.
    Plain,
}

/// Draws on standard error. When it goes, nothing of it stays on a terminal, and no group stays open in a log.
#[derive(Debug)]
pub struct Progress {
    screen: Stderr,
    /// The live line of a terminal.
    bar: Option<ProgressBar>,
    failed: AtomicUsize,
    in_group: AtomicBool,
}

impl Progress {
    /// Begins to draw.
    #[must_use]
    pub fn new(screen: Stderr) -> Self {
        let bar = (screen == Stderr::Terminal).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(12));
            bar.set_style(style(STAGE));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { screen, bar, failed: AtomicUsize::new(0), in_group: AtomicBool::new(false) }
    }

    /// Shows what is being done, on a live line only.
    fn stage(&self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(one_line(text));
        }
    }

    /// A line that stays. A probe's output is somebody else's text: neither a terminal nor a runner obeys it.
    fn line(&self, text: &str) {
        let text = one_line(text);
        match (&self.bar, self.screen) {
            (Some(bar), _) => bar.println(disarmed(&text).trim_end()),
            (None, Stderr::None) => {}
            (None, _) => tell(&text),
        }
    }

    fn warning(&self, text: &str) {
        match self.screen {
            Stderr::RunnerLog => tell_runner(&annotation(Severity::Warning, "goenv-ci", text)),
            _ => self.line(&format!("warning: {text}")),
        }
    }

    fn planned(&self, cells: usize) {
        let title = format!("{cells} cells");
        if let Some(bar) = &self.bar {
            bar.set_length(cells as u64);
            bar.set_style(style(CELLS));
        } else if self.screen == Stderr::RunnerLog {
            self.in_group.store(true, Ordering::Relaxed);
            tell_runner(&RunnerCommand::group(&title));
        } else {
            self.line(&title);
        }
    }

    fn finished_cell(&self, cell: &str, status: Option<Status>, detail: &str) {
        let failed = status.is_some_and(|status| status <= Status::Error);
        let failed = self.failed.fetch_add(usize::from(failed), Ordering::Relaxed) + usize::from(failed);
        if let Some(bar) = &self.bar {
            // What does not hold is in the answer; here it is counted.
            bar.set_message(one_line(&if failed > 0 { format!("{failed} failed · {cell}") } else { cell.to_owned() }));
            // A toolchain that cannot be judged is one more than was planned.
            if bar.length() == Some(bar.position()) {
                bar.inc_length(1);
            }
            bar.inc(1);
            return;
        }
        let verdict = status.map_or("tried", Status::name);
        let tells = status.is_some_and(|status| status <= Status::Error);
        self.line(&if tells { format!("{verdict} {cell}: {detail}") } else { format!("{verdict} {cell}") });
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.in_group.swap(false, Ordering::Relaxed) {
            tell_runner(&RunnerCommand::end_group());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Lines on standard error, with a line feed at their end; what a terminal or a runner could take for an order is
/// shown instead. Where nobody can read it, a full disk for example, the work and its answer go on.
pub fn tell(text: &str) {
    let _ = anstream::stderr().lock().write_all(disarmed(&visible(text)).as_bytes());
}

/// A line that the runner obeys.
pub fn tell_runner(command: &RunnerCommand) {
    let _ = writeln!(anstream::stderr().lock(), "{command}");
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        match event {
            Event::Stage(text) => self.stage(text),
            Event::Preparing(text) if self.bar.is_some() => self.stage(text),
            Event::Preparing(text) => self.line(text),
            Event::Warning(text) => self.warning(text),
            Event::Planned(cells) => self.planned(*cells),
            Event::CellFinished { cell, status, detail } => self.finished_cell(cell, *status, detail),
            Event::Finished => self.end(),
        }
    }
}
