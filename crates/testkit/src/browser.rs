//! A browser without script: keeps cookies, follows redirects, fills in the forms that a page has. What is no page of a
//! browser fails the test that looks at it.

use edge::http::header::{COOKIE, LOCATION, SET_COOKIE};
use edge::{Request, Zone, http};
use std::cell::RefCell;
use std::collections::BTreeMap;
use trustee::Trustee;

use crate::Town;

const ORIGIN: &str = "https://partner.example";
/// More redirects than any way through the pages has.
const MOST_REDIRECTS: usize = 12;

/// A browser in a town.
pub struct Browser<'t> {
    zone: &'t Trustee,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A page that is shown.
pub struct Shown {
    /// The status.
    pub status: u16,
    /// Its address.
    pub at: String,
    /// The page.
    pub html: String,
}

impl<'t> Browser<'t> {
    /// A new one, without cookies.
    pub fn new(town: &'t Town) -> Self {
        Self::of(&town.trustee.trustee)
    }

    /// A new one that visits this trustee zone.
    pub fn of(zone: &'t Trustee) -> Self {
        Self { zone, cookies: RefCell::default() }
    }

    /// Shows a page of the zone.
    pub async fn get(&self, target: &str) -> Shown {
        self.go("GET", target, String::new()).await
    }

    /// One request, then redirects to the end.
    async fn go(&self, method: &str, target: &str, body: String) -> Shown {
        let (mut method, mut target, mut body) = (method.to_owned(), target.to_owned(), body);
        for _ in 0..MOST_REDIRECTS {
            let cookies = self.cookies.borrow().iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>();
            let request = http::Request::builder()
                .method(method.as_str())
                .uri(target.as_str())
                .header(COOKIE, cookies.join("; "))
                .header("sec-fetch-site", "same-origin")
                .header("accept-language", "en");
            let (parts, ()) = request.body(()).expect("a request").into_parts();
            let response = self.zone.handle(Request::from_parts(parts, body.into())).await;
            for line in response.headers.get_all(SET_COOKIE) {
                let (name, rest) = line.to_str().expect("text").split_once('=').expect("a cookie");
                let value = rest.split(';').next().expect("a value").to_owned();
                self.cookies.borrow_mut().insert(name.to_owned(), value);
            }
            let Some(to) = response.headers.get(LOCATION) else {
                let html = String::from_utf8_lossy(&response.body).into_owned();
                return Shown { status: response.status.as_u16(), at: target, html };
            };
            let to = to.to_str().expect("text");
            (method, target, body) =
                ("GET".to_owned(), to.strip_prefix(ORIGIN).unwrap_or(to).to_owned(), String::new());
        }
        panic!("redirects without an end, at {target}");
    }

    /// Sends the page's form that holds `mark`, with these members changed.
    pub async fn send(&self, page: &Shown, mark: &str, members: &[(&str, &str)]) -> Shown {
        let form = page.form(mark);
        let mut sent: Vec<(String, String)> = fields(form);
        for (name, value) in members {
            sent.retain(|(known, _)| known != name);
            sent.push(((*name).to_owned(), (*value).to_owned()));
        }
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(sent).finish();
        let head = form.split('>').next().expect("a tag");
        let action = attribute(head, "action").unwrap_or_else(|| page.at.clone());
        match attribute(head, "method").as_deref() {
            Some("post") => self.go("POST", &action, text).await,
            _ => self.get(&format!("{action}?{text}")).await,
        }
    }

    /// Signs in on the page that a way into the portal leads to.
    pub async fn sign_in(&self, user: &str, password: &str) -> Shown {
        let page = self.get("/portal").await;
        self.send(&page, "name=\"password\"", &[("user_name", user), ("password", password)]).await
    }
}

impl Shown {
    /// The text of the form that holds this text.
    fn form(&self, mark: &str) -> &str {
        let forms = self.html.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next());
        forms
            .into_iter()
            .find(|form| form.contains(mark))
            .unwrap_or_else(|| panic!("no form with {mark} at {}: {}", self.at, self.html))
    }

    /// Whether the page says this.
    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// Fails unless the page is shown with this status and says this.
    pub fn says(&self, status: u16, text: &str) -> &Self {
        assert_eq!(self.status, status, "{}: {}", self.at, self.html);
        assert!(self.has(text), "no {text:?} at {}: {}", self.at, self.html);
        self
    }

    /// The address of the link with this text.
    pub fn link(&self, text: &str) -> String {
        let before = self.html.split(&format!(">{text}</a>")).next().expect("a part");
        assert_ne!(before.len(), self.html.len(), "no link {text:?} at {}: {}", self.at, self.html);
        let tag = before.rsplit("<a ").next().expect("a tag");
        attribute(tag, "href").expect("an address")
    }

    /// The address of the page's first link beyond this house, for pages that send a browser on by themselves.
    pub fn leads_to(&self) -> Option<String> {
        let links = self.html.split("<a ").skip(1);
        links.filter_map(|rest| attribute(rest.split('>').next()?, "href")).find(|to| to.starts_with("http"))
    }

    /// The texts that are shown once.
    pub fn secrets(&self) -> Vec<String> {
        let parts = self.html.split("<code class=\"secret\">").skip(1);
        parts.map(|rest| plain(rest.split("</code>").next().expect("an end"))).collect()
    }
}

/// The members that a browser would send: of inputs their value, of lists what is chosen.
fn fields(form: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for input in form.split("<input ").skip(1) {
        let tag = input.split('>').next().expect("a tag");
        let ticked = matches!(attribute(tag, "type").as_deref(), Some("checkbox" | "radio"));
        if let Some(name) = attribute(tag, "name").filter(|_| !ticked || tag.contains(" checked")) {
            found.push((name, attribute(tag, "value").unwrap_or_default()));
        }
    }
    for select in form.split("<select ").skip(1) {
        let name = attribute(select, "name").expect("a name");
        let options: Vec<&str> = select.split("<option ").skip(1).collect();
        let chosen = options.iter().find(|option| option.contains(" selected")).or(options.first());
        found.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!("{name}=\""))?.1;
    Some(plain(rest.split_once('"')?.0))
}

fn plain(text: &str) -> String {
    let text = text.replace("&#38;", "&").replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&amp;", "&")
}
