//! `treuhand init`: the first people of an installation. Nobody could let them in over the wire, so this works on the
//! trustee zone's folder itself, while the zone does not run.
//!
//! Invariant: one-time passwords are printed once and kept nowhere but as hashes.

use anyhow::{Context, Result, anyhow};
use clap::CommandFactory;
use clap::error::ErrorKind;
use contract::Role;
use envelope::Argon2Cost;
use serde::Serialize;
use treuhand::folder::Folder;
use treuhand::origin;
use treuhand::trustee_house::{TrusteeParts, World};
use trustee::controls::Controls;
use trustee::identity::{CreatedUser, Founding, LEAST_OFFICERS, NewUser};
use trustee::log::Witnessing;

use super::ground::{self, Ground};
use super::{block_on, log, say};
use crate::cli::{Cli, Init, Named};

/// Where `up` answers when nothing else is said; every start notes the real address.
const USUAL_ORIGIN: &str = "http://127.0.0.1:8080";

/// With so many, one who lost the way in can be helped by two others.
const GOOD_OFFICERS: usize = 3;

/// One of the first people, as printed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct First {
    user_name: String,
    display_name: String,
    roles: Vec<&'static str>,
    one_time_password: String,
}

/// Founds the house and says how its people get in.
pub fn run(options: &Init) -> Result<()> {
    log();
    if options.officers.len() < LEAST_OFFICERS {
        let text = format!(
            "--officer must be given {LEAST_OFFICERS} times at least, better {GOOD_OFFICERS} times: what the trustee \
             decides needs four eyes, and letting one officer in again takes two others"
        );
        Cli::command().error(ErrorKind::TooFewValues, text).exit();
    }
    let still = still(options)?;
    let store = still.parts.store.clone();
    let mut made = Vec::new();
    block_on(async {
        let (_, identity) = still.parts.core(&still.world).await?;
        let people = people(options);
        let profile = &still.world.profile;
        let (trustee, operator) = (profile.trustee.clone(), profile.operator.clone());
        let founded = identity.found_house(Founding { trustee, operator, people }).await;
        made = founded.map_err(|problem| anyhow!(problem.description))?;
        Ok(())
    })?;
    store.close();
    let people: Vec<First> = made.into_iter().map(First::of).collect();
    announce(options, &still.start, &people, advice(options.officers.len()))
}

/// What is said of a house with so few officers.
fn advice(officers: usize) -> Option<&'static str> {
    let text = "There are only two officers. Letting an officer in again who lost the way in takes two others, so if either \
                loses password or second factor, only a restored backup helps. Admit a third one soon, at /account/users.";
    (officers < GOOD_OFFICERS).then_some(text)
}

/// A trustee zone that does not run.
struct Still {
    parts: TrusteeParts,
    world: World,
    /// The command that starts it.
    start: String,
    _locked: Folder,
}

fn still(options: &Init) -> Result<Still> {
    let file = ground::read(options.config.as_deref())?;
    let file = file.as_ref().map(|(path, file)| (*path, file));
    let start = match file {
        Some((path, _)) => format!("treuhand trustee --config {}", path.display()),
        None => format!("treuhand up --no-demo --data {}", options.data.display()),
    };
    let origin = file.map_or(USUAL_ORIGIN, |(_, file)| &file.origin);
    let origin = origin::parse(origin).context("origin")?;
    let Ground { folder, world, keeper, store, .. } = Ground::open(file, &options.data)?;
    let log = folder.log_home(&origin, Witnessing::none(), &*world.entropy)?;
    let parts = TrusteeParts {
        log,
        store,
        keeper,
        origin,
        demo: false,
        password_cost: Argon2Cost::default(),
        controls: Controls::all(),
        logbook: None,
        issuers: None,
    };
    Ok(Still { parts, world, start, _locked: folder })
}

fn people(options: &Init) -> Vec<NewUser> {
    let role = |named: &Named, role: Role| NewUser {
        user_name: named.user.clone(),
        display_name: named.name.clone(),
        roles: vec![role],
        ..NewUser::default()
    };
    let officers = options.officers.iter().map(|named| role(named, Role::TrusteeOfficer));
    let auditors = options.auditors.iter().map(|named| role(named, Role::Auditor));
    let staff = options.staff.iter().map(|named| role(named, Role::OperatorStaff));
    officers.chain(auditors).chain(staff).collect()
}

impl First {
    fn of(made: CreatedUser) -> Self {
        Self {
            user_name: made.user.user_name,
            display_name: made.user.display_name,
            roles: made.user.roles.iter().map(|role| role.name()).collect(),
            one_time_password: made.one_time_password.map(|one| one.to_string()).unwrap_or_default(),
        }
    }
}

fn announce(options: &Init, start: &str, people: &[First], advice: Option<&str>) -> Result<()> {
    if options.json {
        let said = serde_json::json!({ "people": people, "start": start, "warning": advice });
        let text = serde_json::to_string(&said);
        say(&text.context("cannot write JSON")?);
        return Ok(());
    }
    say("The first people are made. Their one-time passwords are shown here and never again:");
    for one in people {
        let First { user_name, display_name, roles, one_time_password } = one;
        say(&format!("  {:<16} {display_name:<28} {user_name:<40} {one_time_password}", roles.join(" ")));
    }
    say("Hand each to its person. The first sign-in asks for a new password and sets up a second factor.");
    if let Some(advice) = advice {
        say(&format!("Warning: {advice}"));
    }
    say(&format!("Next: {start}"));
    say("Then the officers sign in under /account/users and bring in everybody else (docs/first-people.md).");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_officers_are_taken_with_a_warning_and_three_without() {
        let check = |officers, warned: bool| assert_eq!(advice(officers).is_some(), warned, "{officers}");
        check(LEAST_OFFICERS, true);
        check(3, false);
        check(4, false);
    }
}
