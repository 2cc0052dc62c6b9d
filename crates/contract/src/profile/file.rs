//! The profile as it is written, and the checks that make a [`Profile`] of it.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use kernel::{Country, Currency, IdError};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Agreement, AgreementRole, DepartureRules, ErasureRules, Hosts, PasswordGrant, Place, ProductFamily,
    Profile, Reason, Refusal, SandboxLimits, Site, SupportTopic, Throttle,
};
use crate::operation::{Api, Cloud, find};
use crate::text::Text;

/// What is wrong with a profile, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("profile, line {line}: {message}")]
pub struct ProfileError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    cloud: Cloud,
    title: String,
    operator: String,
    trustee: String,
    tenant_domain: String,
    countries: Vec<Spanned<String>>,
    home_country: Spanned<String>,
    currencies: Vec<Spanned<String>>,
    locales: Spanned<Vec<String>>,
    password_grant: PasswordGrant,
    hosts: Hosts,
    sites: Vec<Site>,
    places: BTreeMap<String, Place>,
    agreements: Spanned<Vec<Agreement>>,
    #[serde(default)]
    products: Vec<ProductFamily>,
    #[serde(default)]
    since: Vec<Since>,
    #[serde(default)]
    support_topics: Vec<SupportTopic>,
    sandbox: SandboxLimits,
    throttle: Throttle,
    #[serde(default)]
    erasure: ErasureRules,
    #[serde(default)]
    departure: DepartureRules,
    #[serde(default)]
    refusals: Vec<RefusalEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    operations: Vec<Spanned<String>>,
    from: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusalEntry {
    operations: Vec<Spanned<String>>,
    reason: Reason,
    text: Text,
    place: Option<Spanned<String>>,
}

/// Turns places in the text into lines.
struct Lines<'t>(&'t str);

impl Lines<'_> {
    fn of(&self, at: usize) -> usize {
        1 + self.0.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count()
    }

    fn error<T>(&self, at: &Spanned<T>, message: String) -> ProfileError {
        ProfileError { line: self.of(at.span().start), message }
    }

    /// The table's own text for an operation of the public contract that the file names.
    fn operation(&self, id: &Spanned<String>) -> Result<&'static str, ProfileError> {
        match find(id.get_ref()) {
            Some(spec) if spec.api == Api::PartnerCenter => Ok(spec.id),
            Some(_) => {
                Err(self.error(id, format!("'{}' is our own; a profile cannot take it away", id.get_ref())))
            }
            None => Err(self.error(id, format!("'{}' is no operation of the table", id.get_ref()))),
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Profile, ProfileError> {
    let lines = Lines(text);
    let file: File = toml::from_str(text).map_err(|error| ProfileError {
        line: error.span().map_or(1, |span| lines.of(span.start)),
        message: error.message().to_owned(),
    })?;
    check_agreements(&lines, &file.agreements)?;
    let (countries, home_country) = countries(&lines, &file)?;
    let currencies = currencies(&lines, &file)?;
    if file.locales.get_ref().is_empty() {
        return Err(lines.error(&file.locales, "locales: name at least one".to_owned()));
    }
    let (refusals, refused) = refusals(&lines, file.refusals, &file.places)?;
    Ok(Profile {
        since: since(&lines, file.since)?,
        name: file.name,
        cloud: file.cloud,
        title: file.title,
        operator: file.operator,
        trustee: file.trustee,
        tenant_domain: file.tenant_domain,
        countries,
        home_country,
        currencies,
        locales: file.locales.into_inner(),
        password_grant: file.password_grant,
        hosts: file.hosts,
        sites: file.sites,
        places: file.places,
        agreements: file.agreements.into_inner(),
        products: file.products,
        support_topics: file.support_topics,
        sandbox: file.sandbox,
        throttle: file.throttle,
        erasure: file.erasure,
        departure: file.departure,
        refusals,
        refused,
    })
}

fn check_agreements(lines: &Lines<'_>, agreements: &Spanned<Vec<Agreement>>) -> Result<(), ProfileError> {
    for role in AgreementRole::ALL {
        let count = agreements.get_ref().iter().filter(|agreement| agreement.role == role).count();
        if count != 1 {
            return Err(
                lines.error(agreements, format!("agreements: {count} with role {role:?}, there must be one"))
            );
        }
    }
    Ok(())
}

fn countries(lines: &Lines<'_>, file: &File) -> Result<(Vec<Country>, Country), ProfileError> {
    let parse = |key: &str, text: &Spanned<String>| {
        let wrong = |error: IdError| lines.error(text, format!("{key}: {error}"));
        text.get_ref().parse::<Country>().map_err(wrong)
    };
    let mut countries = Vec::with_capacity(file.countries.len());
    for text in &file.countries {
        let country = parse("countries", text)?;
        if countries.contains(&country) {
            return Err(lines.error(text, format!("countries: '{country}' is named twice")));
        }
        countries.push(country);
    }
    let home = parse("home_country", &file.home_country)?;
    if !countries.contains(&home) {
        let message = format!("home_country: '{home}' is not among the countries");
        return Err(lines.error(&file.home_country, message));
    }
    Ok((countries, home))
}

fn currencies(lines: &Lines<'_>, file: &File) -> Result<Vec<Currency>, ProfileError> {
    let parse = |text: &Spanned<String>| {
        text.get_ref()
            .parse()
            .map_err(|_| lines.error(text, format!("currencies: '{}' is none we count in", text.get_ref())))
    };
    file.currencies.iter().map(parse).collect()
}

fn since(lines: &Lines<'_>, entries: Vec<Since>) -> Result<HashMap<&'static str, Date>, ProfileError> {
    let mut since = HashMap::new();
    for entry in entries {
        for id in &entry.operations {
            if since.insert(lines.operation(id)?, entry.from).is_some() {
                return Err(lines.error(id, format!("since: '{}' is named twice", id.get_ref())));
            }
        }
    }
    Ok(since)
}

type Refusals = (Vec<Refusal>, HashMap<&'static str, usize>);

fn refusals(
    lines: &Lines<'_>,
    entries: Vec<RefusalEntry>,
    places: &BTreeMap<String, Place>,
) -> Result<Refusals, ProfileError> {
    let (mut refusals, mut refused) = (Vec::new(), HashMap::new());
    for entry in entries {
        let mut operations = Vec::new();
        for id in &entry.operations {
            let known = lines.operation(id)?;
            if refused.insert(known, refusals.len()).is_some() {
                return Err(lines.error(id, format!("refusals: '{known}' is refused twice")));
            }
            operations.push(known);
        }
        let place = match &entry.place {
            None => None,
            Some(key) => Some(places.get(key.get_ref()).cloned().ok_or_else(|| {
                lines.error(key, format!("place: '{}' is not among [places]", key.get_ref()))
            })?),
        };
        refusals.push(Refusal { operations, reason: entry.reason, text: entry.text, place });
    }
    Ok((refusals, refused))
}
