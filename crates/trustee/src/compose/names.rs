//! User names in audit records: at the operator they are pseudonymous ids, which only the trustee can resolve.

use kernel::{Problem, UserId};
use serde_json::Value;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::gateway::{Answer, Body, Call, Gateway, refuse};

const MEMBER: &str = "userPrincipalName";

impl Gateway {
    /// Replaces the ids of the caller's own users by their names. An id of anybody else's user stays an id.
    pub(crate) async fn fill_in_names(&self, call: &Call<'_>, mut answer: Answer) -> Result<Answer, Problem> {
        let Body::Json(bytes) = &answer.body else { return Ok(answer) };
        if !call.opens() {
            return Ok(answer);
        }
        let mut tree = contract::wire::parse_reply(bytes).map_err(|_| refuse("not_json", call.spec.id))?;
        let mut names: HashMap<UserId, Option<String>> = HashMap::new();
        for record in records(&mut tree) {
            let id = record.get(MEMBER).and_then(Value::as_str).and_then(|id| id.parse().ok());
            let Some(id) = id else { continue };
            let name = match names.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(self.directory.user_name(call.caller.tenant, id).await?),
            };
            if let Some(name) = name {
                record[MEMBER] = Value::from(name.as_str());
            }
        }
        answer.body = Body::Tree(tree, Vec::new());
        Ok(answer)
    }
}

/// The records of a list, or the one record.
fn records(tree: &mut Value) -> Vec<&mut Value> {
    if tree.get("items").is_some() {
        tree.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten().collect()
    } else {
        vec![tree]
    }
}
