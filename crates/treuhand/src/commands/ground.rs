//! What lies on the trustee's disk: opened, locked, and made where it is a first start. By the zone's configuration file,
//! or, for what `up` runs, by the data folder alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, ensure};
use contract::profile::Profile;
use edge::residency::{Keeping, Service};
use envelope::Unlock;
use store::{Schema, Store};
use treuhand::folder::{Folder, key_path};
use treuhand::residency::{Declared, Needs, of_witnesses};
use treuhand::trustee_house::{Keeper, World};
use treuhand::witness_link::read_policy;

use super::keeper::keeper;
use crate::ambient::{SystemClock, SystemEntropy};
use crate::config::{self, KeysFile, TrusteeFile};
use crate::controls;
use crate::stores;

/// All of it; the lock is held as long as this value lives.
pub struct Ground {
    pub folder: Folder,
    pub world: World,
    pub keeper: Keeper,
    pub store: Store,
    pub declared: Declared,
}

/// The configuration file of a command that may also do without.
pub fn read(config: Option<&Path>) -> Result<Option<(&Path, TrusteeFile)>> {
    config.map(|path| Ok((path, config::read(path)?))).transpose()
}

/// The data folder that the file names, or else this one.
pub fn root(file: Option<(&Path, &TrusteeFile)>, data: &Path) -> PathBuf {
    file.map_or_else(|| data.to_owned(), |(path, file)| config::beside(path, &file.data))
}

impl Ground {
    /// Opens everything that the file names, or that lies in and beside the folder.
    pub fn open(file: Option<(&Path, &TrusteeFile)>, data: &Path) -> Result<Self> {
        let profile = match file {
            Some((path, file)) => config::profile(path, file.profile.as_ref())?,
            None => Profile::parse(contract::profile::GERMANY)?,
        };
        let folder = Folder::guarded(&root(file, data), controls::guards())?;
        ensure!(
            !folder.is_unfinished(),
            "{} holds half a demo world: planting it was interrupted. Delete the data folders of both zones, give the \
             operator the new assertion key (`treuhand trustee-key`), and start both again.",
            folder.root.display()
        );
        let world = World {
            profile: Arc::new(profile),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        };
        let declared = Declared::read(&folder.root, &world.profile)?.guarded(controls::guards());
        let keeper = match file {
            Some((path, file)) => {
                if declared.is_there() || !file.demo {
                    needs(path, file, &folder)?.check(&declared, &folder.root)?;
                }
                keeper(path, file, &folder, declared.outbound(Service::KeyService), &*world.entropy)?
            }
            None => Keeper::Embedded(Unlock::KeyFile(folder.key(None, &*world.entropy)?)),
        };
        let store = stores::sqlite(&folder.trustee_store(), Schema::Trustee)?;
        Ok(Self { folder, world, keeper, store, declared })
    }
}

/// What the zone keeps and calls. What opens data lies beside the folder.
fn needs(config: &Path, file: &TrusteeFile, folder: &Folder) -> Result<Needs> {
    let key = file.key_file.as_ref().map(|path| config::beside(config, path));
    let mut needs = Needs::default()
        .keeping(&folder.root, Keeping::Store)
        .keeping(&folder.log_key(), Keeping::Keys)
        .keeping(&folder.log_mirror(), Keeping::Mirror)
        .calling_url(&file.operator.root, Service::Operator)?;
    needs = match &file.keys {
        Some(KeysFile::Openbao(keys)) => needs.calling_url(&keys.root, Service::KeyService)?,
        None => needs.keeping(&key.unwrap_or_else(|| key_path(&folder.root)), Keeping::Keys),
    };
    match &file.witnesses {
        Some(named) => of_witnesses(needs, &read_policy(&config::beside(config, &named.policy))?),
        None => Ok(needs),
    }
}
