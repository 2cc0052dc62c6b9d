//! What becomes of a thread when somebody writes: pure changes of the canonical message, before it is sealed.
//!
//! Invariants: notes are only ever added; who wrote a note and when is stamped here, whatever the message says.

use contract::errors::code;
use contract::wire;
use jiff::Timestamp;
use kernel::{Problem, UserId};
use serde_json::{Map, Value, json};

/// Most bytes of a thread. Its envelope must travel.
const LONGEST: usize = 150_000;

/// Who writes, and when.
pub(crate) struct Stamp {
    /// As it stands at a note.
    pub(crate) name: String,
    /// The person, if it is one of the author's side.
    pub(crate) user: Option<UserId>,
    pub(crate) at: Timestamp,
}

impl Stamp {
    fn contact(&self) -> Value {
        let id = self.user.map(|user| user.to_string());
        let members =
            [("contactId", id), ("email", Some(self.name.clone()).filter(|name| name.contains('@')))];
        let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
        Value::Object(members.collect())
    }

    fn note(&self, note: &Value) -> Option<Value> {
        let text = note.get("text").and_then(Value::as_str).filter(|text| !text.trim().is_empty())?;
        Some(json!({ "createdByName": self.name, "createdDate": self.at.to_string(), "text": text }))
    }
}

/// The thread of a new ticket.
pub(crate) fn begin(body: &mut Value, stamp: &Stamp) -> Result<(), Problem> {
    let Value::Object(members) = body else { return Err(Problem::internal()) };
    let mut notes = match members.shift_remove("notes") {
        Some(Value::Array(given)) => given,
        _ => Vec::new(),
    };
    notes.extend(members.shift_remove("newNote"));
    let notes: Vec<Value> = notes.iter().filter_map(|note| stamp.note(note)).collect();
    if !notes.is_empty() {
        members.insert("notes".to_owned(), notes.into());
    }
    if !members.contains_key("primaryContact") {
        members.insert("primaryContact".to_owned(), stamp.contact());
    }
    members.insert("lastUpdatedBy".to_owned(), stamp.contact());
    fits(body)
}

/// A thread as it is, `present`, with what `body` says laid over it and its note added.
pub(crate) fn grow(body: &mut Value, present: Value, stamp: &Stamp) -> Result<(), Problem> {
    let Value::Object(given) = &mut *body else { return Err(Problem::internal()) };
    given.shift_remove("notes");
    let note = given.shift_remove("newNote").and_then(|note| stamp.note(&note));
    let mut merged = if present.is_object() { present } else { Value::Object(Map::new()) };
    wire::merge(&mut merged, body);
    if let Some(note) = note {
        match merged.get_mut("notes") {
            Some(Value::Array(notes)) => notes.push(note),
            _ => merged["notes"] = json!([note]),
        }
    }
    merged["lastUpdatedBy"] = stamp.contact();
    *body = merged;
    fits(body)
}

fn fits(body: &Value) -> Result<(), Problem> {
    if body.to_string().len() <= LONGEST {
        return Ok(());
    }
    let text = "The thread of this ticket is full. Open another ticket and name this one in it.";
    Err(Problem::new(400, code::BAD_INPUT, "ticket_full", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(name: &str) -> Stamp {
        Stamp { name: name.to_owned(), user: None, at: Timestamp::UNIX_EPOCH }
    }

    fn note(name: &str, text: &str) -> Value {
        json!({ "createdByName": name, "createdDate": "1970-01-01T00:00:00Z", "text": text })
    }

    #[test]
    fn notes_are_added_and_stamped_whatever_the_message_says() {
        let mut body = json!({ "title": "t", "notes": [note("somebody else", "a"), {"text": " "}],
            "newNote": {"text": "b"} });
        begin(&mut body, &stamp("e@a.example")).expect("fits");
        assert_eq!(body["notes"], json!([note("e@a.example", "a"), note("e@a.example", "b")]));
        assert_eq!(body["primaryContact"], json!({ "email": "e@a.example" }));
        assert_eq!(body.get("newNote"), None);

        let thread = json!({ "title": "t", "description": "d", "notes": body["notes"] });
        let mut change =
            json!({ "status": "open", "title": "u", "notes": [], "newNote": note("forged", "c") });
        grow(&mut change, thread.clone(), &stamp("Support")).expect("fits");
        assert_eq!(change["notes"].as_array().map(Vec::len), Some(3));
        assert_eq!(change["notes"][2], note("Support", "c"));
        assert_eq!((&change["title"], &change["description"]), (&json!("u"), &json!("d")));
        assert_eq!(change["status"], "open");

        let mut silent = json!({ "title": "v" });
        grow(&mut silent, thread, &stamp("x")).expect("fits");
        assert_eq!(silent["notes"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_thread_that_cannot_travel_is_refused() {
        let mut body = json!({ "newNote": { "text": "x".repeat(LONGEST) } });
        let refused = grow(&mut body, Value::Null, &stamp("x")).expect_err("too long");
        assert_eq!((refused.status, refused.slug), (400, "ticket_full"));
    }
}
