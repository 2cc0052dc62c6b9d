//! What the program takes before anybody has asked it anything.

use anyhow::Result;
use std::time::Duration;

use super::{Plan, filled};
use crate::books::Filling;
use crate::report::{Bound, Report, Row, float};
use crate::stage::Stage;

/// When it has done what it does by itself after its start.
const SETTLED: Duration = Duration::from_secs(2);

/// Starts it again and again on an existing folder.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    let (stage, _) = filled(plan, "footprint", None, Filling { customers: 1000, one_in: 1 }).await?;
    of(&stage, plan.rounds, "1000 customers", report).await
}

/// Start and idle memory on this stage's folder.
pub async fn of(stage: &Stage, rounds: u64, size: &str, report: &mut Report) -> Result<()> {
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let server = stage.start_bare().await?;
        starts.push(server.started_in.as_secs_f64());
        tokio::time::sleep(SETTLED).await;
        memory.push(float(server.memory()? / 1024) / 1024.0);
        server.stop().await?;
    }
    let what = format!("start on a folder of {size} until the first answer");
    report.rows.push(Row::value(&what, "s", &starts, Bound::AtMost(1.0)));
    report.rows.push(Row::value(&format!("idle memory with {size}"), "MiB", &memory, Bound::AtMost(64.0)));
    Ok(())
}
