//! Steps with a name, and how long each took.

use anyhow::{Context, Result};
use std::fmt;
use std::time::{Duration, Instant};

/// The steps done so far.
#[derive(Default)]
pub struct Steps(Vec<(&'static str, Duration)>);

impl Steps {
    /// Does one step; its name leads its output and its error.
    pub fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n── {name}");
        let started = Instant::now();
        let outcome = work().with_context(|| format!("step '{name}' failed"));
        self.0.push((name, started.elapsed()));
        if outcome.is_err() {
            println!("\n{self}");
        }
        outcome
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, took) in &self.0 {
            writeln!(f, "{:>8.1} s  {name}", took.as_secs_f64())?;
        }
        let total: Duration = self.0.iter().map(|(_, took)| *took).sum();
        write!(f, "{:>8.1} s  in total", total.as_secs_f64())
    }
}
