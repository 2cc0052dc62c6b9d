//! A browser that follows redirects, keeps cookies, fills in forms and runs no script.

use std::collections::BTreeMap;

use bytes::Bytes;
use client::{HttpTransport, Transport};
use edge::http::{Method, Request, Response, header};

/// One person's browser.
pub struct Browser {
    root: String,
    transport: HttpTransport,
    cookies: BTreeMap<String, String>,
    /// What forms of the last page say of where they come from: pages that send no referrer have no origin either.
    origin: String,
}

/// Where a browser ended up.
pub struct Shown {
    pub status: u16,
    pub at: String,
    pub html: String,
}

impl Browser {
    pub fn new(root: &str) -> Self {
        let transport = HttpTransport::plain().expect("a transport");
        Self { root: root.to_owned(), transport, cookies: BTreeMap::new(), origin: root.to_owned() }
    }

    /// A browser of somebody who signed in on the way to the start page.
    pub async fn of(root: &str, user_name: &str, password: &str) -> Self {
        let mut browser = Self::new(root);
        let page = browser.open("/").await;
        let page = browser.submit(&page, &[("user_name", user_name), ("password", password)]).await;
        assert_eq!((page.status, page.at.as_str()), (200, "/portal"), "{user_name}: {}", page.html);
        browser
    }

    pub async fn open(&mut self, path: &str) -> Shown {
        self.go(Method::GET, path, String::new()).await
    }

    /// Sends the page's form in its main part, with its hidden members, what is chosen in it, and these.
    pub async fn submit(&mut self, page: &Shown, members: &[(&str, &str)]) -> Shown {
        let main = page.html.split_once("<main").expect("a main part").1;
        let form = between(main, "<form", "</form>").unwrap_or_else(|| panic!("no form in {}", page.html));
        self.send(form, &page.at, members).await
    }

    /// Presses the button that signs out.
    pub async fn sign_out(&mut self, page: &Shown) -> Shown {
        let form = between(&page.html, "<form", "</form>").expect("the first form signs out");
        self.send(form, &page.at, &[]).await
    }

    async fn send(&mut self, form: &str, at: &str, members: &[(&str, &str)]) -> Shown {
        let (tag, fields) = form.split_once('>').expect("a tag");
        let action = attribute(tag, "action").unwrap_or_else(|| at.to_owned());
        let mut filled: Vec<(String, String)> = Vec::new();
        for input in fields.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
            let given = attribute(input, "type").is_some_and(|kind| kind == "hidden");
            let chosen = input.contains(" checked");
            if (given || chosen)
                && let Some(name) = attribute(input, "name")
            {
                filled.push((name, attribute(input, "value").unwrap_or_default()));
            }
        }
        let own = members.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        filled.retain(|(name, _)| members.iter().all(|(own, _)| own != name));
        filled.extend(own);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
        if attribute(tag, "method").is_some_and(|method| method == "get") {
            let path = action.split('?').next().unwrap_or_default();
            return self.go(Method::GET, &format!("{path}?{body}"), String::new()).await;
        }
        self.go(Method::POST, &action, body).await
    }

    async fn go(&mut self, mut method: Method, path: &str, mut body: String) -> Shown {
        let mut path = path.to_owned();
        for _ in 0..10 {
            let response = self.once(&method, &path, body).await;
            let Some(to) = response.headers().get(header::LOCATION) else {
                let html = String::from_utf8_lossy(response.body()).into_owned();
                return Shown { status: response.status().as_u16(), at: path, html };
            };
            to.to_str().expect("text").clone_into(&mut path);
            if let Some(own) = path.strip_prefix(&self.root) {
                path = own.to_owned();
            }
            assert!(path.starts_with('/') && !path.starts_with("//"), "{path} leads elsewhere");
            (method, body) = (Method::GET, String::new());
        }
        panic!("{path} leads in a circle");
    }
}

impl Browser {
    /// Where a page redirects to, without going there.
    pub async fn redirect(&mut self, path: &str) -> String {
        let response = self.once(&Method::GET, path, String::new()).await;
        let to = response.headers().get(header::LOCATION).expect("a redirect");
        to.to_str().expect("text").to_owned()
    }

    async fn once(&mut self, method: &Method, path: &str, body: String) -> Response<Bytes> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method.clone())
            .uri(format!("{}{path}", self.root))
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, "en")
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(body))
            .expect("a request");
        let response = self.transport.send(request).await.expect("an answer");
        for line in response.headers().get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().expect("text").split_once('=').expect("a cookie");
            self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
        }
        let silent = response.headers().get(header::REFERRER_POLICY).is_some_and(|is| is == "no-referrer");
        self.origin = if silent { "null".to_owned() } else { self.root.clone() };
        response
    }
}

impl Shown {
    pub fn title(&self) -> &str {
        between(&self.html, "<h1>", "</h1>").unwrap_or_default()
    }

    /// The first link whose address begins so.
    pub fn link(&self, begin: &str) -> String {
        let mut links = self.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let found = links.find(|link| link.starts_with(begin));
        plain(found.unwrap_or_else(|| panic!("no link to {begin} on {}:\n{}", self.at, self.html)))
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    Some(text.split_once(from)?.1.split_once(to)?.0)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    between(tag, &format!(" {name}=\""), "\"").map(plain)
}

pub fn plain(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#39;", "'").replace("&#34;", "\"")
}
