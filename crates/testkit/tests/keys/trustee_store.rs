//! A trustee's store that was put back to where a backup had it.

use access::sshsig::{Namespace, sign};
use anyhow::Result;
use kernel::Problem;
use ledger::{Policy, Purpose, SigningKey};
use serde_json::Value;
use testkit::twin::{Player, Twin};
use testkit::{Ask, PutBack, Town};
use trustee::Trustee;
use trustee::controls::Controls;
use trustee::log::{Healed, Tail, Way};

use super::{check, erase, own_profile, partner, stage};

fn signature(who: &Player, text: &str) -> String {
    sign(&who.key, Namespace::Restore, text).expect("signed")
}

/// The shifts that are not over.
async fn roster(zone: &Trustee, twin: &Twin) -> Vec<Value> {
    let list = Ask::get("/trustee/v1/duties").bearer(&twin.officers[0].token).of(zone).await;
    list.expect(200)["items"].as_array().cloned().unwrap_or_default()
}

/// A town whose store was backed up with an active grant, officers on duty and a living customer, and went on: the grant
/// was revoked, a shift ended, the customer erased. What the backup holds is put back.
async fn put_back() -> Result<(Town, Twin, PutBack, String)> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    zone.tidy().await?;
    let revoked = twin.granted(zone, &twin.wish()).await?;
    twin.roster(&town).await?;
    let backup = town.backup_trustee().await?;
    let shifts = roster(zone, &twin).await;
    let ended = format!("/trustee/v1/duties/{}", shifts[0]["id"].as_str().expect("a shift"));
    let ended = Ask::new("DELETE", ended).bearer(&twin.officers[1].token).of(zone).await;
    assert_eq!(ended.status, 204, "ended before its time, after the backup");
    twin.act(zone, &twin.approver, &revoked, "revocation", &Value::Null).await;
    let done = erase(zone, &twin).await;
    assert_eq!(done.json()["state"], "live", "{}", done.text());
    let back = town.put_back(backup).await?;
    Ok((town, twin, back, revoked))
}

async fn with(
    town: &Town,
    back: &PutBack,
    tail: Tail,
    sign: impl Fn(&str) -> Vec<String>,
) -> Result<Result<Healed, Problem>> {
    let heal = back.heal(town, Controls::all()).await?;
    let survey = match heal.survey(Way::Tail(tail)).await {
        Ok(survey) => survey,
        Err(problem) => return Ok(Err(problem)),
    };
    let approvals = sign(&survey.text);
    Ok(heal.carry_out(survey, approvals).await)
}

#[tokio::test]
async fn an_older_store_stays_sealed_until_two_officers_replay_the_tail() -> Result<()> {
    let (town, twin, back, revoked) = put_back().await?;
    let [first, second] = &twin.officers;
    let sealed = back.open(&town, Controls::all()).await?;
    let refused = own_profile(&sealed.trustee, &twin, &partner(&town).await?).await;
    check(&refused, 503, "rollback_detected", "before anything was signed");
    drop(sealed);
    for (what, slug, approvals) in [
        ("nobody", "quorum_missing", Box::new(|_: &str| Vec::new()) as Box<dyn Fn(&str) -> Vec<String>>),
        ("one officer", "quorum_missing", Box::new(|text: &str| vec![signature(first, text)])),
        (
            "the same twice",
            "duplicate_person",
            Box::new(|text: &str| vec![signature(first, text), signature(first, text)]),
        ),
        (
            "another text",
            "digest_mismatch",
            Box::new(|text: &str| {
                vec![signature(first, text), signature(second, &text.replace("replay", "forget"))]
            }),
        ),
        (
            "the operator's engineer",
            "key_unknown",
            Box::new(|text: &str| vec![signature(first, text), signature(&twin.engineer, text)]),
        ),
        ("no signature", "bad_signature", Box::new(|_: &str| vec!["x".to_owned()])),
    ] {
        let refused = with(&town, &back, town.copy_of_log().await?, approvals).await?;
        assert_eq!(refused.err().map(|problem| problem.slug), Some(slug), "{what}");
    }
    let both = |text: &str| vec![signature(first, text), signature(second, text)];
    let healed = with(&town, &back, town.copy_of_log().await?, both).await??;
    assert_eq!((healed.erased.len(), healed.ended, healed.destroyed), (1, 1, true), "{healed:?}");

    let house = back.open(&town, Controls::all()).await?;
    let zone = &house.trustee;
    let stale = own_profile(zone, &twin, &partner(&town).await?).await;
    assert_ne!(stale.status, 503, "{}", stale.text());
    let after = Twin::of(&town).await?; // tokens are the directory's, which both stores share the keys of
    check(&own_profile(zone, &after, &partner(&town).await?).await, 410, "shredded", "erased again");
    assert_eq!(after.state(zone, &revoked).await, "revoked");
    assert_eq!(roster(zone, &after).await, [] as [Value; 0], "no shift is back");
    let log = verified(&back.store, log_key(), &town).await?;
    for kind in ["restore", "shred.replayed", "shred.live", "revoke"] {
        assert!(log.contains(&format!("\"type\":\"{kind}\"")), "{kind}");
    }
    // One was ended by an officer, and both once more by the restore, which did not know.
    assert_eq!(log.matches("duty.ended").count(), 3, "{log}");
    Ok(())
}

#[tokio::test]
async fn a_tail_that_is_not_what_was_seen_is_refused_and_nothing_changes() -> Result<()> {
    let (town, twin, back, _) = put_back().await?;
    let both = |text: &str| twin.officers.iter().map(|who| signature(who, text)).collect();
    let whole = || town.copy_of_log();
    let mut short = whole().await?;
    short.entries.pop();
    let mut changed = whole().await?;
    let last = changed.entries.len() - 1;
    changed.entries[last] = br#"{"time":"2026-01-15T09:00:00.000Z","type":"heartbeat","v":1}"#.to_vec();
    let mut unsigned = whole().await?;
    unsigned.checkpoint = unsigned.checkpoint.replace("log.treuhand.test", "log.elsewhere.test");
    let own = back.store.read("state", store::trustee::log::state).await?.expect("a log");
    for (what, slug, tail) in [
        ("short", "tail_short", short),
        ("changed", "tail_refused", changed),
        ("unsigned", "tail_refused", unsigned),
    ] {
        let refused = with(&town, &back, tail, both).await?;
        assert_eq!(refused.err().map(|problem| problem.slug), Some(slug), "{what}");
    }
    let after = back.store.read("state", store::trustee::log::state).await?.expect("a log");
    assert_eq!(own, after, "nothing was changed");
    let foreign = stage().await?.0;
    let refused = with(&town, &back, foreign.copy_of_log().await?, both).await?;
    assert!(refused.is_err(), "a tail of another history");
    Ok(())
}

#[tokio::test]
async fn without_a_tail_a_new_log_begins_and_says_so() -> Result<()> {
    let (town, twin, mut back, asked) = put_back().await?;
    let key = || SigningKey::from_seed("log.treuhand.test-2", Purpose::Log, [8; 32]).expect("a key");
    let erase = vec![twin.customer.parse()?];
    let heal = back.heal(&town, Controls::all()).await?;
    let survey = heal.survey(Way::Gap { key: key(), erase }).await?;
    assert!(
        survey.text.contains("act: begin-a-new-log\n") && survey.text.contains("erased: "),
        "{}",
        survey.text
    );
    let approvals = twin.officers.iter().map(|who| signature(who, &survey.text)).collect();
    let healed = heal.carry_out(survey, approvals).await?;
    assert_eq!((healed.entries, healed.erased.len(), healed.ended), (0, 1, 1));
    back.begun(key());
    let house = back.open(&town, Controls::all()).await?;
    let token = partner(&town).await?;
    check(&own_profile(&house.trustee, &twin, &token).await, 410, "shredded", "named in the text");
    assert_eq!(twin.state(&house.trustee, &asked).await, "revoked");
    assert_eq!(roster(&house.trustee, &twin).await, [] as [Value; 0], "no shift is back");
    let log = verified(&back.store, key(), &town).await?;
    assert!(log.contains("\"reason\":\"gap\"") && log.contains("\"type\":\"logkey\""), "{log}");
    Ok(())
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("log.treuhand.test", Purpose::Log, [7; 32]).expect("a key")
}

/// The entries of the log in this store, after the offline verifier has read it.
async fn verified(store: &store::Store, key: SigningKey, town: &Town) -> Result<String> {
    use ledger::{Files, Refusal};
    struct Stored(store::Store);
    impl Files for Stored {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
            let path = path.to_owned();
            let read = self.0.read_blocking("file", move |tx| trustee::log::read_file(tx, &path));
            Ok(read.expect("read").map(|file| file.content))
        }
    }
    let files = Stored(store.clone());
    let now = kernel::Clock::now(&*town.clock).as_microsecond();
    let policy = Policy::of_log(key.public().clone());
    let facts = tokio::task::spawn_blocking(move || {
        let facts = ledger::verify_log(&files, &policy, now, None).map_err(|why| anyhow::anyhow!("{why}"))?;
        let size = facts.checkpoint.size.cast_signed();
        Ok::<_, anyhow::Error>((files, size))
    });
    let (files, size) = facts.await??;
    let entries = files.0.read("entries", move |tx| store::trustee::log::entries(tx, 0, size)).await?;
    Ok(String::from_utf8_lossy(&entries.concat()).into_owned())
}
