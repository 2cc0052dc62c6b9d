//! Everything that the operator zone could ever hand over, whoever compels it: every row of every table, its
//! configuration and its keys, with a manifest. Private members are in it as the envelopes they are: nothing here could
//! open one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{SHA256, digest};
use kernel::Micros;
use serde_json::{Value, json};
use store::{Schema, Store};

/// What is exported.
pub struct Wanted<'a> {
    /// The operator's store.
    pub store: &'a Store,
    /// Files beside the store that the operator has: configuration, certificates, keys.
    pub files: &'a [PathBuf],
    /// Only rows that name this tenant; all without.
    pub tenant: Option<&'a str>,
    /// Where it is written: a folder that is not there yet.
    pub to: &'a Path,
    /// The present.
    pub now: Micros,
}

/// Writes the export; gives the number of rows of each table.
///
/// # Errors
/// When the folder is there already, or something cannot be read or written.
pub fn export(wanted: &Wanted<'_>) -> Result<BTreeMap<String, u64>> {
    let Wanted { store, files, tenant, to, now } = *wanted;
    if to.exists() {
        bail!("{} is there already; choose another name", to.display());
    }
    fs::DirBuilder::new().mode(0o700).recursive(true).create(to)?;
    let (rows, whole) = (to.join("rows.jsonl"), to.join("store.jsonl"));
    store.backup(Schema::Operator, &whole, now).context("the store cannot be read")?;
    let counts = write_rows(&whole, &rows, tenant)?;
    // What is not asked for is not handed over.
    fs::remove_file(&whole)?;
    let mut copied = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let name = format!("{number:02}-{name}");
        write(&to.join(&name), &bytes)?;
        copied.push(json!({"file": name, "from": file.display().to_string(), "sha256": hash(&bytes)}));
    }
    let manifest = json!({
        "what": "All that the operator zone holds and could ever hand over.",
        "sealed": "Members named 'sealed' and columns that end in '_sealed' are envelopes. Their keys are the data trustee's; \
                   the operator has none and can get none.",
        "madeDate": jiff::Timestamp::from_microsecond(now).map(|at| at.to_string()).unwrap_or_default(),
        "tenantId": tenant,
        "rows": {"file": "rows.jsonl", "sha256": hash(&fs::read(&rows)?), "tables": counts},
        "files": copied,
    });
    write(&to.join("manifest.json"), format!("{manifest:#}\n").as_bytes())?;
    Ok(counts)
}

/// Each row as an object with its table and columns, one a line.
fn write_rows(whole: &Path, to: &Path, tenant: Option<&str>) -> Result<BTreeMap<String, u64>> {
    let text = fs::read_to_string(whole)?;
    let tenant = tenant.map(str::to_lowercase);
    let (mut table, mut columns) = (String::new(), Vec::new());
    let (mut out, mut counts) = (Vec::new(), BTreeMap::new());
    for line in text.lines() {
        match serde_json::from_str(line)? {
            Value::Object(head) if head.contains_key("table") => {
                head["table"].as_str().unwrap_or_default().clone_into(&mut table);
                columns = head["columns"].as_array().cloned().unwrap_or_default();
                counts.insert(table.clone(), 0);
            }
            Value::Array(values) => {
                if tenant.as_ref().is_some_and(|tenant| !line.to_lowercase().contains(tenant)) {
                    continue;
                }
                let named = columns.iter().filter_map(|name| name.as_str().map(str::to_owned));
                let row: serde_json::Map<String, Value> = named.zip(values).collect();
                writeln!(out, "{}", json!({"table": table, "row": row}))?;
                *counts.entry(table.clone()).or_insert(0) += 1;
            }
            _ => {} // the first line and the last
        }
    }
    write(to, &out)?;
    Ok(counts)
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, bytes).as_ref())
}
