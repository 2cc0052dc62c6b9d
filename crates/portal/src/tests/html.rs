//! A small reader of our own HTML: well-formed, labelled, nothing that our policy would block.

use std::collections::{BTreeMap, BTreeSet};

/// Elements without content.
const VOID: [&str; 7] = ["meta", "link", "input", "br", "hr", "img", "rect"];

/// A tag as it stands in the page.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// The names of the elements around it.
    within: Vec<String>,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The tags of a page.
///
/// # Errors
/// The first fault of its form.
pub(super) fn tags(html: &str) -> Result<Vec<Tag>, String> {
    let body = html.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    let mut open: Vec<String> = Vec::new();
    let mut found = Vec::new();
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        text(&rest[..start])?;
        let end =
            end_of_tag(&rest[start..]).ok_or_else(|| format!("unclosed tag at {:.40}", &rest[start..]))?;
        let inner = &rest[start + 1..start + end];
        rest = &rest[start + end + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            let last = open.pop();
            if last.as_deref() != Some(name) {
                return Err(format!("</{name}> closes {last:?}"));
            }
            continue;
        }
        let closed = inner.ends_with('/');
        let tag = tag(inner.trim_end_matches('/'), &open)?;
        if !closed && !VOID.contains(&tag.name.as_str()) {
            open.push(tag.name.clone());
        }
        found.push(tag);
    }
    if open.is_empty() { Ok(found) } else { Err(format!("never closed: {open:?}")) }
}

/// A tag ends at the first `>` outside quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(place, character)| match character {
        '"' => {
            quoted = !quoted;
            None
        }
        '>' if !quoted => Some(place),
        _ => None,
    })
}

fn text(text: &str) -> Result<(), String> {
    for (place, _) in text.match_indices('&') {
        let entity = text[place + 1..].split(';').next().unwrap_or_default();
        let known = entity.strip_prefix('#').is_some_and(|number| number.parse::<u32>().is_ok());
        if !known {
            return Err(format!("a bare & in {text:?}"));
        }
    }
    if text.contains('>') { Err(format!("a bare > in {text:?}")) } else { Ok(()) }
}

fn tag(inner: &str, within: &[String]) -> Result<Tag, String> {
    let mut rest = inner.trim();
    let name_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let name = rest[..name_end].to_owned();
    let plain =
        |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-:".contains(c));
    if name.is_empty() || !plain(&name) {
        return Err(format!("a tag called {name:?}"));
    }
    rest = rest[name_end..].trim_start();
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let close = after.find('"').ok_or_else(|| format!("unclosed quote in {inner:?}"))?;
            value = after[..close].to_owned();
            text(&value.replace('>', ""))?;
            rest = &after[close + 1..];
        }
        rest = rest.trim_start();
        if attributes.insert(key.clone(), value).is_some() {
            return Err(format!("{name} has {key} twice"));
        }
    }
    Ok(Tag { name, attributes, within: within.to_vec() })
}

/// What is wrong with a page.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let tags = match tags(html) {
        Ok(tags) => tags,
        Err(fault) => return vec![fault],
    };
    let mut wrong = Vec::new();
    structure(&tags, &mut wrong);
    ids_and_labels(&tags, &mut wrong);
    for tag in &tags {
        policy(tag, &mut wrong);
        nesting(tag, &mut wrong);
    }
    wrong
}

fn count(tags: &[Tag], name: &str) -> usize {
    tags.iter().filter(|tag| tag.name == name).count()
}

fn structure(tags: &[Tag], wrong: &mut Vec<String>) {
    for name in ["html", "title", "main", "h1", "header", "footer"] {
        if count(tags, name) != 1 {
            wrong.push(format!("{} {name} elements", count(tags, name)));
        }
    }
    if count(tags, "table") != count(tags, "caption") {
        wrong.push("a table without a caption".to_owned());
    }
    let mut level = 1;
    for tag in tags {
        let deeper = tag.name.strip_prefix('h').and_then(|digit| digit.parse::<u32>().ok());
        if let Some(deeper) = deeper {
            if deeper > level + 1 {
                wrong.push(format!("h{deeper} below h{level}"));
            }
            level = deeper;
        }
    }
    // Each form that changes something carries the session's token, except the one that chooses a language.
    let posts = tags.iter().filter(|tag| tag.name == "form" && tag.attribute("method") == Some("post"));
    let tokens = tags.iter().filter(|tag| tag.attribute("name") == Some("csrf")).count();
    let posts = posts.filter(|tag| tag.attribute("action") != Some(crate::portal::LANGUAGE)).count();
    if posts != tokens {
        wrong.push(format!("{posts} forms and {tokens} tokens"));
    }
}

fn ids_and_labels(tags: &[Tag], wrong: &mut Vec<String>) {
    let mut ids = BTreeSet::new();
    for id in tags.iter().filter_map(|tag| tag.attribute("id")) {
        if !ids.insert(id) {
            wrong.push(format!("id {id} twice"));
        }
    }
    let labelled: BTreeSet<&str> = tags.iter().filter_map(|tag| tag.attribute("for")).collect();
    for tag in tags.iter().filter(|tag| matches!(tag.name.as_str(), "input" | "select" | "textarea")) {
        let hidden = tag.attribute("type") == Some("hidden");
        let by_id = tag.attribute("id").is_some_and(|id| labelled.contains(id));
        if !hidden && !by_id && !tag.within.iter().any(|name| name == "label") {
            wrong.push(format!("no label for {:?}", tag.attribute("name")));
        }
        for id in tag.attribute("aria-describedby").unwrap_or_default().split_whitespace() {
            if !ids.contains(id) {
                wrong.push(format!("described by {id}, which is not there"));
            }
        }
    }
    for target in labelled.iter().filter(|target| !ids.contains(*target)) {
        wrong.push(format!("a label for {target}, which is not there"));
    }
}

/// What our content policy would block, or what would lead elsewhere.
fn policy(tag: &Tag, wrong: &mut Vec<String>) {
    if matches!(tag.name.as_str(), "script" | "style" | "iframe" | "object" | "embed" | "base") {
        wrong.push(format!("a {} element", tag.name));
    }
    for (name, value) in &tag.attributes {
        if name == "style" || name.starts_with("on") {
            wrong.push(format!("{} has {name}", tag.name));
        }
        let loads = matches!(
            (tag.name.as_str(), name.as_str()),
            ("link" | "a", "href") | ("img", "src") | ("form", "action")
        );
        let elsewhere = value.starts_with("//") || !value.starts_with(['/', '#']);
        if loads && elsewhere {
            wrong.push(format!("{} leads to {value:?}", tag.name));
        }
    }
}

fn nesting(tag: &Tag, wrong: &mut Vec<String>) {
    let inside = |name: &str| tag.within.iter().any(|outer| outer == name);
    let bad = match tag.name.as_str() {
        "form" => inside("form") || inside("p"),
        "p" | "h1" | "h2" | "h3" | "section" | "table" | "ul" | "dl" | "div" => inside("p") || inside("span"),
        "a" => inside("a") || inside("button"),
        "button" => inside("a") || inside("button") || !inside("form"),
        "li" => !inside("ul") && !inside("ol"),
        "dt" | "dd" => !inside("dl"),
        _ => false,
    };
    if bad {
        wrong.push(format!("{} within {:?}", tag.name, tag.within));
    }
}

#[test]
fn the_reader_finds_faults() {
    let page = |inner: &str| {
        format!(
            "<!doctype html><html><title>t</title><header></header><main><h1>x</h1>{inner}</main><footer></footer></html>"
        )
    };
    assert_eq!(faults(&page("<p>ok &#38; fine</p>")), [""; 0]);
    for bad in [
        "<p>a & b</p>",
        "<p><b>x</p></b>",
        "<p>open",
        "<a href=\"https://elsewhere\">x</a>",
        "<p style=\"color:red\">x</p>",
        "<table></table>",
        "<form method=\"post\"></form>",
        "<form><input name=\"x\"></form>",
        "<i id=\"a\"></i><i id=\"a\"></i>",
        "<h3>x</h3>",
        "<p><div>x</div></p>",
        "<button>x</button>",
        "<a onclick=\"x\" href=\"/\">x</a>",
        "<script></script>",
        "<i a=\"1\" a=\"2\"></i>",
    ] {
        assert_ne!(faults(&page(bad)), [""; 0], "{bad}");
    }
}
