use super::*;
use crate::testing::Counter;
use base64::engine::general_purpose::STANDARD;

/// A key, and a file that another implementation (pyrage 1.3 over rage) sealed to it, with a stanza that nobody knows.
const SECRET: &str = "AGE-SECRET-KEY-1NMT92XE5Z626Y9CL4NEFWA670M8SYGLM4TMXZAE4XGUYF4YGV4YSF2EATP";
const PUBLIC: &str = "age1qj9m2zguv6z3nvdk5j7ctdv2f30827seqlchgejng2r9fad82adqpsw9v3";
const FOREIGN: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBkcFlsUGIzbmoyZEFJSUxvcmVLSzRPMlNBUVVQSzA2b05zY1hX\
                       TFBELzNVCllIaDd1NDRqMktwMnRMY05wZFlIYytrbmFac1lHNXZESWg2NytlcE04SGcKLT4gUVEpLWdyZWFzZSA2fVRLNj\
                       N6IDcyUVEuCmlWa3RZZWJ0bG5HaEs2R1hJaUUwY2RBMFB1R2dYTVg3ZU4xek9UaEtQUG0yMGs2c1krN0VzNmRFU0VENHQ0\
                       OEQKUkl3cnFUSE9BUG8KLS0tIFV3eXJOaUR2R3VLb2hrZEJnYUhHbG90V3dheWNhYnMzbURXb3lkYm1sVFEKnAxE7mVaK4\
                       Sqq/X57BWDL2T71Z4TZT/30AxtkjkZt9F2880Nyv8VlA==";

#[test]
fn a_file_of_another_implementation_opens_and_keys_are_spelled_alike() {
    let key = Identity::parse(&format!("# created by somebody\n\n{SECRET}\n")).expect("a key");
    assert_eq!(key.recipient().expect("public").to_string(), PUBLIC);
    assert_eq!(PUBLIC.parse::<Recipient>().expect("a recipient"), key.recipient().expect("public"));
    assert!(key.to_text().expect("text").ends_with(&format!("{SECRET}\n")));
    let file = STANDARD.decode(FOREIGN).expect("base64");
    assert_eq!(open(&key, &file).expect("opened").as_slice(), b"treuhand");
    for (text, why) in
        [("", "empty"), (SECRET, "the private half"), (&PUBLIC[..60], "cut"), ("age1qqqq", "short")]
    {
        assert_eq!(text.parse::<Recipient>().err(), Some(AgeError::Key), "{why}");
    }
    assert_eq!(Identity::parse(PUBLIC).err(), Some(AgeError::Key), "the public half");
}

#[test]
fn what_is_sealed_opens_with_its_key_whole_and_unchanged_only() {
    let (key, other) = (Identity::generate(&Counter::from(1)), Identity::generate(&Counter::from(2)));
    let to = key.recipient().expect("public");
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK] {
        let plain: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap_or(0)).collect();
        let file = seal(to, &plain, &Counter::from(3)).expect("sealed");
        assert_eq!(open(&key, &file).expect("opened").as_slice(), plain, "{length}");
        assert_eq!(open(&other, &file).err(), Some(AgeError::OtherKey), "{length}");
        let payload = file.len() - (length + (length.max(1)).div_ceil(CHUNK) * TAG);
        for cut in
            [file.len() - 1, file.len() - TAG, payload, payload + (CHUNK + TAG).min(file.len() - payload - 1)]
        {
            assert_eq!(open(&key, &file[..cut]).err(), Some(AgeError::Damaged), "{length} cut at {cut}");
        }
    }
    let file = seal(to, b"something", &Counter::from(3)).expect("sealed");
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(open(&key, &changed).is_err(), "byte {at} can be changed");
    }
    assert_ne!(
        file,
        seal(to, b"something", &Counter::from(4)).expect("sealed"),
        "two files of the same differ"
    );
}
