//! The rules on private members, run in the trustee zone because the operator cannot see them.
//!
//! The rules themselves are pure functions of `commerce`; this room finds the members in a canonical message.
//!
//! Deliberately absent: rules on what the operator sees in clear. It runs those itself.

use commerce::country::{CountryRules, is_phone_number, rules_of};
use commerce::customer::{self, Address, BillingProfile};
use commerce::eligibility;
use contract::profile::Profile;
use kernel::{Code, Country, Problem};
use serde_json::Value;

use crate::gateway::Gateway;
use crate::gateway::call::Call;

impl Gateway {
    /// Checks the private members of a canonical body, by its shape.
    pub(crate) fn check_rules(&self, call: &Call<'_>, body: &Value) -> Result<(), Problem> {
        match call.spec.body.map(|shape| shape().object_type) {
            Some("Customer") => match body.get("billingProfile") {
                Some(profile) => billing_profile(profile, &self.profile),
                None => Ok(()),
            },
            Some("CustomerBillingProfile") => billing_profile(body, &self.profile),
            Some("Agreement") => required_contact(body.get("primaryContact")),
            Some("EnrolmentApplication") => {
                required_contact(body.get("primaryContact"))?;
                optional_email(body, "companyApproverEmail")
            }
            Some("LegalBusinessProfile") => {
                optional_contact(body.get("primaryContact"))?;
                optional_email(body, "companyApproverEmail")
            }
            Some("ServiceRequest") => {
                let organization = body.get("organization").unwrap_or(&Value::Null);
                optional_phone(organization, "phoneNumber")?;
                optional_contact(body.get("primaryContact"))
            }
            Some("BillingProfile") => optional_contact(body.get("primaryContact")),
            Some("OrganizationProfile") => optional_email(body, "email"),
            Some("PartnerSupportProfile") => {
                optional_email(body, "email")?;
                optional_phone(body, "telephone")
            }
            _ => Ok(()),
        }
    }
}

/// The text of a member; empty when it is absent.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

/// The rules of the country in an address, if the cloud serves it.
pub(crate) fn country_of(address: &Value, profile: &Profile) -> Result<&'static CountryRules, Problem> {
    let country: Country = text(address, "country").parse().map_err(|_| {
        customer::address_rejected("The country of the address is missing or is not an ISO 3166-1 code.")
    })?;
    eligibility::served(country, &profile.countries)?;
    rules_of(country).ok_or_else(|| {
        customer::address_rejected("Addresses of this country cannot be checked in this cloud.")
    })
}

/// An address of a message, as the rules want it.
pub(crate) fn address_of(address: &Value) -> Address<'_> {
    Address {
        line1: text(address, "addressLine1"),
        line2: text(address, "addressLine2"),
        city: text(address, "city"),
        state: text(address, "state"),
        postal_code: text(address, "postalCode"),
        country: text(address, "country"),
        first_name: text(address, "firstName"),
        last_name: text(address, "lastName"),
        phone_number: text(address, "phoneNumber"),
    }
}

fn billing_profile(profile: &Value, cloud: &Profile) -> Result<(), Problem> {
    let missing = Value::Null;
    let address = profile.get("defaultAddress").unwrap_or(&missing);
    let rules = country_of(address, cloud)?;
    let mut address = address_of(address);
    // Clients give the contact's name with the profile, with the address, or with both.
    for (here, above) in [(&mut address.first_name, "firstName"), (&mut address.last_name, "lastName")] {
        if here.is_empty() {
            *here = text(profile, above);
        }
    }
    customer::billing_profile(
        &BillingProfile {
            email: text(profile, "email"),
            culture: text(profile, "culture"),
            language: text(profile, "language"),
            company_name: text(profile, "companyName"),
            address,
        },
        rules,
    )
}

fn required_contact(contact: Option<&Value>) -> Result<(), Problem> {
    let contact = contact.ok_or_else(|| bad("primaryContact", "is required"))?;
    for name in ["firstName", "lastName", "email"] {
        if text(contact, name).trim().is_empty() {
            return Err(bad(name, "of the primary contact is required"));
        }
    }
    optional_contact(Some(contact))
}

fn optional_contact(contact: Option<&Value>) -> Result<(), Problem> {
    contact.map_or(Ok(()), |contact| {
        optional_email(contact, "email")?;
        optional_phone(contact, "phoneNumber")
    })
}

fn optional_email(value: &Value, name: &str) -> Result<(), Problem> {
    match text(value, name) {
        "" => Ok(()),
        email if customer::is_email(email) => Ok(()),
        _ => Err(bad(name, "is not an e-mail address")),
    }
}

fn optional_phone(value: &Value, name: &str) -> Result<(), Problem> {
    match text(value, name).trim() {
        "" => Ok(()),
        number if is_phone_number(number) => Ok(()),
        _ => Err(bad(name, "must have 4 to 15 digits, with + in front of a country code")),
    }
}

/// A member that breaks a rule; its value is not repeated.
pub(crate) fn bad(member: &str, what: &str) -> Problem {
    Problem::new(400, Code(3000), "bad_property", format!("{member} {what}."))
}
