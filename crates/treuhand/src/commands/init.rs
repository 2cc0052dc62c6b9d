//! `treuhand init`: the first people of an installation. Nobody could let them in over the wire, so this works on the
//! trustee zone's folder itself, while the zone does not run.
//!
//! Invariant: one-time passwords are printed once and kept nowhere but as hashes.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use clap::CommandFactory;
use clap::error::ErrorKind;
use contract::Role;
use contract::profile::Profile;
use edge::residency::Service;
use envelope::{Argon2Cost, Unlock};
use serde::Serialize;
use std::sync::Arc;
use treuhand::folder::Folder;
use treuhand::origin;
use treuhand::residency::Declared;
use treuhand::trustee_house::{Keeper, TrusteeParts, World};
use trustee::controls::Controls;
use trustee::identity::{CreatedUser, Founding, LEAST_OFFICERS, NewUser};
use trustee::log::Witnessing;

use super::keeper::keeper;
use super::trustee::needs;
use super::{block_on, log, say};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::{Cli, Init, Named};
use crate::config::{self, TrusteeFile};
use crate::stores;

/// Where `up` answers when nothing else is said; every start notes the real address.
const USUAL_ORIGIN: &str = "http://127.0.0.1:8080";

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
            "--officer must be given {LEAST_OFFICERS} times at least: what the trustee decides needs four eyes, and \
             two officers can let each other in again"
        );
        Cli::command().error(ErrorKind::TooFewValues, text).exit();
    }
    let ground = Ground::open(options)?;
    let store = ground.parts.store.clone();
    let mut made = Vec::new();
    block_on(async {
        let (_, identity) = ground.parts.core(&ground.world).await?;
        let people = people(options);
        let profile = &ground.world.profile;
        let (trustee, operator) = (profile.trustee.clone(), profile.operator.clone());
        let founded = identity.found_house(Founding { trustee, operator, people }).await;
        made = founded.map_err(|problem| anyhow!(problem.description))?;
        Ok(())
    })?;
    store.close();
    let people: Vec<First> = made.into_iter().map(First::of).collect();
    announce(options, &ground.start, &people)
}

/// What lies on disk: opened, and locked against a running zone.
struct Ground {
    parts: TrusteeParts,
    world: World,
    /// The command that starts the installation.
    start: String,
    _folder: Folder,
}

impl Ground {
    fn open(options: &Init) -> Result<Self> {
        let file = options.config.as_deref().map(|path| Ok::<_, anyhow::Error>((path, config::read(path)?)));
        let file: Option<(&Path, TrusteeFile)> = file.transpose()?;
        let (root, profile, start) = match &file {
            Some((path, file)) => (
                config::beside(path, &file.data),
                config::profile(path, file.profile.as_ref())?,
                format!("treuhand trustee --config {}", path.display()),
            ),
            None => (
                options.data.clone(),
                Profile::parse(contract::profile::GERMANY)?,
                format!("treuhand up --no-demo --data {}", options.data.display()),
            ),
        };
        let origin = file.as_ref().map_or(USUAL_ORIGIN, |(_, file)| &file.origin);
        let origin = origin::parse(origin).context("origin")?;
        let folder = Folder::open(&root)?;
        if folder.is_unfinished() {
            bail!("{} holds half a demo world; choose another folder", root.display());
        }
        let world = World {
            profile: Arc::new(profile),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        };
        let declared = Declared::read(&folder.root, &world.profile)?;
        if let Some((path, file)) = &file {
            needs(path, file, &folder)?.check(&declared, &folder.root)?;
        }
        let calls = declared.outbound(Service::KeyService);
        let keeper = match &file {
            Some((path, file)) => keeper(path, file, &folder, calls, &*world.entropy)?,
            None => Keeper::Embedded(Unlock::KeyFile(folder.key(None, &*world.entropy)?)),
        };
        let store = stores::sqlite(&folder.trustee_store(), store::Schema::Trustee)?;
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
        };
        Ok(Self { parts, world, start, _folder: folder })
    }
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

fn announce(options: &Init, start: &str, people: &[First]) -> Result<()> {
    if options.json {
        let text = serde_json::to_string(&serde_json::json!({ "people": people, "start": start }));
        say(&text.context("cannot write JSON")?);
        return Ok(());
    }
    say("The first people are made. Their one-time passwords are shown here and never again:");
    for one in people {
        let First { user_name, display_name, roles, one_time_password } = one;
        say(&format!("  {:<16} {display_name:<28} {user_name:<40} {one_time_password}", roles.join(" ")));
    }
    say("Hand each to its person. The first sign-in asks for a new password and sets up a second factor.");
    say(&format!("Next: {start}"));
    say("Then the officers sign in under /account/users and bring in everybody else (docs/first-people.md).");
    Ok(())
}
