//! What can be said of looks without a browser: contrast, size, words for every state.

use contract::profile::germany;
use contract::resources::invoice::DocumentType;
use contract::resources::offer::BillingCycle;
use contract::resources::order::OrderStatus;
use contract::resources::subscription::SubscriptionStatus;
use contract::resources::trustee::{AppKind, PrincipalState};

use crate::format::cycle_word;
use crate::gallery::{Kit, pictures};
use crate::texts::{Locale, Texts};

const STYLE: &str = include_str!("../../assets/style.css");

/// The light and the dark colour of a token.
fn token(name: &str) -> [[u8; 3]; 2] {
    let line = STYLE.lines().find(|line| line.trim().starts_with(&format!("--{name}:"))).expect("a token");
    let inner = line.split(['(', ')']).nth(1).expect("two colours");
    let colour = |text: &str| {
        let number = u32::from_str_radix(text.trim().trim_start_matches('#'), 16).expect("a colour");
        let [_, red, green, blue] = number.to_be_bytes();
        [red, green, blue]
    };
    let (light, dark) = inner.split_once(',').expect("two colours");
    [colour(light), colour(dark)]
}

/// Relative luminance as WCAG defines it.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_text_can_be_read_on_every_ground() {
    for ground in ["page", "panel"] {
        for (ink, least) in [
            ("ink", 7.0),
            ("muted", 4.5),
            ("accent", 4.5),
            ("good", 4.5),
            ("warn", 4.5),
            ("bad", 4.5),
            ("sealed", 4.5),
            ("edge", 3.0),
            ("focus", 3.0),
        ] {
            for (scheme, (ink_colour, ground_colour)) in token(ink).into_iter().zip(token(ground)).enumerate()
            {
                let found = contrast(ink_colour, ground_colour);
                assert!(found >= least, "{ink} on {ground}, scheme {scheme}: {found:.2}");
            }
        }
    }
    for (ink, ground) in token("on-accent").into_iter().zip(token("accent")) {
        assert!(contrast(ink, ground) >= 4.5);
    }
}

#[test]
fn pages_and_stylesheet_stay_small() {
    assert!(STYLE.len() <= 20_000, "{}", STYLE.len());
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"), "nothing is loaded from a stylesheet");
    for picture in pictures(&Kit { locale: Locale::De, hostile: false }) {
        let limit = if picture.name == "Invoice-1" { 150_000 } else { 50_000 };
        assert!(picture.html.len() <= limit, "{}: {}", picture.name, picture.html.len());
    }
}

#[test]
fn every_state_has_a_word_in_every_language() {
    let countries = germany().countries.iter().map(|country| country.code().to_owned());
    let words = |prefix: &'static str, all: Vec<&'static str>| {
        all.into_iter().map(move |word| (prefix, word.to_owned())).collect::<Vec<_>>()
    };
    let mut wanted: Vec<(&str, String)> = countries.map(|code| ("country", code)).collect();
    wanted.extend(words("order-status", OrderStatus::SHAPE.values.to_vec()));
    wanted.extend(words("subscription-status", SubscriptionStatus::SHAPE.values.to_vec()));
    wanted.extend(words("document", DocumentType::SHAPE.values.to_vec()));
    wanted.extend(words("principal", PrincipalState::SHAPE.values.to_vec()));
    wanted.extend(words("app-kind", AppKind::SHAPE.values.to_vec()));
    wanted.extend(words("cycle", BillingCycle::ALL.iter().map(|cycle| cycle_word(*cycle)).collect()));
    for locale in Locale::ALL {
        for (prefix, word) in &wanted {
            let said = Texts::of(locale).named(prefix, word);
            assert!(said.is_some_and(|said| !said.is_empty()), "{}: {prefix}-{word}", locale.tag());
        }
    }
}
