//! The words of documents in the three languages of the house.

use billing::{ChargeType, TaxCategory};

/// A language of documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Language {
    /// The language of a locale such as `de-AT`; English when it is none of the three.
    pub fn of(locale: &str) -> Self {
        match locale.get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("de") => Self::De,
            Some("fr") => Self::Fr,
            _ => Self::En,
        }
    }

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
        }
    }

    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::En => &EN,
            Self::De => &DE,
            Self::Fr => &FR,
        }
    }
}

/// The fixed words of an invoice.
pub(crate) struct Words {
    pub(crate) invoice: &'static str,
    /// Not "Gutschrift" in German, which means self-billing in tax law.
    pub(crate) credit: &'static str,
    pub(crate) number: &'static str,
    pub(crate) date: &'static str,
    pub(crate) due: &'static str,
    pub(crate) service_period: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) vat_id: &'static str,
    pub(crate) tax_number: &'static str,
    pub(crate) partner_id: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) lines: &'static str,
    pub(crate) customer: &'static str,
    pub(crate) period: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) unit_price: &'static str,
    pub(crate) computed: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) net: &'static str,
    pub(crate) vat: &'static str,
    pub(crate) total: &'static str,
    pub(crate) days_of: &'static str,
    pub(crate) payment: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) account_holder: &'static str,
    pub(crate) sample: &'static str,
    pub(crate) sandbox: &'static str,
    charge_types: [&'static str; 6],
    reverse_charge: &'static str,
    outside_scope: &'static str,
}

impl Words {
    pub(crate) const fn charge_type(&self, charge_type: ChargeType) -> &'static str {
        self.charge_types[match charge_type {
            ChargeType::CycleFee => 0,
            ChargeType::RenewFee => 1,
            ChargeType::CancelFee => 2,
            ChargeType::CycleInstanceProrate => 3,
            ChargeType::ProrateWhenPurchase => 4,
            ChargeType::ProrateWhenCancel => 5,
        }]
    }

    /// What the law wants to read where no tax is charged.
    pub(crate) const fn tax_hint(&self, category: TaxCategory) -> Option<&'static str> {
        match category {
            TaxCategory::Standard => None,
            TaxCategory::ReverseCharge => Some(self.reverse_charge),
            TaxCategory::OutsideScope => Some(self.outside_scope),
        }
    }
}

static EN: Words = Words {
    invoice: "Invoice",
    credit: "Credit note",
    number: "Number",
    date: "Date",
    due: "Due",
    service_period: "Billing period",
    from: "From",
    to: "To",
    vat_id: "VAT id",
    tax_number: "Tax number",
    partner_id: "Partner id",
    summary: "Summary",
    lines: "Charges and credits",
    customer: "Customer",
    period: "Days",
    reason: "Charge",
    quantity: "Quantity",
    unit_price: "Unit price",
    computed: "Computed",
    amount: "Amount",
    net: "Net",
    vat: "VAT",
    total: "Total",
    days_of: "of",
    payment: "Payment",
    reference: "Reference",
    account_holder: "Account holder",
    sample: "Sample data: offers and prices are invented.",
    sandbox: "Sandbox: not payable.",
    charge_types: [
        "Month in advance",
        "Renewal",
        "Cancelled soon after purchase",
        "Seats changed",
        "Purchase",
        "Unused days after suspension",
    ],
    reverse_charge: "Reverse charge: the recipient owes the VAT (Art. 44 and 196 Directive 2006/112/EC).",
    outside_scope: "Not taxable in Germany: the place of supply is the recipient's (§ 3a(2) UStG). The recipient may owe tax there.",
};

static DE: Words = Words {
    invoice: "Rechnung",
    credit: "Rechnungskorrektur",
    number: "Nummer",
    date: "Datum",
    due: "Fällig",
    service_period: "Abrechnungszeitraum",
    from: "Von",
    to: "An",
    vat_id: "USt-IdNr.",
    tax_number: "Steuernummer",
    partner_id: "Partnerkennung",
    summary: "Zusammenfassung",
    lines: "Posten",
    customer: "Kunde",
    period: "Tage",
    reason: "Grund",
    quantity: "Menge",
    unit_price: "Einzelpreis",
    computed: "Berechnung",
    amount: "Betrag",
    net: "Netto",
    vat: "Umsatzsteuer",
    total: "Gesamtbetrag",
    days_of: "von",
    payment: "Zahlung",
    reference: "Verwendungszweck",
    account_holder: "Kontoinhaber",
    sample: "Beispieldaten: Angebote und Preise sind erfunden.",
    sandbox: "Sandbox: nicht zahlbar.",
    charge_types: [
        "Monat im Voraus",
        "Verlängerung",
        "Bald nach dem Kauf storniert",
        "Platzzahl geändert",
        "Kauf",
        "Ungenutzte Tage nach Aussetzung",
    ],
    reverse_charge: "Steuerschuldnerschaft des Leistungsempfängers (§ 13b UStG, Art. 196 MwStSystRL).",
    outside_scope: "In Deutschland nicht steuerbar (§ 3a Abs. 2 UStG). Der Empfänger schuldet gegebenenfalls die Steuer seines Landes.",
};

static FR: Words = Words {
    invoice: "Facture",
    credit: "Avoir",
    number: "Numéro",
    date: "Date",
    due: "Échéance",
    service_period: "Période de facturation",
    from: "De",
    to: "À",
    vat_id: "N° de TVA",
    tax_number: "Numéro fiscal",
    partner_id: "Identifiant du partenaire",
    summary: "Résumé",
    lines: "Lignes",
    customer: "Client",
    period: "Jours",
    reason: "Motif",
    quantity: "Quantité",
    unit_price: "Prix unitaire",
    computed: "Calcul",
    amount: "Montant",
    net: "Hors taxe",
    vat: "TVA",
    total: "Total",
    days_of: "sur",
    payment: "Paiement",
    reference: "Référence",
    account_holder: "Titulaire du compte",
    sample: "Données d’exemple : offres et prix sont inventés.",
    sandbox: "Bac à sable : non payable.",
    charge_types: [
        "Mois d’avance",
        "Renouvellement",
        "Annulé peu après l’achat",
        "Nombre de postes modifié",
        "Achat",
        "Jours non utilisés après suspension",
    ],
    reverse_charge: "Autoliquidation : la TVA est due par le preneur (art. 44 et 196 de la directive 2006/112/CE).",
    outside_scope: "Non imposable en Allemagne (§ 3a al. 2 UStG). Le preneur peut devoir la taxe de son pays.",
};
