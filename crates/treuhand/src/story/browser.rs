//! A browser for the story: it follows redirects, keeps cookies, fills in forms and runs no script. With it the
//! story signs in as a person does, second factor included.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use client::{HttpTransport, Transport};
use edge::http::{Method, Request, header};

/// Redirects that are followed before giving up.
const MAX_REDIRECTS: u32 = 10;

/// One person's browser.
pub(super) struct Browser {
    root: String,
    transport: HttpTransport,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// Where a browser ended up.
pub(super) struct Shown {
    /// The address: a path of ours, or the whole address of another site.
    pub at: String,
    html: String,
}

impl Browser {
    /// A browser that has been nowhere.
    pub fn new(root: &str, transport: HttpTransport) -> Self {
        Self { root: root.to_owned(), transport, cookies: Mutex::default() }
    }

    /// Opens a page.
    pub async fn open(&self, path: &str) -> Result<Shown> {
        self.go(Method::GET, path.to_owned(), String::new()).await
    }

    /// Sends the form of a page with its hidden members and these.
    pub async fn submit(&self, page: &Shown, members: &[(&str, &str)]) -> Result<Shown> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for name in ["request", "token"] {
            form.append_pair(name, &page.hidden(name)?);
        }
        let action = page.between("action=\"", "\"")?;
        self.go(Method::POST, action, form.extend_pairs(members).finish()).await
    }

    async fn go(&self, mut method: Method, mut path: String, mut body: String) -> Result<Shown> {
        for _ in 0..MAX_REDIRECTS {
            let request = Request::builder()
                .method(method.clone())
                .uri(format!("{}{path}", self.root))
                .header(header::COOKIE, self.cookie_line())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Bytes::from(body))?;
            let response = self.transport.send(request).await?;
            self.keep_cookies(response.headers());
            match response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()) {
                Some(to) if to.starts_with('/') => {
                    (method, path, body) = (Method::GET, to.to_owned(), String::new());
                }
                elsewhere => {
                    let at = elsewhere.map_or(path, str::to_owned);
                    let html = String::from_utf8_lossy(response.body()).into_owned();
                    return Ok(Shown { at, html });
                }
            }
        }
        anyhow::bail!("the sign-in pages redirect in a circle")
    }

    fn cookie_line(&self) -> String {
        let Ok(cookies) = self.cookies.lock() else { return String::new() };
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &edge::HeaderMap) {
        let Ok(mut cookies) = self.cookies.lock() else { return };
        for line in headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()) {
            if let Some((name, rest)) = line.split_once('=') {
                cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
            }
        }
    }
}

impl Shown {
    /// A member of the query of the address.
    pub fn member(&self, name: &str) -> Option<String> {
        let query = self.at.split_once('?').map_or("", |(_, query)| query);
        let mut members = form_urlencoded::parse(query.as_bytes());
        members.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// Whether the page asks for this.
    pub fn asks_for(&self, field: &str) -> bool {
        self.html.contains(&format!("name=\"{field}\""))
    }

    /// The key of one-time codes that the page shows.
    pub fn shown_key(&self) -> Result<String> {
        self.between("<code>", "</code>")
    }

    fn hidden(&self, name: &str) -> Result<String> {
        let text = self.between(&format!("name=\"{name}\" value=\""), "\"")?;
        Ok(text.replace("&#38;", "&").replace("&amp;", "&"))
    }

    fn between(&self, from: &str, to: &str) -> Result<String> {
        let heading = self.html.split_once("<h1>").map_or("", |(_, rest)| rest);
        let heading = heading.split_once("</h1>").map_or("", |(heading, _)| heading);
        let found = self.html.split_once(from).and_then(|(_, rest)| rest.split_once(to));
        let (found, _) = found.with_context(|| format!("the page '{heading}' is not the expected one"))?;
        ensure!(!found.is_empty(), "the page '{heading}' lacks {from}");
        Ok(found.to_owned())
    }
}
