//! The forms of parameters: what a value must look like to be worth sending on.
//!
//! Invariant: a parameter with a closed form (number, date, id, code, word of a list) has no room for a person's
//! name; the others are words without blanks, quotation marks or letters outside ASCII. What a list is searched for
//! is the filter's business.

use kernel::{Country, Currency, Problem};

use super::{Query, SeekOperation, invalid_parameter};
use crate::moment;
use crate::resources::agreement::AgreementType;
use crate::resources::enrolment::EnrolmentStatus;
use crate::resources::invoice::{BillingProvider, InvoiceLineItemType};
use crate::resources::service_request::ServiceRequestStatus;

/// Longest word where nothing says what the words are.
const LONGEST_WORD: usize = 64;

impl Query {
    /// Refuses a value that has not its parameter's form.
    ///
    /// # Errors
    /// 400, naming the parameter and never the value.
    pub fn check_forms(&self) -> Result<(), Problem> {
        for (name, value) in self.pairs.iter().filter(|(_, value)| !value.is_empty()) {
            let (fits, wanted) = form(name);
            if !fits(value.trim()) {
                return Err(invalid_parameter(name, wanted));
            }
        }
        Ok(())
    }
}

type Form = (fn(&str) -> bool, &'static str);

/// What the values of a parameter look like.
fn form(name: &str) -> Form {
    match name {
        "size" | "offset" | "skip" | "top" | "pageSize" => (is_number, "a whole number of 0 or more"),
        "startDate" | "endDate" | "start_time" | "end_time" | "processedDateTime" => {
            (is_moment, super::A_DATE)
        }
        "seekOperation" | "seek_operation" => {
            (|text| SeekOperation::parse(text).is_some(), "one of its documented values")
        }
        "country" => (|text| text.parse::<Country>().is_ok(), "a country's two letters"),
        "currency" | "currencycode" => {
            (|text| text.parse::<Currency>().is_ok(), "a currency's three letters")
        }
        "language" => (is_language, "a language such as de-DE"),
        "mpnId" | "mpn_id" => (is_number, "a number of the partner network"),
        "order_id" | "tenantId" => (|text| text.parse::<uuid::Uuid>().is_ok(), "an id (a GUID)"),
        "hasPartnerEarnedCredit" | "include_price" | "show_details" | "showExpiry" | "verified" => {
            (|text| is_one_of(text, &["true", "false"]), "true or false")
        }
        "agreementType" => (
            |text| text == "*" || AgreementType::parse(text).is_some(),
            "* or one of the kinds of agreements",
        ),
        "provider" => (|text| BillingProvider::parse(text).is_some(), "one of its documented values"),
        "invoicelineitemtype" => {
            (|text| InvoiceLineItemType::parse(text).is_some(), "one of its documented values")
        }
        "state" => (|text| EnrolmentStatus::parse(text).is_some(), "one of its documented values"),
        "status" => (|text| ServiceRequestStatus::parse(text).is_some(), "one of its documented values"),
        "billingType" => (|text| is_one_of(text, &["license", "usage", "none"]), "License or Usage"),
        "period" => (|text| is_one_of(text, &["current", "previous"]), "current or previous"),
        "vettingVersion" => {
            (|text| is_one_of(text, &["current", "lastfinalized"]), "Current or LastFinalized")
        }
        "filter" => (|_| true, "a filter"), // `Query::filter` and the lists that it is for say what may stand in it
        _ => (is_word, "a word of letters, digits, '.', '-', '_' and '*'"),
    }
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

fn is_number(text: &str) -> bool {
    text.parse::<u64>().is_ok()
}

fn is_moment(text: &str) -> bool {
    moment::instant(text).is_some() || moment::day(text).is_some()
}

/// Language, script and region, each of its own length: `de`, `de-DE`, `sr-Latn-RS`, `es-419`.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && letters(part))
        && text.len() <= 12
        && parts.all(|part| match part.len() {
            2 | 4 => letters(part),
            3 => part.bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        })
}

fn is_word(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'*');
    text.len() <= LONGEST_WORD && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::operations;

    fn refused(name: &'static str, value: &str) -> bool {
        let query = Query { pairs: vec![(name, value.to_owned())] };
        let problem = query.check_forms().err();
        assert!(problem.iter().all(|problem| problem.status == 400 && !problem.to_string().contains(value)));
        problem.is_some()
    }

    #[test]
    fn documented_values_pass() {
        for (name, values) in [
            ("size", &["", "0", "500", " 20"][..]),
            ("startDate", &["2026-11-01", "11/01/2026 00:00:00", "2026-11-01T00:00:00 01:00"]),
            ("seekOperation", &["next", "PageIndex"]),
            ("country", &["DE", "at"]),
            ("currencycode", &["EUR", "chf"]),
            ("language", &["de", "de-DE", "sr-Latn-RS", "es-419"]),
            ("mpnId", &["4000001"]),
            ("order_id", &["0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01"]),
            ("include_price", &["True"]),
            ("agreementType", &["*", "microsoftcloudagreement"]),
            ("provider", &["office", "OneTime"]),
            ("invoicelineitemtype", &["billinglineitems"]),
            ("state", &["Submitted"]),
            ("status", &["open", "AttentionNeeded"]),
            ("billingType", &["License"]),
            ("granularity", &["hourly"]),
        ] {
            for value in values {
                assert!(!refused(name, value), "{name}={value}");
            }
        }
    }

    /// A name fits into no parameter but those whose words nobody has listed, and what people write fits into none.
    #[test]
    fn names_and_texts_do_not_pass() {
        for name in operations().iter().flat_map(|spec| spec.query).filter(|name| **name != "filter") {
            for text in ["Erika Muster", "erika@muster.example", "Müller", "\"Erika\"", &"x".repeat(65)] {
                assert!(refused(name, text), "{name}={text}");
            }
        }
        for name in [
            "size",
            "endDate",
            "seekOperation",
            "country",
            "language",
            "mpnId",
            "order_id",
            "state",
            "status",
            "provider",
        ] {
            assert!(refused(name, "Erikamuster"), "{name}");
        }
    }
}
