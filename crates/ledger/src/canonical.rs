//! Canonical JSON: one value, one text. Members sorted by their bytes, no white space, the shortest escapes, whole
//! numbers only, and neither `null` nor fractions, about which implementations differ.

use serde_json::{Map, Number, Value};

use crate::Refusal;

/// Nested deeper than this is nothing of ours.
const MAX_DEPTH: u32 = 16;
/// Numbers above this are not exact in every implementation.
const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The canonical text of a value.
///
/// # Errors
/// When it holds what has no canonical form: `null`, a negative number or a fraction, too deep a nesting.
pub fn canonical(value: &Value) -> Result<String, Refusal> {
    let mut out = String::new();
    write(value, 0, &mut out)?;
    Ok(out)
}

/// Reads a text that must be canonical.
///
/// # Errors
/// When it is not JSON, or not in the one form that its value has.
pub fn parse_canonical(text: &[u8]) -> Result<Value, Refusal> {
    let value: Value = serde_json::from_slice(text).map_err(|_| refused("it is not JSON"))?;
    if canonical(&value)?.as_bytes() == text {
        Ok(value)
    } else {
        Err(refused("it is not in canonical form, or names a member twice"))
    }
}

fn refused(why: &'static str) -> Refusal {
    Refusal::new("not_canonical", why)
}

fn write(value: &Value, depth: u32, out: &mut String) -> Result<(), Refusal> {
    if depth > MAX_DEPTH {
        return Err(refused("it is nested too deeply"));
    }
    match value {
        Value::Null => Err(refused("it holds null")),
        Value::Bool(yes) => {
            out.push_str(if *yes { "true" } else { "false" });
            Ok(())
        }
        Value::Number(number) => write_number(number, out),
        Value::String(text) => {
            write_text(text, out);
            Ok(())
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                separate(place, out);
                write(item, depth + 1, out)?;
            }
            out.push(']');
            Ok(())
        }
        Value::Object(members) => write_object(members, depth, out),
    }
}

fn write_object(members: &Map<String, Value>, depth: u32, out: &mut String) -> Result<(), Refusal> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by_key(|(name, _)| name.as_bytes());
    out.push('{');
    for (place, (name, member)) in sorted.into_iter().enumerate() {
        if !name.is_ascii() {
            return Err(refused("it names a member outside ASCII"));
        }
        separate(place, out);
        write_text(name, out);
        out.push(':');
        write(member, depth + 1, out)?;
    }
    out.push('}');
    Ok(())
}

fn separate(place: usize, out: &mut String) {
    if place > 0 {
        out.push(',');
    }
}

fn write_number(number: &Number, out: &mut String) -> Result<(), Refusal> {
    match number.as_u64() {
        Some(whole) if whole <= MAX_NUMBER => {
            out.push_str(&whole.to_string());
            Ok(())
        }
        _ => Err(refused("it holds a number that is not whole, positive and below 2^53")),
    }
}

fn write_text(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control)); // a String takes everything
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_value_has_one_text() {
        for (text, canonical) in [
            (r#"{"a":1,"b":[true,"x"]}"#, true),
            (r"{}", true),
            (r#""\u001f\t\"ä€""#, true),
            (r#"{"b":1,"a":2}"#, false),
            (r#"{"a":1,"a":1}"#, false),
            (r#"{"a": 1}"#, false),
            (r#"{"a":1.0}"#, false),
            (r#"{"a":-1}"#, false),
            (r#"{"a":01}"#, false),
            (r#"{"a":9007199254740992}"#, false),
            (r#"{"a":null}"#, false),
            (r#"{"ä":1}"#, false),
            (r#""\u00e4""#, false),
            (r#""\u001F""#, false),
            ("1 ", false),
            ("", false),
        ] {
            assert_eq!(parse_canonical(text.as_bytes()).is_ok(), canonical, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
        assert!(parse_canonical(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(text in ".*", number in 0..MAX_NUMBER, flag: bool) {
            let value = serde_json::json!({ "z": text, "a": [number, flag, { "": "" }] });
            let written = canonical(&value).expect("canonical");
            prop_assert_eq!(parse_canonical(written.as_bytes()).expect("read"), value);
        }

        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse_canonical(&bytes);
        }
    }
}
