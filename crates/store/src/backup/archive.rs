//! A backup's lines, each one JSON value:
//!
//! ```text
//! {"format":"treuhand-backup","version":1,"schema":"operator","engine":"sqlite","made":0,"steps":[[1,"0001_base","…","operator"]]}
//! {"table":"meta","columns":["key","value"]}
//! ["a","1"]                     a row: null, integer, text, or {"b":"…"} for bytes in base64
//! {"rows":1,"sha256":"…"}       of all lines before
//! ```

use super::{Step, trouble};
use crate::{StoreError, Value};
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::{BASE64, HEXLOWER};
use kernel::Micros;
use serde_json::{Map, Value as Json, json};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const FORMAT: &str = "treuhand-backup";
const VERSION: i64 = 1;
/// A line that is longer was not written by us: bodies are limited to a few MiB.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// The first line.
pub(super) struct Head {
    pub schema: String,
    pub engine: String,
    pub made: Micros,
    pub steps: Vec<Step>,
}

/// A line between head and foot.
pub(super) enum Line {
    Table { name: String, columns: Vec<String> },
    Row(Vec<Value>),
}

pub(super) struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Context,
    rows: u64,
}

impl Writer {
    pub fn create(path: &Path, head: &Head) -> Result<Self, StoreError> {
        let opened = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path);
        let file = opened.map_err(|error| trouble(path, &error.to_string()))?;
        let hash = Context::new(&SHA256);
        let mut writer = Self { path: path.to_owned(), file: BufWriter::new(file), hash, rows: 0 };
        let steps: Vec<Json> =
            head.steps.iter().map(|step| json!([step.number, step.name, step.checksum, step.part])).collect();
        writer.line(&json!({
            "format": FORMAT, "version": VERSION, "schema": head.schema, "engine": head.engine,
            "made": head.made, "steps": steps,
        }))?;
        Ok(writer)
    }

    pub fn table(&mut self, name: &str, columns: &[String]) -> Result<(), StoreError> {
        self.line(&json!({ "table": name, "columns": columns }))
    }

    pub fn row(&mut self, values: &[Value]) -> Result<(), StoreError> {
        self.rows += 1;
        self.line(&Json::Array(values.iter().map(to_json).collect()))
    }

    /// Writes the foot and waits until all is on disk.
    pub fn finish(mut self) -> Result<(), StoreError> {
        let sum = HEXLOWER.encode(self.hash.clone().finish().as_ref());
        self.line(&json!({ "rows": self.rows, "sha256": sum }))?;
        let file = self.file.into_inner().map_err(|error| trouble(&self.path, &error.to_string()))?;
        file.sync_all().map_err(|error| trouble(&self.path, &error.to_string()))
    }

    fn line(&mut self, value: &Json) -> Result<(), StoreError> {
        let mut line = value.to_string();
        line.push('\n');
        self.hash.update(line.as_bytes());
        self.file.write_all(line.as_bytes()).map_err(|error| trouble(&self.path, &error.to_string()))
    }
}

pub(super) struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    hash: Context,
    rows: u64,
    number: u64,
}

impl Reader {
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = File::open(path).map_err(|error| trouble(path, &format!("cannot be read: {error}")))?;
        let hash = Context::new(&SHA256);
        Ok(Self { path: path.to_owned(), file: BufReader::new(file), hash, rows: 0, number: 0 })
    }

    pub fn head(&mut self) -> Result<Head, StoreError> {
        let line = self.line()?;
        if line.get("format").and_then(Json::as_str) != Some(FORMAT) {
            return Err(trouble(&self.path, "is not a backup of ours"));
        }
        if line.get("version").and_then(Json::as_i64) != Some(VERSION) {
            return Err(trouble(
                &self.path,
                "has a newer form; restore it with a newer version of this program",
            ));
        }
        let text = |name: &str| line.get(name).and_then(Json::as_str).map(str::to_owned);
        let steps = line.get("steps").and_then(Json::as_array);
        let steps: Option<Vec<Step>> = steps.and_then(|steps| steps.iter().map(step).collect());
        let head = (|| {
            let made = line.get("made")?.as_i64()?;
            Some(Head { schema: text("schema")?, engine: text("engine")?, made, steps: steps? })
        })();
        head.ok_or_else(|| self.damaged())
    }

    /// The next line; None after the foot, which is checked.
    pub fn next(&mut self) -> Result<Option<Line>, StoreError> {
        let before = self.hash.clone();
        let line = self.line()?;
        match line {
            Json::Array(values) => {
                self.rows += 1;
                let values: Option<Vec<Value>> = values.into_iter().map(from_json).collect();
                values.map(|values| Some(Line::Row(values))).ok_or_else(|| self.damaged())
            }
            Json::Object(members) if members.contains_key("table") => {
                table(&members).map(Some).ok_or_else(|| self.damaged())
            }
            Json::Object(members) => self.foot(&members, before).map(|()| None),
            _ => Err(self.damaged()),
        }
    }

    fn foot(&mut self, members: &Map<String, Json>, before: Context) -> Result<(), StoreError> {
        let sum = HEXLOWER.encode(before.finish().as_ref());
        let rows = members.get("rows").and_then(Json::as_u64);
        if members.get("sha256").and_then(Json::as_str) != Some(sum.as_str()) || rows != Some(self.rows) {
            return Err(trouble(&self.path, "was changed after it was made (its checksum does not agree)"));
        }
        match self.file.fill_buf() {
            Ok([]) => Ok(()),
            _ => Err(self.damaged()),
        }
    }

    fn line(&mut self) -> Result<Json, StoreError> {
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut self.file, LONGEST_LINE);
        limited.read_until(b'\n', &mut line).map_err(|error| trouble(&self.path, &error.to_string()))?;
        self.number += 1;
        if line.last() != Some(&b'\n') {
            return Err(trouble(&self.path, "ends too early: it is not complete"));
        }
        self.hash.update(&line);
        serde_json::from_slice(&line).map_err(|_| self.damaged())
    }

    fn damaged(&self) -> StoreError {
        trouble(&self.path, &format!("is damaged in line {}", self.number))
    }
}

fn table(members: &Map<String, Json>) -> Option<Line> {
    let name = members.get("table")?.as_str()?.to_owned();
    let columns = members.get("columns")?.as_array()?;
    let columns = columns.iter().map(|column| column.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    Some(Line::Table { name, columns })
}

fn step(json: &Json) -> Option<Step> {
    let text = |index: usize| json.get(index).and_then(Json::as_str).map(str::to_owned);
    Some(Step { number: json.get(0)?.as_i64()?, name: text(1)?, checksum: text(2)?, part: text(3)? })
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Int(int) => Json::from(*int),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Bytes(bytes) => json!({ "b": BASE64.encode(bytes) }),
    }
}

fn from_json(json: Json) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Null),
        Json::Number(number) => number.as_i64().map(Value::Int),
        Json::String(text) => Some(Value::Text(text)),
        Json::Object(members) => {
            let bytes = members.get("b")?.as_str()?;
            BASE64.decode(bytes.as_bytes()).ok().map(Value::Bytes)
        }
        Json::Bool(_) | Json::Array(_) => None,
    }
}
