//! What the pages say, in every language, through one typed accessor per message (made by the build script from
//! `locales/`).
//!
//! Invariants: every message exists in every language and takes the same arguments, or the crate does not build;
//! messages are whole sentences and hold no markup, so what they say is escaped like any other text.
//!
//! Deliberately absent: numbers, dates and amounts (`format`), texts that come from the contract or the profile.

mod locale;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub use locale::Locale;

/// The messages of one language.
pub struct Texts {
    locale: Locale,
    bundle: FluentBundle<FluentResource>,
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

impl Texts {
    /// The messages of a language.
    pub fn of(locale: Locale) -> &'static Self {
        static ALL: LazyLock<[Texts; 3]> = LazyLock::new(|| Locale::ALL.map(Texts::read));
        let [english, german, french] = &*ALL;
        match locale {
            Locale::En => english,
            Locale::De => german,
            Locale::Fr => french,
        }
    }

    /// The language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    fn read(locale: Locale) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![locale.language_id()]);
        bundle.set_use_isolating(false); // all three are written from left to right
        bundle.set_formatter(Some(match locale {
            Locale::En => |value, _| grouped(value, Locale::En),
            Locale::De => |value, _| grouped(value, Locale::De),
            Locale::Fr => |value, _| grouped(value, Locale::Fr),
        }));
        let files = match locale {
            Locale::En => EN,
            Locale::De => DE,
            Locale::Fr => FR,
        };
        for file in files {
            let resource = match FluentResource::try_new((*file).to_owned()) {
                Ok(resource) | Err((resource, _)) => resource, // the build script parsed the same text
            };
            bundle.add_resource_overriding(resource);
        }
        Self { locale, bundle }
    }

    /// A message whose key is made of a prefix and a word that came from elsewhere, such as a country's code.
    pub(crate) fn named(&self, prefix: &str, word: &str) -> Option<String> {
        let key = format!("{prefix}-{}", word.to_ascii_lowercase().replace('_', "-"));
        self.bundle.has_message(&key).then(|| self.say(&key, &[]))
    }

    fn say(&self, key: &str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned(); // the build script saw it: never taken
        };
        let mut args = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            args.set(*name, value.clone());
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.locale.tag())
    }
}

/// Numbers within sentences, grouped as the language does.
fn grouped(value: &FluentValue<'_>, locale: Locale) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let text = number.as_string();
    Some(crate::format::Format::of(locale).whole(text.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plural_forms_and_grouping_are_the_language_s_own() {
        let say = |count| Locale::ALL.map(|locale| Texts::of(locale).customers_count(count));
        assert_eq!(
            say(1),
            ["1 customer on this page", "1 Kunde auf dieser Seite", "1 client sur cette page"]
        );
        assert_eq!(
            say(1200),
            [
                "1,200 customers on this page",
                "1.200 Kunden auf dieser Seite",
                "1\u{202f}200 clients sur cette page"
            ]
        );
    }

    /// Arguments are positional: where there are several, somebody must look at the sentence.
    #[test]
    fn several_arguments_stand_where_they_belong() {
        let t = Texts::of(Locale::En);
        for (said, wanted) in [
            (t.agreements_accept_one("Title", "v1"), "Title, version v1"),
            (t.apps_secret_row("1 May", "abc"), "abc… until 1 May"),
            (t.cloud_family("1 May", "dynamics"), "dynamics from 1 May"),
            (t.cloud_site("Germany", "central", "Magdeburg"), "Magdeburg, Germany (central)"),
            (t.order_line("Sales", "3"), "3 × Sales"),
            (t.period("1 May", "2 May"), "1 May to 2 May"),
            (t.range("1", "9"), "1 to 9"),
            (t.signed_in_as("Erika", "Nordlicht"), "Signed in as Erika, Nordlicht"),
        ] {
            assert_eq!(said, wanted);
        }
        assert!(t.cloud_intro("O", "T").starts_with("O sells and runs the cloud. T holds the keys"));
        assert!(
            t.level_separate("L2", "O", "T")
                .starts_with("Assurance level L2, two zones: O runs the cloud, T holds the keys")
        );
    }

    #[test]
    fn no_message_holds_markup() {
        for (locale, files) in [("en", EN), ("de", DE), ("fr", FR)] {
            for line in files.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
                assert!(!line.contains(['<', '&']), "{locale}: {line}");
            }
        }
    }
}
