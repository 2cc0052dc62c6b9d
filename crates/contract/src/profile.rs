//! A cloud as a file: which countries and currencies it sells in, who the trustee is, what it refuses and
//! where to go instead, its agreements, dates, sites and limits.
//!
//! Invariants: a profile that exists is consistent: every operation, place and country it names is known,
//! nothing is refused twice, unknown keys are errors that name the line.
//!
//! Deliberately absent: facts about countries that are the same in every cloud (`commerce`), prices
//! (`catalog/`), addresses of an installation (its configuration), reading of files.

mod file;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use jiff::civil::Date;
use kernel::{Country, Currency, Problem};
use serde::Deserialize;

use crate::errors::code;
use crate::operation::{Cloud, Party, Spec};
use crate::text::Text;

pub use file::ProfileError;

/// The German profile as the repository holds it.
pub const GERMANY: &str = include_str!("../../../profiles/germany.toml");

/// The German profile, parsed.
pub fn germany() -> &'static Profile {
    static PARSED: LazyLock<Profile> =
        LazyLock::new(|| Profile::parse(GERMANY).expect("a test parses the same text"));
    &PARSED
}

/// A cloud's profile.
#[derive(Debug)]
pub struct Profile {
    /// Short name, as in file names.
    pub name: String,
    /// The column of the operation table.
    pub cloud: Cloud,
    /// The name people read.
    pub title: String,
    /// The company that runs the cloud.
    pub operator: String,
    /// The company that holds the keys.
    pub trustee: String,
    /// The suffix of tenants' first domains.
    pub tenant_domain: String,
    /// Where partners and customers may be.
    pub countries: Vec<Country>,
    /// Where the operator is established; decides tax.
    pub home_country: Country,
    /// The currencies of the price list.
    pub currencies: Vec<Currency>,
    /// The languages of pages and catalogue, the usual one first.
    pub locales: Vec<String>,
    /// Whether the OAuth password grant exists.
    pub password_grant: PasswordGrant,
    /// What clients name as token resource and authority.
    pub hosts: Hosts,
    /// Where data stays.
    pub sites: Vec<Site>,
    /// The service portals.
    pub places: BTreeMap<String, Place>,
    /// What customers must have accepted before the first order.
    pub agreements: Vec<Agreement>,
    /// Families of products that came later than the cloud.
    pub products: Vec<ProductFamily>,
    /// What support tickets can be about.
    pub support_topics: Vec<SupportTopic>,
    /// A sandbox's limits.
    pub sandbox: SandboxLimits,
    /// Requests a minute.
    pub throttle: Throttle,
    /// How a customer's data is erased.
    pub erasure: ErasureRules,
    /// How customers leave.
    pub departure: DepartureRules,
    /// What is refused.
    pub refusals: Vec<Refusal>,
    refused: HashMap<&'static str, usize>,
    since: HashMap<&'static str, Date>,
}

/// What a support ticket can be about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupportTopic {
    /// The number that tickets name it by.
    pub id: u32,
    /// In a few words.
    pub name: Text,
    /// In a sentence.
    pub description: Text,
}

/// Whether one may sign in with a bare password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordGrant {
    /// Nowhere.
    Never,
    /// In the demo world alone.
    Demo,
}

/// What clients of the cloud name as token resource and authority.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hosts {
    /// The resource of app+user tokens.
    pub api: String,
    /// The authority that gives tokens.
    pub authority: String,
    /// The resource of app-only tokens.
    pub graph: String,
}

/// Where data stays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The region's name.
    pub region: String,
    /// The place people know.
    pub title: String,
    /// The country.
    pub country: Country,
    /// The region that holds the copies.
    pub pair: String,
}

/// A service portal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// What people find there.
    pub title: Text,
    /// A path of the trustee zone, or a URL.
    pub link: String,
}

/// What a customer must have accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Which of the agreements it is.
    pub role: AgreementRole,
    /// The template's id.
    pub template: uuid::Uuid,
    /// `agreementType` on the wire.
    #[serde(rename = "type")]
    pub agreement_type: String,
    /// The title people read.
    pub title: String,
    /// The version, by its date.
    pub version: Date,
    /// Who concludes it with the customer.
    pub party: Party,
}

/// Which of the agreements it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgreementRole {
    /// The agreement on the cloud's services.
    CloudAgreement,
    /// What it adds for residency, trustee and access.
    Supplement,
    /// The customer's own agreement with the data trustee.
    TrusteeAgreement,
}

impl AgreementRole {
    /// All of them; a customer needs each before anything is sold to it.
    pub const ALL: [Self; 3] = [Self::CloudAgreement, Self::Supplement, Self::TrusteeAgreement];

    /// The name used in errors.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudAgreement => "cloud_agreement",
            Self::Supplement => "service_terms_supplement",
            Self::TrusteeAgreement => "trustee_agreement",
        }
    }
}

/// A family of products that came later than the cloud.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductFamily {
    /// The family, as the catalogue names it.
    pub family: String,
    /// The first day it can be bought.
    pub from: Date,
}

/// A sandbox's limits; 0 is unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxLimits {
    /// Customers of the account.
    pub customers: u32,
    /// Subscriptions of a customer.
    pub subscriptions_per_customer: u32,
    /// Seats of a subscription.
    pub seats_per_subscription: u32,
    /// Whether simulated customers accept agreements at once.
    pub accept_agreements_at_once: bool,
}

/// Requests a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Throttle {
    /// Of a tenant, for each of customers, orders and subscriptions.
    pub per_tenant: u32,
    /// Test events of a webhook.
    pub validation_events: u32,
}

/// How a customer's data is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureRules {
    /// Days in which a customer can take it back.
    pub cooling_off_days: u32,
    /// Days after which no backup of keys is left.
    pub horizon_days: u32,
}

impl Default for ErasureRules {
    fn default() -> Self {
        Self { cooling_off_days: 7, horizon_days: 35 }
    }
}

/// How a customer leaves: the longest and shortest times, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartureRules {
    /// Longest notice.
    pub notice_days: u32,
    /// Longest time in which data is moved.
    pub transition_days: u32,
    /// Shortest time in which it can be fetched afterwards.
    pub retrieval_days: u32,
}

impl Default for DepartureRules {
    /// As the Data Act (Article 25) has it. No two months are shorter than 59 days.
    fn default() -> Self {
        Self { notice_days: 59, transition_days: 30, retrieval_days: 30 }
    }
}

/// Why something is refused, as a slug that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It would hand people's data to the partner or the operator.
    SovereigntyRestricted,
    /// The cloud does not offer it.
    NotInThisCloud,
}

impl Reason {
    /// The slug on the wire.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::SovereigntyRestricted => "sovereignty_restricted",
            Self::NotInThisCloud => "not_in_this_cloud",
        }
    }
}

/// A refusal with its reason and the place to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operations it concerns.
    pub operations: Vec<&'static str>,
    /// Why.
    pub reason: Reason,
    /// Why, in words.
    pub text: Text,
    /// Where to go instead.
    pub place: Option<Place>,
}

impl Refusal {
    /// The refusal as an answer in a caller's language: 403, the slug, the words, and the link of the place to go.
    pub fn problem(&self, locale: &str) -> Problem {
        let refuse = |text: String| Problem::new(403, code::NO_ACCESS, self.reason.slug(), text);
        let text = self.text.get(locale);
        match &self.place {
            Some(place) => {
                let (title, link) = (place.title.get(locale), &place.link);
                refuse(format!("{text} → {title} ({link})")).with(link.clone())
            }
            None => refuse(text.to_owned()),
        }
    }
}

/// What a cloud does about an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'p> {
    /// It answers.
    Served,
    /// It refuses and says why.
    Refused(&'p Refusal),
    /// It will answer one day; until then 501.
    Planned,
}

impl State<'_> {
    /// The word in tables and documents.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Served => "served",
            Self::Refused(_) => "refused",
            Self::Planned => "planned",
        }
    }
}

impl Profile {
    /// Reads a profile. Errors name the line and the key.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        file::parse(text)
    }

    /// What this cloud does about an operation.
    pub fn state(&self, spec: &Spec) -> State<'_> {
        match self.refused.get(spec.id) {
            Some(&index) => State::Refused(&self.refusals[index]),
            None if spec.served => State::Served,
            None => State::Planned,
        }
    }

    /// The day from which the cloud has the operation, if it came later than the cloud.
    pub fn since(&self, spec: &Spec) -> Option<Date> {
        self.since.get(spec.id).copied()
    }

    /// True when partners and customers may be in this country.
    pub fn sells_in(&self, country: Country) -> bool {
        self.countries.contains(&country)
    }

    /// The agreement with this part to play.
    pub fn agreement(&self, role: AgreementRole) -> Option<&Agreement> {
        self.agreements.iter().find(|agreement| agreement.role == role)
    }
}

#[cfg(test)]
mod tests;
