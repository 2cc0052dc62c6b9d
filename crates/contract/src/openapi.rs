//! The contract as an OpenAPI 3.1 document and as tables for people, both derived from the operation table,
//! the shapes and the profiles.
//!
//! Invariants: the same table gives the same bytes; every operation is in the document with its state, served
//! or not; a member says its data class.
//!
//! Deliberately absent: schemas written by hand, and the member `sealed`, which no client ever sees.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::errors::CATALOGUE;
use crate::operation::{Api, Auth, Cloud, Reply, Spec, operations};
use crate::profile::{Profile, State};
use crate::shape::{Field, Shape, Type};

/// The OpenAPI 3.1 document of the whole contract. `profiles` give each operation's state in their clouds.
pub fn document(version: &str, profiles: &[&Profile]) -> Value {
    let mut schemas = Schemas::default();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for spec in operations() {
        let path = path_of(spec);
        let entry = operation(spec, path, profiles, &mut schemas);
        paths.entry(path).or_default().insert(spec.method.name().to_ascii_lowercase(), entry);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Treuhand: a partner center for sovereign clouds",
            "version": version,
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "The Partner Center REST contract in the edition of a sovereign cloud, and our own prefixes. \
                Members are written in camelCase and read in any casing; paths and query names are case-blind.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas.finish(),
            "responses": {
                "PartnerCenterError": error("application/json", "PartnerCenterError", "An error in Partner Center's envelope."),
                "Problem": error("application/problem+json", "Problem", "An error of our own prefixes."),
            },
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
        },
        "x-error-codes": codes(),
    })
}

/// The schemas of these shapes and of all that they refer to, with the same addresses as in [`document`].
pub fn schemas(shapes: impl IntoIterator<Item = &'static Shape>) -> Value {
    let mut schemas = Schemas::default();
    for shape in shapes {
        schemas.refer(shape);
    }
    json!({ "components": { "schemas": schemas.0 } })
}

fn error(content: &str, schema: &str, description: &str) -> Value {
    json!({
        "description": description,
        "content": { content: { "schema": { "$ref": format!("#/components/schemas/{schema}") } } },
    })
}

fn codes() -> Value {
    CATALOGUE
        .iter()
        .map(|entry| json!({ "code": entry.code.0, "status": entry.status, "meaning": entry.meaning }))
        .collect()
}

/// The path under which the document lists an operation: OpenAPI takes paths that differ only in the names of
/// their parameters for one, so the first of them stands for all.
fn path_of(spec: &Spec) -> &'static str {
    let same = |other: &str| {
        let hole = |part: &str| part.starts_with('{');
        let pairs = || other.split('/').zip(spec.path.split('/'));
        other.split('/').count() == spec.path.split('/').count()
            && pairs().all(|(a, b)| a == b || (hole(a) && hole(b)))
    };
    operations().iter().map(|spec| spec.path).find(|path| same(path)).unwrap_or(spec.path)
}

fn operation(spec: &Spec, path: &'static str, profiles: &[&Profile], schemas: &mut Schemas) -> Value {
    let mut entry = json!({
        "operationId": spec.id,
        "summary": spec.doc,
        "tags": [spec.area],
        "parameters": parameters(spec, path),
        "responses": responses(spec, schemas),
        "x-clouds": spec.clouds,
        "x-auth": spec.auth.name(),
        "x-roles": spec.roles,
        "x-effect": spec.effect.name(),
        "x-home": spec.home.name(),
        "x-state": states(spec, profiles),
    });
    if spec.auth != Auth::Anonymous {
        entry["security"] = json!([{ "bearer": [] }]);
    }
    if let Some(shape) = spec.body {
        let content = if spec.id.starts_with("get-aad") || spec.id.starts_with("generate-partner") {
            "application/x-www-form-urlencoded"
        } else {
            "application/json"
        };
        entry["requestBody"] = json!({
            "required": true,
            "content": { content: { "schema": schemas.refer(shape()) } },
        });
    }
    entry
}

fn parameters(spec: &Spec, path: &str) -> Value {
    let path = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let path = path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
    let query =
        spec.query.iter().map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    path.chain(query).collect()
}

fn states(spec: &Spec, profiles: &[&Profile]) -> Value {
    let mut states = Map::new();
    for profile in profiles {
        let state = profile.state(spec);
        let mut entry = json!({ "state": state.name() });
        if let State::Refused(refusal) = state {
            entry["reason"] = json!(refusal.reason.slug());
            entry["place"] = json!(refusal.place.as_ref().map(|place| &place.link));
        }
        if let Some(date) = profile.since(spec) {
            entry["since"] = json!(date);
        }
        states.insert(profile.name.clone(), entry);
    }
    Value::Object(states)
}

fn responses(spec: &Spec, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    for status in spec.success {
        let mut response = json!({ "description": if *status == 404 { "Not there." } else { "Success." } });
        if let Some(content) = content(spec.reply, schemas).filter(|_| *status == 200 || *status == 201) {
            response["content"] = content;
        }
        responses.insert(status.to_string(), response);
    }
    let error = if spec.api == Api::PartnerCenter { "PartnerCenterError" } else { "Problem" };
    responses.insert("default".to_owned(), json!({ "$ref": format!("#/components/responses/{error}") }));
    Value::Object(responses)
}

fn content(reply: Reply, schemas: &mut Schemas) -> Option<Value> {
    let schema = match reply {
        Reply::None => return None,
        Reply::File(file) => {
            let media = file.media.split(';').next().unwrap_or_default();
            return Some(json!({ media: { "schema": { "type": "string", "contentMediaType": media } } }));
        }
        Reply::Scalar => json!({ "type": ["string", "number", "boolean"] }),
        Reply::One(shape) => schemas.refer(shape()),
        Reply::Array(shape) => json!({ "type": "array", "items": schemas.refer(shape()) }),
        Reply::Collection(shape) => json!({
            "type": "object",
            "required": ["totalCount", "items"],
            "properties": {
                "totalCount": { "type": "integer", "description": "How many items this page holds." },
                "items": { "type": "array", "items": schemas.refer(shape()) },
                "links": { "type": "object" },
                "continuationToken": { "type": "string" },
                "attributes": { "type": "object", "properties": { "objectType": { "const": "Collection" } } },
            },
        }),
    };
    Some(json!({ "application/json": { "schema": schema } }))
}

/// The schemas that the document refers to, each once.
#[derive(Default)]
struct Schemas(BTreeMap<&'static str, Value>);

impl Schemas {
    fn refer(&mut self, shape: &'static Shape) -> Value {
        if !self.0.contains_key(shape.name) {
            self.0.insert(shape.name, Value::Null); // shapes refer to each other in circles
            let schema = self.schema(shape);
            self.0.insert(shape.name, schema);
        }
        json!({ "$ref": format!("#/components/schemas/{}", shape.name) })
    }

    fn schema(&mut self, shape: &'static Shape) -> Value {
        if let Some(ty) = shape.bare {
            let mut schema = self.of_type(ty);
            schema["description"] = json!(shape.doc);
            return schema;
        }
        let mut properties = Map::new();
        for field in shape.fields {
            properties.insert(field.wire.to_owned(), self.of_field(field));
        }
        let required: Vec<&str> =
            shape.fields.iter().filter(|field| field.required).map(|field| field.wire).collect();
        let mut schema = json!({ "type": "object", "description": shape.doc, "properties": properties });
        if !required.is_empty() {
            schema["x-required-on-create"] = json!(required);
        }
        if let Some(sealed) = shape.sealed {
            schema["x-sealed"] = json!({ "record": sealed.record, "fieldSet": sealed.field_set });
        }
        schema
    }

    fn of_field(&mut self, field: &Field) -> Value {
        let mut schema = self.of_type(field.ty);
        schema["x-data-class"] = json!(field.class.word());
        if !field.doc.is_empty() {
            schema["description"] = json!(field.doc);
        }
        if field.read_only {
            schema["readOnly"] = json!(true);
        }
        if matches!(field.ty, Type::Text) {
            schema["maxLength"] = json!(field.max_length);
        }
        schema
    }

    fn of_type(&mut self, ty: Type) -> Value {
        match ty {
            Type::Text => json!({ "type": "string" }),
            Type::Integer => json!({ "type": "integer", "format": "int64" }),
            Type::Decimal => json!({ "type": "number" }),
            Type::Bool => json!({ "type": "boolean" }),
            Type::DateTime => json!({ "type": "string", "format": "date-time" }),
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::Guid => json!({ "type": "string", "format": "uuid" }),
            Type::Enum(words) => json!({ "type": "string", "enum": words.values }),
            Type::Object(shape) => self.refer(shape()),
            Type::List(item) => json!({ "type": "array", "items": self.of_type(*item) }),
            Type::Map(value) => json!({ "type": "object", "additionalProperties": self.of_type(*value) }),
            Type::Any => json!({}),
        }
    }

    fn finish(mut self) -> Value {
        let text = |description: &str| json!({ "type": "string", "description": description });
        self.0.insert(
            "PartnerCenterError",
            json!({
                "type": "object",
                "required": ["code", "description"],
                "properties": {
                    "code": { "type": "integer", "description": "One of the documented codes, or 0." },
                    "description": { "type": "string", "maxLength": 1024 },
                    "data": { "type": "array", "items": { "type": "string" }, "description": "Our reason first." },
                    "source": { "type": "string" },
                },
            }),
        );
        self.0.insert(
            "Problem",
            json!({
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": text("A URN that ends in our reason."),
                    "title": text("Our reason."),
                    "status": { "type": "integer" },
                    "detail": text("What is wrong and what to do."),
                    "data": { "type": "array", "items": { "type": "string" } },
                    "code": { "type": "integer" },
                },
            }),
        );
        json!(self.0)
    }
}

/// The table of one cloud's operations for people. With a profile of that cloud, it says what is served here.
pub fn docs_table(cloud: Cloud, profile: Option<&Profile>) -> String {
    let mut text = format!(
        "<!-- Generated by `cargo xtask generate` from crates/contract. Do not edit. -->\n\
         # Operations: {}\n\n{}\n",
        cloud.name(),
        head(cloud, profile)
    );
    let mut area = "";
    for spec in operations().iter().filter(|spec| listed(spec, cloud, profile)) {
        if spec.area != area {
            area = spec.area;
            let _ = write!(
                text,
                "\n## {area}\n\n| operation | call | token | roles | state |\n|---|---|---|---|---|\n"
            );
        }
        let roles: Vec<&str> = spec.roles.iter().map(|role| role.name()).collect();
        let _ = writeln!(
            text,
            "| **{}**<br>{} | `{} {}` | {} | {} | {} |",
            spec.id,
            spec.doc,
            spec.method,
            spec.path,
            spec.auth.name(),
            roles.join(", "),
            state(spec, profile),
        );
    }
    text
}

/// A cloud with a profile lists everything, refusals too; the others list what is documented for them.
fn listed(spec: &Spec, cloud: Cloud, profile: Option<&Profile>) -> bool {
    profile.is_some() || spec.clouds.contains(&cloud)
}

fn head(cloud: Cloud, profile: Option<&Profile>) -> String {
    let Some(profile) = profile else {
        let count = operations().iter().filter(|spec| spec.clouds.contains(&cloud)).count();
        return format!(
            "The {count} operations that the public documentation lists for this cloud. No profile serves it here."
        );
    };
    let mut counts = BTreeMap::new();
    for spec in operations() {
        *counts.entry(profile.state(spec).name()).or_insert(0) += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(state, count)| format!("{count} {state}")).collect();
    format!("{}: {} of {} operations.", profile.title, counts.join(", "), operations().len())
}

fn state(spec: &Spec, profile: Option<&Profile>) -> String {
    let Some(profile) = profile else { return "documented".to_owned() };
    let since = profile.since(spec).map(|date| format!(" (from {date})")).unwrap_or_default();
    match profile.state(spec) {
        State::Refused(refusal) => {
            let place = refusal.place.as_ref().map(|place| format!(" → {}", place.link)).unwrap_or_default();
            format!("refused: {}{place}", refusal.reason.slug())
        }
        other => format!("{}{since}", other.name()),
    }
}

#[cfg(test)]
mod tests;
