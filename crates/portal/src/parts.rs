//! The parts that pages are put together from. Their markup lives in `templates/parts` and nowhere else.

use askama::Template;
use askama::filters::HtmlSafe;
use client::Refusal;

use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::{self, Explained, Trouble};

/// Whether a value is commercial or was sealed, always said in words beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Commercial: no mark.
    Clear,
    /// It was sealed and has been opened for this visitor.
    Opened,
    /// It exists, and the keys cannot be reached at the moment.
    Withheld,
    /// It stays sealed on this page.
    Sealed,
}

/// A fact: a label and a value.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) label: String,
    pub(crate) text: String,
    /// Where the value leads; empty when nowhere.
    pub(crate) href: String,
    pub(crate) mark: Mark,
}

impl Fact {
    /// A commercial fact. An empty value is written as a dash.
    pub(crate) fn new(label: String, text: impl Into<String>) -> Self {
        Self { label, text: text.into(), href: String::new(), mark: Mark::Clear }
    }

    /// Whether the value exists and cannot be read at the moment.
    pub(crate) fn is_withheld(&self) -> bool {
        self.mark == Mark::Withheld
    }

    /// The same fact as a link.
    pub(crate) fn to(mut self, href: String) -> Self {
        self.href = href;
        self
    }

    /// The same fact with another mark.
    pub(crate) fn marked(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }
}

/// Facts below each other.
#[derive(Template, Debug)]
#[template(path = "parts/facts.html")]
pub(crate) struct Facts {
    pub(crate) t: &'static Texts,
    pub(crate) facts: Vec<Fact>,
}

/// A mark by itself.
#[derive(Template, Debug)]
#[template(path = "parts/mark.html")]
pub(crate) struct Marked {
    pub(crate) t: &'static Texts,
    pub(crate) mark: Mark,
}

impl Facts {
    /// The mark of a fact.
    fn mark(&self, fact: &Fact) -> Marked {
        let nothing_to_open = fact.text.is_empty() && fact.mark == Mark::Opened;
        Marked { t: self.t, mark: if nothing_to_open { Mark::Clear } else { fact.mark } }
    }
}

/// What can be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// What a field takes.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A line of text; the word is the input's type.
    Line(&'static str),
    /// Several lines of text; so many are in sight.
    Area(u8),
    /// A whole number between two others.
    Number(i64, i64),
    /// One of several, as a list.
    Select(Vec<Choice>),
    /// One of a few, all in sight.
    Radios(Vec<Choice>),
    /// Any of a few.
    Boxes(Vec<Choice>),
}

/// A field of a form with its label, hint and fault.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) hint: String,
    pub(crate) error: String,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) max: u16,
    pub(crate) autocomplete: &'static str,
    /// The word for fields that may be left empty.
    pub(crate) optional: String,
}

impl Field {
    /// A required line of text.
    pub(crate) fn line(name: &'static str, label: String, value: impl Into<String>, max: u16) -> Self {
        Self {
            name,
            label,
            value: value.into(),
            hint: String::new(),
            error: String::new(),
            kind: Kind::Line("text"),
            required: true,
            max,
            autocomplete: "off",
            optional: String::new(),
        }
    }

    /// A choice.
    pub(crate) fn choice(name: &'static str, label: String, kind: Kind) -> Self {
        Self { kind, ..Self::line(name, label, "", 0) }
    }

    /// With a hint below the label.
    pub(crate) fn hint(mut self, hint: String) -> Self {
        self.hint = hint;
        self
    }

    /// May be left empty.
    pub(crate) fn optional(mut self, t: &Texts) -> Self {
        self.required = false;
        self.optional = t.form_optional();
        self
    }

    /// With another type than text.
    pub(crate) fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// What the browser may fill in.
    pub(crate) fn fills(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// What the hint and the fault are called, for those who cannot see that they stand beside the field.
    fn described(&self) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        ids.join(" ")
    }
}

/// A button that sends a form, or a link that looks like one; when it is not possible, the reason.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/action.html")]
pub(crate) struct Action {
    pub(crate) label: String,
    /// Where the link leads; empty for a button.
    pub(crate) href: String,
    pub(crate) permit: Permit,
    pub(crate) class: &'static str,
}

impl Action {
    /// A button.
    pub(crate) fn button(label: String, permit: Permit) -> Self {
        Self { label, href: String::new(), permit, class: "button" }
    }

    /// A link.
    pub(crate) fn link(label: String, href: String, permit: Permit) -> Self {
        Self { label, href, permit, class: "button" }
    }

    /// Not the main thing to do here.
    pub(crate) fn minor(mut self) -> Self {
        self.class = "button minor";
        self
    }

    /// Takes something away.
    pub(crate) fn grave(mut self) -> Self {
        self.class = "button grave";
        self
    }
}

/// What went wrong with a form, above it. What was typed stays.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/problem.html")]
pub(crate) struct Problem {
    pub(crate) t: &'static Texts,
    pub(crate) what: Option<Box<Explained>>,
}

impl Problem {
    /// Nothing went wrong.
    pub(crate) fn none(t: &'static Texts) -> Self {
        Self { t, what: None }
    }

    /// The contract said no.
    pub(crate) fn refused(t: &'static Texts, refusal: &Refusal) -> Self {
        Self { t, what: Some(Box::new(trouble::refused(refusal, t))) }
    }

    /// Our own words, before the contract was asked.
    pub(crate) fn ours(t: &'static Texts, advice: String) -> Self {
        let what = Explained { title: t.trouble_refused(), advice, ..Explained::default() };
        Self { t, what: Some(Box::new(what)) }
    }

    /// What a form can say of this trouble; troubles that are no answer to the form stay troubles.
    pub(crate) fn of(t: &'static Texts, trouble: Trouble) -> Result<(Self, edge::StatusCode), Trouble> {
        match trouble {
            Trouble::Refused(_) | Trouble::Failed => {
                Ok((Self { t, what: Some(Box::new(trouble.explain(t))) }, trouble.status()))
            }
            other => Err(other),
        }
    }
}

impl HtmlSafe for Facts {}
impl HtmlSafe for Marked {}
impl HtmlSafe for Field {}
impl HtmlSafe for Action {}
impl HtmlSafe for Problem {}
