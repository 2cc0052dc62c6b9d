//! `treuhand access duty`: which officers are on duty.

use anyhow::Result;
use client::Call;
use contract::operations as op;
use contract::resources::access::Duty;

use super::door::Way;
use super::{json, listed, say};
use crate::cli::access::DutyAct;

/// Carries out one act.
pub async fn act(way: &Way, act: &DutyAct) -> Result<()> {
    match act {
        DutyAct::List => {
            let found = way.client.call(Call::to(op::ListDuties)).await?.value.items;
            listed(way, &found, line, "Nobody is on duty: no emergency can be approved.")
        }
        DutyAct::Set { person, from, until } => {
            let asked = Duty {
                person_id: Some(person.clone()),
                from: Some(*from),
                until: Some(*until),
                ..Duty::default()
            };
            let made = way.client.call(Call::to(op::CreateDuty).body(&asked)).await?.value;
            if way.json {
                return json(&made);
            }
            say(&line(&made));
            Ok(())
        }
        DutyAct::End { id } => {
            way.client.call(Call::to(op::EndDuty).param("duty-id", id)).await?;
            if way.json {
                return json(&serde_json::json!({"ended": id}));
            }
            say(&format!("{id} is over."));
            Ok(())
        }
    }
}

/// A shift in one line.
fn line(one: &Duty) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let time = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    format!("{}  person {}  {} to {}", text(&one.id), text(&one.person_id), time(one.from), time(one.until))
}
