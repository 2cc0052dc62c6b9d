//! Attacks on a log and on reports over it: every one must be seen by the verifier.

mod common;

use common::{
    Copy, FIRST_BUNDLE, FOLLOWED, ORIGIN, START, bundle, bundle_with, entries, followed, followed_copy,
    header, leaves, log_key, note, now, policy, published, resign,
};
use kernel::Micros;
use ledger::{
    AGE_LIMIT, Bundle, Checkpoint, Entry, Kind, LogProof, Material, Policy, TagKey, assemble, verify_log,
    verify_report,
};
use std::collections::BTreeMap;

/// What the verifier says of a copy, having seen `last` before.
fn check(copy: &Copy, now: Micros, last: Option<&str>) -> Result<(), &'static str> {
    verify_log(copy, &policy(), now, last.map(str::as_bytes)).map(|_| ()).map_err(|refusal| refusal.slug)
}

#[test]
fn an_honest_log_is_believed_and_told_about() {
    let (entries, _) = entries();
    let copy = published(&leaves(&entries), now(300));
    let facts = verify_log(&copy, &policy(), now(300), None).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((facts.checkpoint.size, facts.open_intents, facts.tags.len()), (300, 0, 6));
    assert_eq!((facts.kinds[&Kind::UseResult], facts.kinds[&Kind::Heartbeat]), (3, 291));
    assert!(facts.silences.is_empty());
    let empty = published(&[], now(0));
    assert_eq!(check(&empty, now(0), None), Err("stale"), "an empty log proves nothing");
}

#[test]
fn attacks_with_the_logs_own_key_are_seen() {
    let (honest, _) = entries();
    let bytes = leaves(&honest);
    let seen = note(&bytes[..250], now(250));
    let end = now(300);
    let change = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = honest.clone();
        change(&mut entries);
        published(&leaves(&entries), end)
    };
    let truncated = published(&bytes[..249], now(250));
    let regrown = change(&|entries| entries[249] = Entry::new(Kind::Slot, entries[249].time));
    let reordered = change(&|entries| entries.swap(20, 21));
    let removed = change(&|entries| drop(entries.remove(11)));
    let doubled = change(&|entries| entries[12].tag = entries[10].tag);
    let orphan = change(&|entries| entries[11].of = Some(9));
    let twice = change(&|entries| entries[201].of = Some(10));
    for (name, copy, last, found) in [
        ("honest", published(&bytes, end), Some(&seen), Ok(())),
        ("honest, first seen", published(&bytes, end), None, Ok(())),
        ("cut off", truncated, Some(&seen), Err("rollback_detected")),
        ("cut off and grown again", regrown, Some(&seen), Err("inconsistent")),
        ("reordered", reordered, None, Err("time_backwards")),
        ("an entry taken out", removed, None, Err("result_without_intent")),
        ("a tag twice", doubled, None, Err("tag_duplicate")),
        ("a result of no intent", orphan, None, Err("result_without_intent")),
        ("a result of an old intent", twice, None, Err("result_without_intent")),
    ] {
        assert_eq!(check(&copy, end, last.map(String::as_str)), found, "{name}");
    }
    let fresh = published(&bytes, end);
    assert_eq!(check(&fresh, end + AGE_LIMIT, None), Err("stale"), "frozen");
    assert_eq!(check(&fresh, START, None), Err("time_ahead"));
    let cosigned_long_ago = published(&bytes, START);
    assert_eq!(check(&cosigned_long_ago, end, None), Err("time_backwards"), "a cosignature from before");
    let other = seen.replace(ORIGIN, "other");
    assert_eq!(check(&fresh, end, Some(&other)), Err("bad_state"));
}

#[test]
fn attacks_without_keys_are_seen() {
    let (entries, _) = entries();
    let honest = published(&leaves(&entries), now(300));
    let older = published(&leaves(&entries[..250]), now(250));
    for path in honest.0.keys() {
        let mut copy = honest.clone();
        copy.0.remove(path);
        assert_eq!(check(&copy, now(300), None), Err("missing_file"), "{path}");
        // A byte here and there of each file, and all bytes of the checkpoint.
        let step = if path == "checkpoint" { 1 } else { 97 };
        for place in (0..honest.0[path].len()).step_by(step) {
            let mut copy = honest.clone();
            copy.0.get_mut(path).expect("a file")[place] ^= 1;
            assert!(check(&copy, now(300), None).is_err(), "byte {place} of {path}");
        }
        for cut in [1, 2, 40] {
            let mut copy = honest.clone();
            let file = copy.0.get_mut(path).expect("a file");
            file.truncate(file.len().saturating_sub(cut));
            assert!(check(&copy, now(300), None).is_err(), "{path} without its last {cut}");
        }
    }
    let mut replayed = honest.clone();
    replayed.0.insert("checkpoint".to_owned(), older.0["checkpoint"].clone());
    assert!(check(&replayed, now(300), None).is_err(), "an old checkpoint over new tiles");
    let seen = String::from_utf8(honest.0["checkpoint"].clone()).expect("text");
    assert_eq!(check(&older, now(250), Some(&seen)), Err("rollback_detected"));
    let unsigned = Checkpoint::peek(seen.as_bytes()).expect("read").sign(&log_key()).expect("signed");
    let mut alone = honest;
    alone.0.insert("checkpoint".to_owned(), unsigned.into_bytes());
    assert_eq!(check(&alone, now(300), None), Err("quorum_missing"));
}

#[test]
fn a_report_is_complete_and_its_every_byte_counts() {
    let text = bundle(None).to_text().expect("written");
    let facts = verify_report(text.as_bytes(), &policy(), None).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((facts.entries, facts.in_period, facts.without_detail), (6, 4, 2));
    assert_eq!(facts.header, header());
    assert!(text.contains(r#"\"released\":{\"bytes\":1000,\"rows\":6,\"uses\":2}"#), "{text}");
    for place in (0..text.len()).step_by(7) {
        let mut changed = text.clone().into_bytes();
        changed[place] ^= 1 << (place % 7);
        assert!(
            verify_report(&changed, &policy(), None).is_err(),
            "byte {place}: {}",
            &text[place.saturating_sub(30)..place]
        );
    }
}

#[test]
fn a_trustee_that_leaves_something_out_is_seen() {
    let (entries, _) = entries();
    let copy = published(&leaves(&entries), now(300));
    let log = verify_log(&copy, &policy(), now(300), None).expect("a log");
    let check = |bundle: &Bundle, with_log: bool| {
        let text = bundle.to_text().expect("written");
        let log = with_log.then_some(&log);
        verify_report(text.as_bytes(), &policy(), log)
            .map(|facts| facts.entries)
            .map_err(|refusal| refusal.slug)
    };
    assert_eq!(check(&bundle(None), true), Ok(6));
    assert_eq!(check(&bundle(Some(2)), false), Err("tag_missing"));
    assert_eq!(check(&bundle(Some(5)), false), Ok(5), "the last one can only be missed in the log");
    assert_eq!(check(&bundle(Some(5)), true), Err("entry_left_out"));
    let other = TagKey::new([9; 32]);
    let checkpoint = note(&leaves(&entries), now(300));
    let levels = bundle(None).levels.expect("the course of the level");
    let levels =
        levels.into_iter().map(|proof| LogProof { checkpoint: checkpoint.clone(), ..proof }).collect();
    let nobody = Material { checkpoint, tag_key: other, events: Vec::new(), levels };
    let empty = assemble(&header(), nobody, |_| BTreeMap::new(), &log_key());
    assert_eq!(check(&empty.expect("assembled"), true), Ok(0), "nothing was logged about this tenant");
    // Numbers that the trustee signs, but the entries do not bear out.
    let honest = bundle(None);
    for (said, instead) in [
        ("\"uses\":2", "\"uses\":1"),
        ("\"lowest\":\"L0\"", "\"lowest\":\"L1\""),
        ("\"rows\":6", "\"rows\":5"),
    ] {
        let report = honest.report.split_once("\n\n").expect("a note").0;
        assert!(report.contains(said), "{report}");
        let lie = resign(&format!("{}\n", report.replace(said, instead)));
        let lying = Bundle { report: lie, ..bundle(None) };
        assert_eq!(check(&lying, false), Err("report_differs"), "{instead}");
    }
    for instead in ["\"level\":\"L3\"", "\"level\":\"L9\"", "\"grade\":\"L1\""] {
        let report = honest.report.split_once("\n\n").expect("a note").0;
        let said = "\"stated\":{\"level\":\"L1\"}";
        assert!(report.contains(said), "{report}");
        let lie = resign(&format!("{}\n", report.replace(said, &format!("\"stated\":{{{instead}}}"))));
        let refused = check(&Bundle { report: lie, ..bundle(None) }, false);
        assert!(matches!(refused, Err("level_differs" | "unknown_level")), "{instead}: {refused:?}");
    }
}

#[test]
fn the_course_of_the_level_is_told_whole() {
    let (entries, _) = entries();
    let copy = published(&leaves(&entries), now(300));
    let log = verify_log(&copy, &policy(), now(300), None).expect("a log");
    let check = |bundle: &Bundle, log| {
        let text = bundle.to_text().expect("written");
        verify_report(text.as_bytes(), &policy(), log)
            .map(|facts| facts.changes)
            .map_err(|refusal| refusal.slug)
    };
    let honest = bundle(None);
    let changes = check(&honest, Some(&log)).expect("believed").expect("told");
    let told: Vec<_> = changes.iter().map(|change| (change.index, change.to.as_str())).collect();
    assert_eq!(told, [(50, "L1"), (210, "L0"), (270, "L1")]);
    let said = &honest.report;
    for part in [
        r#""levels":{"changes":[{"from":"L1","index":210,"#,
        r#""highest":"L1","lowest":"L0","start":"L1"}"#,
        r#""entries":{"all":6,"first":2,"in_period":4,"last":5}"#,
        r#""cosigned":[{"at":"#,
        r#""witness":"witness.example"}]"#,
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    for (levels, alone, searched) in [
        (&[50, 210, 270][..], Ok(()), Ok(())),
        (&[50], Ok(()), Err("level_left_out")),
        (&[210, 270], Ok(()), Err("level_left_out")),
        (&[], Ok(()), Err("level_left_out")),
    ] {
        let bundle = bundle_with(None, levels);
        for (log, wanted) in [(None, alone), (Some(&log), searched)] {
            assert_eq!(check(&bundle, log).map(|_| ()), wanted, "{levels:?}");
        }
    }
    // What cannot be assembled can be put together by hand.
    let course = |levels: &[usize]| {
        let own = bundle(None).levels.expect("told");
        let levels = levels.iter().map(|place| own[*place].clone()).collect();
        Bundle { levels: Some(levels), ..bundle(None) }
    };
    assert_eq!(check(&course(&[0, 2, 1]), None), Err("malformed_bundle"), "out of order");
    assert_eq!(check(&course(&[0, 1, 1, 2]), None), Err("malformed_bundle"), "twice");
    assert_eq!(check(&course(&[0, 1]), None), Err("report_differs"), "one less than was signed");
    let foreign = Bundle { levels: Some(vec![bundle(None).events.remove(0).proof]), ..bundle(None) };
    assert_eq!(check(&foreign, None), Err("malformed_bundle"), "no change of the level");
    let mut forged = bundle(None).levels.expect("told");
    forged[0].index = 51;
    assert_eq!(check(&Bundle { levels: Some(forged), ..bundle(None) }, None), Err("bad_proof"), "elsewhere");
}

#[test]
fn a_bundle_of_the_first_form_is_read_as_it_always_was() {
    let first = FIRST_BUNDLE.as_bytes();
    let facts = verify_report(first, &policy(), None).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((facts.entries, facts.in_period, facts.changes), (6, 4, None));
    assert_eq!(facts.levels.map(|(lowest, highest)| (lowest.as_str(), highest.as_str())), Some(("L1", "L1")));
    // The second form is no way to get rid of what it has to tell.
    let second = bundle(None);
    let stripped = Bundle { levels: None, ..second }.to_text().expect("written");
    let refused = verify_report(stripped.as_bytes(), &policy(), None).expect_err("changed");
    assert_eq!(refused.slug, "report_differs");
}

#[test]
fn a_key_that_the_one_before_signed_is_followed_and_no_other() {
    for (who, expected) in FOLLOWED {
        let (copy, policy) = followed_copy(who);
        let policy = Policy::parse(&policy).expect("a policy");
        let seen = note(&followed(who.0)[..100], now(100));
        for last in [None, Some(seen.as_bytes()).filter(|_| who.2 == 1)] {
            let said = verify_log(&copy, &policy, now(300), last);
            let said = said.map_or_else(|why| why.slug, |_| "ok");
            assert_eq!(said, expected, "endorser, signer, trusted: {who:?}");
        }
    }
}
