//! A town's root key in shares, and the ceremony in which it comes back over a store that was put back.

use std::path::PathBuf;
use std::sync::Arc;

use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result, ensure};
use envelope::age::Identity;
use envelope::shares::{Share, ShareFile};
use envelope::{KeyFile, Unlock};
use kernel::Problem;
use ledger::SigningKey;
use serde_json::{Value, json};
use trustee::Trustee;
use trustee::controls::Controls;
use trustee::shares::{Ceremony, Replaced};

use crate::twin::{Player, Twin};
use crate::{Ask, PutBack, Remembered, Reply, Town};

/// People who hold, or could hold, shares.
pub struct Holders {
    /// Their ids.
    pub people: Vec<String>,
    /// Their age keys, in the same order.
    pub keys: Vec<Identity>,
}

impl Holders {
    /// What an officer asks for.
    ///
    /// # Errors
    /// When a key has no public half.
    pub fn wish(&self) -> Result<Value> {
        let holders =
            self.people.iter().zip(&self.keys).map(|(person, key)| {
                Ok(json!({"personId": person, "recipient": key.recipient()?.to_string()}))
            });
        Ok(json!({"holders": holders.collect::<Result<Vec<_>>>()?}))
    }

    /// Their shares out of the answer to the officer who confirmed.
    ///
    /// # Errors
    /// When one is not there, or is not its holder's.
    pub fn shares(&self, made: &Reply) -> Result<Vec<Share>> {
        ensure!(made.status == 201, "no shares: {}", made.text());
        let made = made.json();
        let holders = made["holders"].as_array().context("holders")?;
        let open = |(holder, key): (&Value, &Identity)| {
            Ok(ShareFile::read(holder["share"].as_str().context("a share")?)?.open(key)?)
        };
        holders.iter().zip(&self.keys).map(open).collect()
    }
}

impl Town {
    /// Five of the trustee's people with keys of their own: both officers, and three legal officers.
    ///
    /// # Errors
    /// When somebody cannot be enrolled.
    pub async fn share_holders(&self, twin: &Twin) -> Result<Holders> {
        let mut players = twin.officers.to_vec();
        for name in ["anteil3", "anteil4", "anteil5"] {
            players.push(Twin::player(self, &self.legal_officer(name).await?).await?);
        }
        let mut holders = Holders { people: Vec::new(), keys: Vec::new() };
        for player in &players {
            holders.people.push(twin.person(&self.trustee.trustee, player).await);
            holders.keys.push(Identity::generate(&*self.world.entropy));
        }
        Ok(holders)
    }

    /// Both officers ask for these shares; what the second is answered.
    pub async fn share_root(&self, zone: &Trustee, twin: &Twin, wish: &Value) -> Reply {
        let ask =
            async |who: &Player| Ask::post("/trustee/v1/key-shares", wish).bearer(&who.token).of(zone).await;
        ask(&twin.officers[0]).await;
        ask(&twin.officers[1]).await
    }

    /// The store as this backup has it, on another machine: nothing else is left of the town's trustee.
    ///
    /// # Errors
    /// When the backup cannot be read.
    pub async fn after_disaster(&self, backup: PathBuf) -> Result<PutBack> {
        let mut back = self.put_back(backup).await?;
        back.seen = Arc::new(Remembered::default());
        back.key_file = Some(KeyFile::generate(&*self.world.entropy));
        Ok(back)
    }

    /// The auditor's private key.
    ///
    /// # Errors
    /// When there is no auditor.
    pub fn auditor(&self) -> Result<String> {
        let auditor = self.access.auditors.first().context("an auditor")?;
        auditor.ssh_key.clone().context("an auditor with a key")
    }
}

impl PutBack {
    /// Holders give these shares to a ceremony over this store. With a key the text is signed by it.
    ///
    /// # Errors
    /// When a share cannot be given. Refusals of the ceremony are its answer.
    pub async fn recover(
        &mut self,
        town: &Town,
        controls: Controls,
        shares: &[&Share],
        auditor: Option<&str>,
    ) -> Result<Result<Replaced, Problem>> {
        let entropy = &*town.world.entropy;
        let ceremony = Ceremony {
            store: (*self.store).clone(),
            clock: town.world.clock.clone(),
            entropy: town.world.entropy.clone(),
            controls,
        };
        let key = Identity::generate(entropy);
        let to = key.recipient()?;
        let give = |share: &&Share| Ok(ShareFile::read(&share.given(to, entropy)?)?.open(&key)?);
        let given = shares.iter().map(give).collect::<Result<Vec<_>>>()?;
        let ready = match ceremony.look(given, &to).await {
            Ok(ready) => ready,
            Err(problem) => return Ok(Err(problem)),
        };
        let signature = auditor.map(|key| sign(key, Namespace::Ceremony, &ready.text)).transpose()?;
        let log_key = SigningKey::parse(std::str::from_utf8(ready.log_key())?)?;
        let key_file = KeyFile::generate(entropy);
        let unlock = Unlock::KeyFile(key_file.clone());
        if let Err(problem) = ceremony.bring_back(ready, &signature.unwrap_or_default(), &unlock).await {
            return Ok(Err(problem));
        }
        self.begun(log_key);
        self.key_file = Some(key_file);
        Ok(ceremony.replace(&unlock, &crate::log_key()?, |_| Ok(())).await)
    }
}
