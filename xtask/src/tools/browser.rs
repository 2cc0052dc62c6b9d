//! Chromium of Debian, driven by playwright-core of npm: opens the pages as a person's browser would.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

use super::{apt, found, installing};
use crate::command::{self, Run};

const DRIVER: &str = "playwright-core@1.65.1";
const CHROMIUM: &str = "/usr/bin/chromium";
const PURPOSE: &str = "opens the portal's pages";

/// Where browser and driver are.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// The folder to hand to node as `NODE_PATH`.
    pub node_modules: PathBuf,
}

/// Makes sure of both and opens an empty page, so that a browser that cannot start is found here.
pub fn ensure() -> Result<Browser> {
    let folder = command::target()?.join("tools/browser");
    let browser = Browser { chromium: CHROMIUM.into(), node_modules: folder.join("node_modules") };
    if browser.node_modules.exists() && opens(&browser).is_ok() {
        found("Chromium", PURPOSE);
        return Ok(browser);
    }
    installing("Chromium", PURPOSE);
    let packages = [("node", "nodejs"), ("npm", "npm"), (CHROMIUM, "chromium")];
    let missing: Vec<&str> = packages
        .into_iter()
        .filter(|(program, _)| !Run::new(program).args(["--version"]).works())
        .map(|(_, package)| package)
        .collect();
    if !missing.is_empty() {
        apt::install(&missing)?;
    }
    install_driver(&folder)?;
    opens(&browser).context("Chromium was installed but does not open a page")?;
    Ok(browser)
}

fn install_driver(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    Run::new("npm")
        .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
        .args([folder])
        .args([DRIVER])
        .show()
}

fn opens(browser: &Browser) -> Result<String> {
    let script = format!(
        "require('playwright-core').chromium\
         .launch({{ executablePath: '{CHROMIUM}', args: ['--no-sandbox'] }})\
         .then(async b => {{ await (await b.newPage()).goto('about:blank'); await b.close(); }})\
         .catch(e => {{ console.error(String(e)); process.exit(1); }})"
    );
    Run::new("node").args(["-e", &script]).env("NODE_PATH", &browser.node_modules).read()
}
