//! Who lives in the demo world. Companies and people are invented.

use contract::Role;
use contract::resources::enrolment::CspModel;

/// One partner of the demo world.
pub struct Partner {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: &'static str,
    pub model: CspModel,
    pub sandbox: bool,
    pub country: &'static str,
    pub city: (&'static str, &'static str),
    pub street: &'static str,
    pub vat_id: &'static str,
    pub mpn_id: &'static str,
    pub culture: &'static str,
    /// The label of a reseller's provider.
    pub provider: Option<&'static str>,
    pub people: &'static [Person],
    pub customers: &'static [Customer],
}

/// One person of the demo world.
pub struct Person {
    pub login: &'static str,
    pub given: &'static str,
    pub family: &'static str,
    pub roles: &'static [Role],
}

/// One customer of the demo world.
pub struct Customer {
    pub name: &'static str,
    pub label: &'static str,
    pub contact: (&'static str, &'static str),
    pub street: &'static str,
    pub city: (&'static str, &'static str),
    pub country: &'static str,
    pub culture: &'static str,
}

const fn person(
    login: &'static str,
    given: &'static str,
    family: &'static str,
    roles: &'static [Role],
) -> Person {
    Person { login, given, family, roles }
}

/// The partners. The first person of each is its first administrator.
pub const PARTNERS: &[Partner] = &[
    Partner {
        name: "Nordlicht Systemhaus GmbH",
        label: "nordlicht",
        kind: "direct",
        model: CspModel::Direct,
        sandbox: false,
        country: "DE",
        city: ("20457", "Hamburg"),
        street: "Speicherweg 4",
        vat_id: "DE136695976",
        mpn_id: "4711001",
        culture: "de-DE",
        provider: None,
        people: &[
            person("admin", "Ines", "Petersen", &[Role::GlobalAdmin, Role::AdminAgent]),
            person("vertrieb", "Jan", "Claasen", &[Role::SalesAgent]),
            person("hilfe", "Mara", "Voss", &[Role::HelpdeskAgent]),
            person("rechnung", "Uwe", "Thomsen", &[Role::BillingAdmin]),
        ],
        customers: &[
            Customer {
                name: "Musterwerk Maschinenbau GmbH",
                label: "musterwerk",
                contact: ("Karla", "Brandt"),
                street: "Drehbankallee 12",
                city: ("30159", "Hannover"),
                country: "DE",
                culture: "de-DE",
            },
            Customer {
                name: "Polder Logistiek B.V.",
                label: "polder",
                contact: ("Sanne", "de Vries"),
                street: "Kanaalstraat 88",
                city: ("3531 CM", "Utrecht"),
                country: "NL",
                culture: "nl-NL",
            },
        ],
    },
    Partner {
        name: "Nordlicht Systemhaus GmbH (Sandbox)",
        label: "nordlicht-sandbox",
        kind: "sandbox",
        model: CspModel::Direct,
        sandbox: true,
        country: "DE",
        city: ("20457", "Hamburg"),
        street: "Speicherweg 4",
        vat_id: "DE136695976",
        mpn_id: "4711002",
        culture: "de-DE",
        provider: None,
        people: &[person("admin", "Ines", "Petersen", &[Role::GlobalAdmin, Role::AdminAgent])],
        customers: &[],
    },
    Partner {
        name: "Alpenhandel Cloud GmbH",
        label: "alpenhandel",
        kind: "indirect-provider",
        model: CspModel::IndirectProvider,
        sandbox: false,
        country: "AT",
        city: ("6020", "Innsbruck"),
        street: "Innrain 7",
        vat_id: "ATU13585627",
        mpn_id: "4711003",
        culture: "de-AT",
        provider: None,
        people: &[person("admin", "Leopold", "Gruber", &[Role::GlobalAdmin, Role::AdminAgent])],
        customers: &[],
    },
    Partner {
        name: "Atelier Numérique SARL",
        label: "atelier",
        kind: "indirect-reseller",
        model: CspModel::IndirectReseller,
        sandbox: false,
        country: "FR",
        city: ("69002", "Lyon"),
        street: "Rue Mercière 21",
        vat_id: "FR23334175221",
        mpn_id: "4711004",
        culture: "fr-FR",
        provider: Some("alpenhandel"),
        people: &[person("admin", "Camille", "Moreau", &[Role::GlobalAdmin, Role::AdminAgent])],
        customers: &[],
    },
];

/// The operator's people.
pub const STAFF: &[Person] = &[
    person("freigabe1", "Anke", "Lorenz", &[Role::OperatorStaff]),
    person("freigabe2", "Bernd", "Hauser", &[Role::OperatorStaff]),
];

/// The trustee's people.
pub const OFFICERS: &[Person] = &[
    person("treuhand1", "Clara", "Winter", &[Role::TrusteeOfficer]),
    person("treuhand2", "David", "Sommer", &[Role::TrusteeOfficer]),
];

/// Who inspects.
pub const AUDITORS: &[Person] = &[person("pruefung", "Edith", "Kern", &[Role::Auditor])];
