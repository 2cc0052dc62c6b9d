//! A log's files, from a folder or from where it is served.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};
use edge::tls::{authorities, client};
use edge::{Outbound, Web};
use ledger::{Checkpoint, Files, Refusal, tiles_of};

/// Requests at the same time.
const AT_ONCE: usize = 8;

/// A log's files.
pub enum Gathered {
    /// In a folder.
    Folder(PathBuf),
    /// Fetched.
    Fetched(HashMap<String, Vec<u8>>),
}

impl Files for Gathered {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        match self {
            Self::Fetched(files) => Ok(files.get(path).cloned()),
            Self::Folder(folder) => match fs::read(folder.join(path)) {
                Ok(content) => Ok(Some(content)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Refusal::new("missing_file", format!("{path}: {error}"))),
            },
        }
    }
}

/// The files at a folder or address. What a served log withholds is missing here, and refused by the verifier.
pub async fn gather(place: &str, authority: Option<&Path>) -> Result<Result<Gathered, Refusal>> {
    if !place.starts_with("http://") && !place.starts_with("https://") {
        return Ok(Ok(Gathered::Folder(PathBuf::from(place))));
    }
    let roots = authority.map(authorities).transpose()?.unwrap_or_else(rustls::RootCertStore::empty);
    let web = Web::new(client(roots, None)?, Outbound::anywhere());
    let prefix = place.trim_end_matches('/');
    let Some(note) = fetch(&web, prefix, "checkpoint").await? else {
        return Ok(Ok(Gathered::Fetched(HashMap::new())));
    };
    let size = match Checkpoint::peek(&note) {
        Ok(checkpoint) => checkpoint.size,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut files = HashMap::from([("checkpoint".to_owned(), note)]);
    let mut wanted = tiles_of(size).map(|tile| tile.path());
    let mut running = tokio::task::JoinSet::new();
    loop {
        while running.len() < AT_ONCE
            && let Some(path) = wanted.next()
        {
            let (web, prefix) = (web.clone(), prefix.to_owned());
            running.spawn(async move { fetch(&web, &prefix, &path).await.map(|found| (path, found)) });
        }
        let Some(fetched) = running.join_next().await else { break };
        if let (path, Some(content)) = fetched.context("fetching broke off")?? {
            files.insert(path, content);
        }
    }
    Ok(Ok(Gathered::Fetched(files)))
}

async fn fetch(web: &Web, prefix: &str, path: &str) -> Result<Option<Vec<u8>>> {
    let url = format!("{prefix}/{path}");
    let (status, body) = web.get(&url).await.with_context(|| format!("cannot fetch {url}"))?;
    match status {
        200 => Ok(Some(body.to_vec())),
        404 => Ok(None),
        other => anyhow::bail!("{url} answered {other}"),
    }
}
