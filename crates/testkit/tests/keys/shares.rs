//! The root key in shares, and its way back after everything else was lost.

use access::sshsig::{Namespace, sign};
use anyhow::{Context, Result};
use envelope::age::Identity;
use envelope::shares::{Holder, Set, Share, ShareFile};
use kernel::Problem;
use serde_json::{Value, json};
use testkit::shares::Holders;
use testkit::twin::Twin;
use testkit::{Ask, Counting, PutBack, Town};
use trustee::controls::Controls;
use trustee::log::Way;
use trustee::shares::Replaced;

use super::{check, own_profile, partner, stage};

const SETS: &str = "/trustee/v1/key-shares";

/// A town whose root is in five shares.
async fn shared() -> Result<(Town, Twin, Holders, Vec<Share>)> {
    let (town, twin) = stage().await?;
    let holders = town.share_holders(&twin).await?;
    let made = town.share_root(&town.trustee.trustee, &twin, &holders.wish()?).await;
    let shares = holders.shares(&made)?;
    town.trustee.tidy().await?;
    Ok((town, twin, holders, shares))
}

fn slug(done: &Result<Replaced, Problem>) -> &str {
    done.as_ref().map_or_else(|problem| problem.slug, |_| "done")
}

/// The tail of the log is replayed as two officers sign.
async fn heal(town: &Town, twin: &Twin, back: &PutBack) -> Result<()> {
    let heal = back.heal(town, Controls::all()).await?;
    let survey = heal.survey(Way::Tail(town.copy_of_log().await?)).await?;
    let signed = twin.officers.iter().map(|who| sign(&who.key, Namespace::Restore, &survey.text));
    let signed = signed.collect::<Result<Vec<_>, _>>()?;
    heal.carry_out(survey, signed).await?;
    Ok(())
}

#[tokio::test]
async fn a_lost_trustee_comes_back_from_backup_three_shares_and_the_log() -> Result<()> {
    let (town, twin, holders, shares) = shared().await?;
    let zone = &town.trustee.trustee;
    let backup = town.backup_trustee().await?;
    twin.granted(zone, &twin.wish()).await?; // the log goes on
    let mut back = town.after_disaster(backup).await?;
    assert!(back.heal(&town, Controls::all()).await.is_err(), "without the root nothing opens");

    let auditor = town.auditor()?;
    let all = Controls::all();
    let foreign = {
        let set = Set { instance: "another".to_owned(), ..shares[0].head.set.clone() };
        let pairs = holders.people.iter().zip(&holders.keys);
        let people = pairs.map(|(person, key)| Ok(Holder { person: person.clone(), to: key.recipient()? }));
        let people = people.collect::<Result<Vec<_>>>()?;
        let made = envelope::shares::split(&[7; 40], &set, &people, &Counting::default())?;
        ShareFile::read(&made[2].file)?.open(&holders.keys[2])?
    };
    let forged = {
        let text = shares[1].given(holders.keys[1].recipient()?, &Counting::default())?;
        let mut share = ShareFile::read(&text)?;
        share.head.number = 3;
        share.open(&holders.keys[1]).err().map(|why| why.to_string()).context("refused")?
    };
    assert!(forged.contains("were changed"), "{forged}");
    for (what, which, by, want) in [
        ("two shares", vec![&shares[0], &shares[4]], Some(auditor.as_str()), "shares_missing"),
        ("none", vec![], Some(auditor.as_str()), "shares_missing"),
        ("one twice", vec![&shares[0], &shares[4], &shares[4]], Some(auditor.as_str()), "shares_refused"),
        ("of another town", vec![&shares[0], &shares[1], &foreign], Some(auditor.as_str()), "share_foreign"),
        ("no auditor", shares.iter().take(3).collect(), None, "bad_signature"),
        ("an officer", shares.iter().take(3).collect(), Some(twin.officers[0].key.as_str()), "key_unknown"),
    ] {
        let done = back.recover(&town, all, &which, by).await?;
        assert_eq!(slug(&done), want, "{what}");
    }
    let three = [&shares[4], &shares[0], &shares[2]];
    let done = back.recover(&town, all, &three, Some(&auditor)).await?;
    let replaced = done.map_err(|problem| anyhow::anyhow!("{}", problem.description))?;
    assert_eq!((replaced.root, replaced.shares.len()), (2, 5));
    heal(&town, &twin, &back).await?;

    let house = back.open(&town, all).await?;
    house.tidy().await?;
    let after = Twin::of(&town).await?; // tokens are the directory's, which both stores share the keys of
    let read = own_profile(&house.trustee, &after, &partner(&town).await?).await;
    assert!(read.status == 200 && read.text().contains("firstName"), "{}", read.text());
    let entries = back.store.read("entries", |tx| {
        let size = store::trustee::log::state(tx)?.map_or(0, |state| state.size);
        store::trustee::log::entries(tx, 0, size)
    });
    let log = String::from_utf8_lossy(&entries.await?.concat()).into_owned();
    let told = |what: &str| log.matches(what).count();
    assert_eq!((told("\"type\":\"share.use\""), told("\"type\":\"share.set\"")), (3, 3), "{log}");
    assert_eq!(house.trustee.assurance().report()["keyShares"], "current");

    // What was used brings nothing back again; what came after it does.
    let again = back.recover(&town, all, &three, Some(&auditor)).await?;
    assert_eq!(slug(&again), "share_spent");
    let open = |(share, key): (&envelope::shares::SealedShare, &Identity)| {
        Ok(ShareFile::read(&share.file)?.open(key)?)
    };
    let next = replaced.shares.iter().zip(&holders.keys).map(open).collect::<Result<Vec<Share>>>()?;
    let again = back.recover(&town, all, &[&next[1], &next[2], &next[3]], Some(&auditor)).await?;
    assert_eq!(again.map(|replaced| replaced.root).map_err(|problem| problem.description), Ok(3));
    Ok(())
}

#[tokio::test]
async fn a_set_takes_two_officers_and_its_shares_are_kept_nowhere() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let holders = town.share_holders(&twin).await?;
    let wish = holders.wish()?;
    let ask = async |body: &Value, who: &str| Ask::post(SETS, body).bearer(who).of(zone).await;
    let [first, second] = &twin.officers;
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut body = wish.clone();
        change(&mut body);
        body
    };
    let approver = twin.person(zone, &twin.approver).await;
    for (what, body, status, slug) in [
        ("four", changed(&|body| drop(body["holders"].as_array_mut().map(Vec::pop))), 400, "bad_property"),
        ("six needed", changed(&|body| body["needed"] = json!(6)), 400, "bad_property"),
        ("one needed", changed(&|body| body["needed"] = json!(1)), 400, "bad_property"),
        ("no key", changed(&|body| body["holders"][2]["recipient"] = json!("age1x")), 400, "bad_property"),
        ("one twice", changed(&|body| body["holders"][2] = body["holders"][1].clone()), 400, "bad_property"),
        (
            "a customer",
            changed(&|body| body["holders"][2]["personId"] = json!(approver)),
            400,
            "bad_property",
        ),
        ("alone", wish.clone(), 409, "second_officer_required"),
        ("alone twice", wish.clone(), 409, "second_officer_required"),
    ] {
        check(&ask(&body, &first.token).await, status, slug, what);
    }
    zone.measure().await;
    assert_eq!(zone.assurance().report()["keyShares"], "none");
    let made = ask(&wish, &second.token).await;
    let shares = holders.shares(&made)?;
    assert_eq!(shares.len(), 5);
    let list = Ask::get(SETS).bearer(&first.token).of(zone).await;
    assert!(!list.text().contains("age-encryption") && !list.text().contains("\"share\""), "{}", list.text());
    let set = &list.json()["items"][0];
    assert_eq!((&set["state"], &set["needed"], &set["standing"]), (&json!("current"), &json!(3), &json!(5)));

    // Nothing of a share is in either store, sealed or open.
    let sealed = made.json()["holders"][0]["share"].as_str().context("a share")?.to_owned();
    let line = sealed.lines().find(|line| line.starts_with("  ")).context("a sealed line")?.trim().to_owned();
    for everything in [town.operator_store.everything()?, town.trustee_store.everything()?] {
        assert!(!everything.contains(&line));
    }
    // The next set takes its place.
    let fewer = changed(&|body| body["needed"] = json!(2));
    let next = town.share_root(zone, &twin, &fewer).await;
    assert_eq!(next.status, 201, "{}", next.text());
    let list = Ask::get(SETS).bearer(&first.token).of(zone).await.json();
    let states: Vec<_> = list["items"].as_array().into_iter().flatten().map(|set| &set["state"]).collect();
    assert_eq!(states, ["current", "replaced"]);
    zone.measure().await;
    assert_eq!(zone.assurance().report()["keyShares"], "current");
    Ok(())
}
