//! Backups put back: what was destroyed, ended or overtaken must not come back with them.

use std::path::Path;

use access::sshsig::{Namespace, sign};
use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};
use kernel::TenantId;
use serde_json::{Value, json};
use store::trustee::records;
use testkit::twin::{Player, Twin};
use testkit::{Ask, PutBack, Reply};
use trustee::Trustee;
use trustee::log::{Tail, Way};

use crate::claim::Verdict;
use crate::stage::Stage;

fn signed(who: &Player, text: &str) -> Result<String> {
    Ok(sign(&who.key, Namespace::Restore, text)?)
}

/// A backup with a living customer and a grant; the customer is erased and the grant taken back, then the backup is put
/// back.
async fn put_back(stage: &Stage) -> Result<(Twin, PutBack, String)> {
    let twin = Twin::of(&stage.town).await?;
    let sound = stage.town.trustee.trustee.clone();
    let grant = twin.granted(&sound, &twin.wish()).await?;
    let backup = stage.town.backup_trustee().await?;
    let revoked = twin.act(&sound, &twin.approver, &grant, "revocation", &Value::Null).await;
    ensure!(revoked.status == 200, "the grant was not taken back: {}", revoked.text());
    erase(&sound, &twin).await?;
    let back = stage.town.put_back(backup).await?;
    Ok((twin, back, grant))
}

pub(super) async fn erase(sound: &Trustee, twin: &Twin) -> Result<()> {
    let path = format!("/trustee/v1/customers/{}/erasure", twin.customer);
    let wish = json!({"reason": "We leave.", "waiveCoolingOff": true});
    let post = async |who: &Player, path: &str, body: &Value| {
        Ask::post(path, body).bearer(&who.token).of(sound).await
    };
    post(&twin.approver, &path, &wish).await;
    let confirm = format!("{path}/confirmation");
    post(&twin.officers[0], &confirm, &Value::Null).await;
    let erased = post(&twin.officers[1], &confirm, &Value::Null).await;
    ensure!(erased.json()["state"] == "live", "the customer was not erased: {}", erased.text());
    Ok(())
}

/// What a partner of the customer is answered.
async fn read(stage: &Stage, zone: &Trustee, twin: &Twin) -> Reply {
    Ask::get(format!("/v1/customers/{}/profiles/billing", twin.customer)).bearer(&stage.app).of(zone).await
}

fn opened(reply: &Reply, what: &str) -> Option<String> {
    (reply.status == 200 && reply.text().contains("firstName")).then(|| format!("{what} opened"))
}

/// C01, BAK-3: one officer, or nobody, unseals the older store.
pub async fn unsealed(stage: &mut Stage) -> Result<Verdict> {
    let (twin, back, _) = put_back(stage).await?;
    let sealed = back.open(&stage.town, stage.controls()).await?;
    let before = read(stage, &sealed.trustee, &twin).await;
    drop(sealed);
    ensure!(before.status == 503, "the older store is not sealed: {}", before.text());
    let mut found = Vec::new();
    for signers in [0, 1] {
        let heal = back.heal(&stage.town, stage.controls()).await?;
        let survey = heal.survey(Way::Tail(stage.town.copy_of_log().await?)).await?;
        let approvals: Result<Vec<_>> =
            twin.officers[..signers].iter().map(|who| signed(who, &survey.text)).collect();
        if heal.carry_out(survey, approvals?).await.is_ok() {
            found.push(format!("{signers} officers unsealed the zone"));
            break; // what is healed cannot be healed again
        }
    }
    Ok(Verdict::of(found, format!("{}; one officer is not enough", before.slug())))
}

/// C01, C02: the tail is cut, so that an erasure is not in it, or is of another log.
pub async fn cut_tail(stage: &mut Stage) -> Result<Verdict> {
    let (twin, back, _) = put_back(stage).await?;
    let whole = stage.town.copy_of_log().await?;
    let have = back.store.read("state", store::trustee::log::state).await?.context("a log")?.size;
    let cut: Vec<_> = whole.entries.iter().take(usize::try_from(have)? + 1).cloned().collect();
    let heal = back.heal(&stage.town, stage.controls()).await?;
    let survey = heal.survey(Way::Tail(Tail { entries: cut, checkpoint: whole.checkpoint })).await;
    let survey = match survey {
        Err(refused) => return Ok(Verdict::Holds(refused.slug.to_owned())),
        Ok(survey) => survey,
    };
    let approvals: Result<Vec<_>> = twin.officers.iter().map(|who| signed(who, &survey.text)).collect();
    let healed = heal.carry_out(survey, approvals?).await;
    Ok(Verdict::of(healed.ok().map(|_| "a cut tail was believed".to_owned()), "refused later".to_owned()))
}

/// D03, BAK-3: what was erased and ended since the backup comes back with it.
pub async fn revived(stage: &mut Stage) -> Result<Verdict> {
    let (twin, back, grant) = put_back(stage).await?;
    let heal = back.heal(&stage.town, stage.controls()).await?;
    let survey = heal.survey(Way::Tail(stage.town.copy_of_log().await?)).await?;
    let approvals: Result<Vec<_>> = twin.officers.iter().map(|who| signed(who, &survey.text)).collect();
    heal.carry_out(survey, approvals?).await?;
    let house = back.open(&stage.town, stage.controls()).await?;
    let answer = read(stage, &house.trustee, &twin).await;
    let became = twin.state(&house.trustee, &grant).await;
    let found = [
        opened(&answer, "an erased customer's profile"),
        (became != "revoked").then(|| format!("a revoked grant is {became}")),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{}; the grant is {became}", answer.slug())))
}

/// D04, SHR-3: a backup of the keys alone brings a destroyed key back.
pub async fn key_back(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let sound = stage.town.trustee.trustee.clone();
    let tenant: TenantId = twin.customer.parse()?;
    let saved = stage.town.save_keys(tenant).await?;
    ensure!(opened(&read(stage, &sound, &twin).await, "").is_some(), "positive control: the profile opens");
    erase(&sound, &twin).await?;
    stage.town.put_keys_back(saved).await?;
    let house = stage.town.with_controls(stage.controls()).await?;
    let answer = read(stage, &house.trustee, &twin).await;
    let alive = house.keys.service().list(None, 1000).await?;
    let alive = alive.iter().any(|info| info.tenant == tenant && !info.destroyed);
    let found = [
        opened(&answer, "an erased customer's profile"),
        alive.then(|| "the key lives again in the key service".to_owned()),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{}; destroyed again at the start", answer.slug())))
}

/// D08, BAK-2: one officer has an older store of the operator believed.
pub async fn leave(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let tenant: TenantId = twin.customer.parse()?;
    let [first, _] = &twin.officers;
    let act = json!({"tenantId": twin.customer, "reason": "The operator's store was restored."});
    let acts = "/trustee/v1/restore-acts";
    let proposed = stage.call(&first.token, Ask::post(acts, &act)).await;
    ensure!(proposed.status == 201, "nothing could be proposed: {}", proposed.text());
    let id = proposed.json()["id"].as_str().context("an id")?.to_owned();
    let own = Ask::post(format!("{acts}/{id}/confirmation"), &Value::Null);
    let own = stage.call(&first.token, own).await;
    let counts =
        stage.town.trustee_store.read("leave", move |tx| records::latest_restore(tx, tenant)).await?;
    let found = counts.map(|_| "one officer's word lowers the marks".to_owned());
    Ok(Verdict::of(found, format!("proposed only; {}", own.slug())))
}

/// SHR-5: a customer is erased by fewer than its approver and two officers.
pub async fn erased_by_one(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let path = format!("/trustee/v1/customers/{}/erasure", twin.customer);
    let wish = json!({"reason": "Away with them.", "waiveCoolingOff": true});
    let officer = &twin.officers[0].token;
    let by_officer = stage.call(officer, Ask::post(path.as_str(), &wish)).await;
    let asked = stage.call(&twin.approver.token, Ask::post(path.as_str(), &wish)).await;
    ensure!(asked.status == 201, "the approver could not ask: {}", asked.text());
    for _ in 0..2 {
        stage.call(officer, Ask::post(format!("{path}/confirmation"), &Value::Null)).await;
    }
    let zone = stage.gateway().clone();
    let answer = read(stage, &zone, &twin).await;
    let found = [
        (by_officer.status == 201).then(|| "an officer asked for it".to_owned()),
        (answer.status == 410).then(|| "one officer's confirmation destroyed the keys".to_owned()),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{}; still {}", by_officer.slug(), answer.status)))
}

/// D05, SHR-1: the store's files are searched for what of the keys was in them: pages in use, free pages, write-ahead log.
pub async fn remains(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let attacked = stage.gateway().clone();
    let stored = stage.town.save_keys(twin.customer.parse()?).await?.stored();
    let search = AhoCorasick::new(&stored)?;
    let location = stage.town.trustee_store.location();
    let folder = Path::new(&location).parent().context("a folder")?.to_owned();
    let look = || -> Result<(usize, usize)> {
        let (mut hits, mut bytes) = (0, 0);
        for entry in std::fs::read_dir(&folder)? {
            let file = std::fs::read(entry?.path())?;
            (hits, bytes) = (hits + search.find_iter(&file).count(), bytes + file.len());
        }
        Ok((hits, bytes))
    };
    let (before, _) = look()?;
    ensure!(before >= stored.len(), "positive control: {before} of {} wrapped keys are found", stored.len());
    erase(&attacked, &twin).await?;
    let (after, bytes) = look()?;
    let found = (after > 0).then(|| format!("{after} wrapped keys are still in the store's files"));
    Ok(Verdict::of(found, format!("{} wrapped keys, none of them left in {bytes} bytes", stored.len())))
}
