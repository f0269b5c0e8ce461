//! How far the building of the city has come, for whoever waits for it.

use indicatif::ProgressBar;

/// A bar that goes its whole length once for each stage.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
    /// What the stages are called: residents, history.
    stages: [String; 2],
}

/// What is being built.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// Persons are registered.
    Residents,
    /// Steps of the history are played.
    History,
}

impl Progress {
    /// Shows on a bar, with what the stages are called.
    pub fn on(bar: ProgressBar, stages: [String; 2]) -> Progress {
        Progress { bar, stages }
    }

    /// Shows nothing.
    #[cfg(test)]
    pub(super) fn hidden() -> Progress {
        Progress::on(ProgressBar::hidden(), Default::default())
    }

    /// A stage begins, of so many steps.
    pub(super) fn begin(&self, stage: Stage, steps: u64) {
        let at = match stage {
            Stage::Residents => 0,
            Stage::History => 1,
        };
        self.bar.reset();
        self.bar.set_length(steps);
        self.bar.set_message(self.stages[at].clone());
    }

    /// Some steps are done.
    pub(super) fn inc(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Everything is done.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
