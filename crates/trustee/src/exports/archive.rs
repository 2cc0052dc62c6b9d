//! The archive that a customer takes along: files in a tar, and a manifest that lists each of them with length and digest.
//!
//! `records/<operation>.jsonl` has one line for each record, as the contract shows it and from which path;
//! `schema.json` says what their members are; `files/` has documents; `manifest.json` lists all other files.
//!
//! Invariants: the same files give the same bytes; an archive that lacks a file, has another one, or has one with other
//! bytes than its manifest says is refused; no name leads out of the folder it is unpacked into.
//!
//! Deliberately absent: sealing (`envelope::age`), and what is put in.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;

/// The form, for readers.
pub const FORMAT: &str = "treuhand-export@v1";
/// The file that lists the others.
pub const MANIFEST: &str = "manifest.json";
/// The file that describes the records' members.
pub const SCHEMA: &str = "schema.json";

/// What an archive says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The export's id, which the transparency log's entry has in its details.
    pub export: String,
    /// Whose.
    pub tenant: String,
    /// The cloud's name.
    pub cloud: String,
    /// Who ran the cloud.
    pub operator: String,
    /// Who kept the keys.
    pub trustee: String,
    /// The program that made it.
    pub program: String,
    /// The host that the records' paths belong to.
    pub origin: String,
    /// When it was made.
    pub made: String,
    /// Partners that sell to the customer.
    pub partners: Vec<String>,
    /// Every other file.
    pub files: Vec<Listed>,
    /// What could not be had, and why.
    pub missing: Vec<Missing>,
    /// Readable operations that are not in it on purpose, and why.
    pub left_out: Vec<Missing>,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listed {
    /// Its name.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// How many records, where it holds records.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub records: Option<u64>,
    /// What of `schema.json` describes them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub schema: Option<String>,
}

/// Something that is not in an archive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The operation that would show it.
    pub operation: String,
    /// Why.
    pub why: String,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Where the contract shows it.
    pub path: String,
    /// The record.
    pub value: Value,
}

/// What is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage(pub String);

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the archive is not whole: {}", self.0)
    }
}

impl std::error::Error for Damage {}

fn damage<T>(what: impl Into<String>) -> Result<T, Damage> {
    Err(Damage(what.into()))
}

/// Files by their names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Archive(BTreeMap<String, Vec<u8>>);

impl Archive {
    /// Files that were read from somewhere, by their names.
    pub fn of(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self(files)
    }

    /// Puts a file in.
    pub fn put(&mut self, path: String, content: Vec<u8>) {
        self.0.insert(path, content);
    }

    /// The file with records that an operation shows.
    pub fn path_of(operation: &str) -> String {
        format!("records/{operation}.jsonl")
    }

    /// Every file by its name.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// Lists what is in it, in a manifest that begins with what `about` says; `schemas` names what describes the records
    /// of an operation. Answers the number of records.
    ///
    /// # Errors
    /// When the manifest has no text.
    pub fn close(
        &mut self,
        about: Manifest,
        schemas: &BTreeMap<String, String>,
    ) -> Result<u64, serde_json::Error> {
        let listed = |(path, content): (&str, &[u8])| Listed {
            records: schemas.contains_key(path).then(|| lines(content)),
            schema: schemas.get(path).cloned(),
            bytes: content.len() as u64,
            sha256: sha256(content),
            path: path.to_owned(),
        };
        let files: Vec<Listed> = self.files().map(listed).collect();
        let records = files.iter().filter_map(|file| file.records).sum();
        let manifest = Manifest { format: FORMAT.to_owned(), files, ..about };
        self.put(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest)?);
        Ok(records)
    }

    /// The archive as one tar; `made` is the time that its files have, in seconds.
    ///
    /// # Errors
    /// When a name is too long for the form.
    pub fn to_tar(&self, made: u64) -> std::io::Result<Vec<u8>> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, content) in self.files() {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_mode(0o600);
            header.set_mtime(made);
            tar.append_data(&mut header, path, content)?;
        }
        tar.into_inner()
    }

    /// Reads a tar. Nothing of it is believed yet; see [`Archive::verify`].
    ///
    /// # Errors
    /// When it is none, or holds something other than files with plain names.
    pub fn from_tar(bytes: &[u8]) -> Result<Self, Damage> {
        let broken = |error: std::io::Error| Damage(error.to_string());
        let mut archive = Self::default();
        for entry in tar::Archive::new(bytes).entries().map_err(broken)? {
            let mut entry = entry.map_err(broken)?;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if !entry.header().entry_type().is_file() || !is_plain(&path) {
                return damage(format!("{path:?} is no file of an export"));
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(broken)?;
            if archive.0.insert(path.clone(), content).is_some() {
                return damage(format!("{path} is there twice"));
            }
        }
        Ok(archive)
    }

    /// The manifest, if the files are those that it lists.
    ///
    /// # Errors
    /// What differs.
    pub fn verify(&self) -> Result<Manifest, Damage> {
        let Some(manifest) = self.0.get(MANIFEST) else { return damage("there is no manifest.json") };
        let manifest: Manifest =
            serde_json::from_slice(manifest).map_err(|why| Damage(format!("manifest.json: {why}")))?;
        if manifest.format != FORMAT {
            return damage(format!("its form is {:?}, and this program reads {FORMAT}", manifest.format));
        }
        for listed in &manifest.files {
            let Some(content) = self.0.get(&listed.path) else {
                return damage(format!("{} is missing", listed.path));
            };
            if content.len() as u64 != listed.bytes || sha256(content) != listed.sha256 {
                return damage(format!("{} was changed", listed.path));
            }
            if listed.records.is_some_and(|records| records != lines(content)) {
                return damage(format!("{} has another number of records", listed.path));
            }
        }
        let known = |path: &str| path == MANIFEST || manifest.files.iter().any(|listed| listed.path == path);
        match self.files().find(|(path, _)| !known(path)) {
            Some((path, _)) => damage(format!("{path} is in no list")),
            None => Ok(manifest),
        }
    }

    /// The records that an operation shows; none where there is no such file.
    ///
    /// # Errors
    /// When a line is no record.
    pub fn records(&self, operation: &str) -> Result<Vec<Line>, Damage> {
        let path = Self::path_of(operation);
        let Some(content) = self.0.get(&path) else { return Ok(Vec::new()) };
        let line = |line: &[u8]| serde_json::from_slice(line).map_err(|why| Damage(format!("{path}: {why}")));
        content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(line).collect()
    }
}

/// Names that lead nowhere but into the folder.
fn is_plain(path: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    path.split('/').all(part)
}

fn lines(content: &[u8]) -> u64 {
    content.split(|byte| *byte == b'\n').count().saturating_sub(1) as u64
}

/// A digest as hexadecimal text.
pub fn sha256(content: &[u8]) -> String {
    HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Archive {
        let mut archive = Archive::default();
        let path = Archive::path_of("list-orders");
        archive.put(
            path.clone(),
            b"{\"path\":\"/a\",\"value\":{\"id\":1}}\n{\"path\":\"/b\",\"value\":2}\n".to_vec(),
        );
        archive.put("files/report.json".to_owned(), b"{}".to_vec());
        let schemas = BTreeMap::from([(path, "Order".to_owned())]);
        assert_eq!(archive.close(Manifest::default(), &schemas).expect("closed"), 2);
        archive
    }

    #[test]
    fn a_whole_archive_is_read_back_and_verified() {
        let archive = sample();
        let tar = archive.to_tar(1_500_000_000).expect("a tar");
        assert_eq!(tar, archive.to_tar(1_500_000_000).expect("the same again"));
        let read = Archive::from_tar(&tar).expect("read");
        assert!(read == archive);
        let manifest = read.verify().expect("whole");
        assert_eq!(manifest.files.iter().filter_map(|file| file.records).sum::<u64>(), 2);
        assert_eq!(
            read.records("list-orders").expect("records")[1],
            Line { path: "/b".into(), value: 2.into() }
        );
        assert_eq!(read.records("list-nothing").expect("none").len(), 0);
    }

    #[test]
    fn what_differs_from_the_manifest_is_refused() {
        let check = |what: &str, change: fn(&mut Archive), why: &str| {
            let mut archive = sample();
            change(&mut archive);
            let refused = archive.verify().err().map(|damage| damage.0).unwrap_or_default();
            assert!(refused.contains(why), "{what}: {refused:?}");
        };
        check("a changed byte", |a| a.put("files/report.json".into(), b"[]".to_vec()), "was changed");
        check("a longer file", |a| a.put("files/report.json".into(), b"{} ".to_vec()), "was changed");
        check("a file less", |a| drop(a.0.remove("files/report.json")), "is missing");
        check("a file more", |a| a.put("files/more.json".into(), b"{}".to_vec()), "is in no list");
        check("no manifest", |a| drop(a.0.remove(MANIFEST)), "no manifest");
        let other = |a: &mut Archive| {
            let manifest = String::from_utf8(a.0[MANIFEST].clone()).unwrap_or_default();
            a.put(MANIFEST.into(), manifest.replace(FORMAT, "treuhand-export@v9").into_bytes());
        };
        check("another form", other, "its form is");
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for path in ["../a", "/etc/a", "a/../b", "a//b", ".ssh/a", "a b", "a/", ""] {
            assert!(!is_plain(path), "{path:?}");
        }
        for path in ["manifest.json", "records/list-orders.jsonl", "files/access-report-1.json"] {
            assert!(is_plain(path), "{path:?}");
        }
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "link", "/etc").expect("appended");
        assert!(Archive::from_tar(&tar.into_inner().expect("a tar")).is_err(), "a link");
    }
}
