use super::*;
use crate::testing::Counter;
use proptest::prelude::*;
fn set(needed: u8, of: u8) -> Set {
    Set { instance: "4d3c".to_owned(), id: "0193".to_owned(), root: 1, needed, of }
}

/// A set with its holders' keys.
fn made(secret: &[u8], set: &Set, seed: u64) -> (Vec<SealedShare>, Vec<Identity>) {
    let entropy = Counter::from(seed);
    let keys: Vec<Identity> = (0..set.of).map(|_| Identity::generate(&entropy)).collect();
    let holders = keys
        .iter()
        .enumerate()
        .map(|(at, key)| Holder { person: format!("person-{at}"), to: key.recipient().expect("a key") });
    let holders: Vec<Holder> = holders.collect();
    (split(secret, set, &holders, &entropy).expect("split"), keys)
}

fn opened(made: &(Vec<SealedShare>, Vec<Identity>), which: &[usize]) -> Vec<Share> {
    let open = |at: &usize| {
        let share = ShareFile::read(&made.0[*at].file).expect("read").open(&made.1[*at]).expect("opened");
        assert_eq!((share.digest(), &share.head), (made.0[*at].digest.clone(), &made.0[*at].head));
        share
    };
    which.iter().map(open).collect()
}

/// Parts of x ↦ 7x² + 3x + s over GF(256), worked out by hand, small enough that nothing is reduced.
#[test]
fn parts_are_those_of_the_scheme_and_no_others() {
    let parts = [[1_u8, 0x2a ^ 0x03 ^ 0x07], [2, 0x2a ^ 0x06 ^ 0x1c], [3, 0x2a ^ 0x05 ^ 0x1b]];
    let share = |part: &[u8; 2]| Share {
        head: Head { set: set(3, 5), number: part[0], person: "p".to_owned() },
        part: Zeroizing::new(part.to_vec()),
    };
    let shares: Vec<Share> = parts.iter().map(share).collect();
    assert_eq!(join(&shares).expect("joined").as_slice(), [0x2a]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_so_many_bring_it_back_and_one_less_does_not(
        secret in proptest::collection::vec(any::<u8>(), 32..120),
        (needed, of) in (FEWEST..=6_u8).prop_flat_map(|needed| (Just(needed), needed..=7_u8)),
        (seed, turn) in (any::<u64>(), 0_usize..7),
    ) {
        let all = made(&secret, &set(needed, of), seed);
        let which: Vec<usize> = (0..usize::from(needed)).map(|at| (at + turn) % usize::from(of)).collect();
        let whole = join(&opened(&all, &which)).expect("joined");
        prop_assert_eq!(whole.as_slice(), secret.as_slice());
        let fewer = join(&opened(&all, &which[1..])).err();
        prop_assert_eq!(fewer, Some(ShareError::TooFew { needed, have: which.len() - 1 }));
        // Even who takes the count away gets nothing.
        let parts: Vec<Part> = opened(&all, &which[1..]).iter()
            .map(|share| Part::try_from(share.part.as_slice()).expect("a part")).collect();
        let guess = Sharks(1).recover(&parts).expect("something");
        prop_assert_ne!(guess, secret);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let secret = [7_u8; 40];
    let all = made(&secret, &set(3, 5), 1);
    let of = |set: &Set| made(&secret, set, 2);
    let with = |other: &(Vec<SealedShare>, Vec<Identity>)| {
        let mut shares = opened(&all, &[0, 1]);
        shares.extend(opened(other, &[2]));
        join(&shares).err()
    };
    let foreign = |what| Some(ShareError::Foreign { number: 3, person: "person-2".to_owned(), what });
    for (other, want) in [
        (Set { instance: "9999".to_owned(), ..set(3, 5) }, foreign("instance")),
        (Set { root: 2, ..set(3, 5) }, foreign("version of the root")),
        (Set { id: "0194".to_owned(), ..set(3, 5) }, foreign("set")),
    ] {
        assert_eq!(with(&of(&other)), want, "{other:?}");
    }
    assert_eq!(join(&opened(&all, &[0, 1, 1])).err(), Some(ShareError::Twice(2)));
    for (needed, of) in [(1, 5), (6, 5), (3, 17), (0, 0)] {
        assert_eq!(split(&secret, &set(needed, of), &[], &Counter::from(1)).err(), Some(ShareError::Numbers));
    }
}

#[test]
fn a_changed_file_is_refused_wherever_it_was_changed() {
    let all = made(&[7; 40], &set(3, 5), 1);
    let (file, key) = (&all.0[0].file, &all.1[0]);
    let other = ShareFile::read(file).expect("read").open(&all.1[1]).err();
    assert_eq!(other, Some(ShareError::Key(AgeError::OtherKey)));
    for (what, text, want) in [
        ("another title", file.replacen("treuhand-share v1", "treuhand-key v1", 1), ShareError::Form),
        ("another holder", file.replacen("holder: person-0", "holder: person-1", 1), ShareError::Damaged),
        ("a lost end", file[..file.len() - 30].to_owned(), ShareError::Damaged),
        ("nothing", String::new(), ShareError::Form),
    ] {
        assert_eq!(ShareFile::read(&text).err(), Some(want), "{what}");
    }
    // Who also writes a fitting check is found out when it is opened.
    let read = ShareFile::read(file).expect("read");
    let lied = ShareFile { head: Head { number: 2, ..read.head.clone() }, ..read.clone() };
    assert!(matches!(lied.open(key).err(), Some(ShareError::Relabelled(_))));
    // Mailing adds and takes away what cannot be seen.
    assert!(ShareFile::read(&file.replace('\n', "\r\n")).expect("read").open(key).is_ok());
    assert!(file.lines().all(|line| line.is_ascii() && line.len() <= 120), "{file}");
}

#[test]
fn a_share_is_given_to_a_ceremony_and_only_there_it_opens() {
    let all = made(&[7; 40], &set(2, 3), 1);
    let ceremony = Identity::generate(&Counter::from(99));
    let to = ceremony.recipient().expect("a key");
    let given: Vec<String> = opened(&all, &[0, 2])
        .iter()
        .map(|share| share.given(to, &Counter::from(5)).expect("given"))
        .collect();
    let here = given.iter().map(|file| ShareFile::read(file).expect("read").open(&ceremony).expect("opened"));
    let here: Vec<Share> = here.collect();
    assert_eq!(join(&here).expect("joined").as_slice(), [7; 40]);
    assert!(ShareFile::read(&given[0]).expect("read").open(&all.1[0]).is_err(), "no longer the holder's");
}
