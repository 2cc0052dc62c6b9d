//! Canaries: fresh random values, one per private field, recognisable wherever they turn up.
//!
//! Invariant: a canary's core is letters and digits alone, so that quoting for SQL, JSON, HTML or a URL leaves it as
//! it is; the other disguises are the searcher's business.

use contract::resources::customer::Customer;
use contract::shape::{Field, Resource, Shape, Type};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One planted value.
#[derive(Clone, Debug)]
pub struct Canary {
    /// Where it was planted, e.g. `CustomerBillingProfile.firstName`.
    pub place: String,
    /// What to look for.
    pub core: String,
}

/// All canaries of a run.
#[derive(Default)]
pub struct Aviary {
    pub canaries: Vec<Canary>,
    /// The private fields that have one, as `Shape.field`.
    pub fields: BTreeSet<String>,
}

/// Draws random bytes.
#[expect(clippy::disallowed_methods, reason = "canaries must differ from run to run")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system's random numbers");
    bytes
}

/// Letters and digits that no program writes by itself.
pub fn letters() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let drawn = random::<18>();
    "Kan".chars().chain(drawn.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)]))).collect()
}

fn digits(count: usize) -> String {
    random::<16>().iter().take(count).map(|byte| char::from(b'0' + byte % 10)).collect()
}

impl Aviary {
    /// Keeps a secret that was made elsewhere.
    pub fn keep(&mut self, place: &str, core: &str) {
        self.canaries.push(Canary { place: place.to_owned(), core: core.to_owned() });
    }

    /// A new canary in the form that its field wants.
    pub fn plant(&mut self, shape: &str, field: &str) -> String {
        let place = format!("{shape}.{field}");
        let (core, value) = match field {
            "email" | "companyApproverEmail" => {
                let core = letters();
                (core.clone(), format!("{core}@kanari.example"))
            }
            "phoneNumber" | "telephone" => {
                let core = digits(12);
                (core.clone(), format!("+35{core}"))
            }
            "postalCode" => {
                let core = format!("{}-{}", digits(4), digits(3));
                (core.clone(), core)
            }
            _ => {
                let core = letters();
                (core.clone(), core)
            }
        };
        self.fields.insert(place.clone());
        self.canaries.push(Canary { place, core });
        value
    }

    /// A customer to be, with canaries in it, and these.
    pub fn new_customer(&mut self, prefix: &str) -> (Value, Vec<Canary>) {
        let before = self.canaries.len();
        let mut body = json!({
            "companyProfile": { "domain": format!("{prefix}.onmicrosoft.de") },
            "billingProfile": {
                "culture": "pt-PT", "language": "pt", "companyName": format!("{prefix} Lda"),
                "defaultAddress": { "country": "PT" },
            },
        });
        self.fill(Customer::SHAPE, &mut body);
        (body, self.canaries[before..].to_vec())
    }

    /// Fills every private member of a message that its caller may write; objects that hold some are made.
    pub fn fill(&mut self, shape: &'static Shape, body: &mut Value) {
        for field in shape.fields.iter().filter(|field| !field.read_only) {
            match field.ty {
                Type::Object(inner) if field.class.is_private() || holds_private(inner()) => {
                    let mut object = body.get(field.wire).cloned().unwrap_or_else(|| empty(inner()));
                    self.fill(inner(), &mut object);
                    body[field.wire] = object;
                }
                Type::Text if field.class.is_private() => {
                    body[field.wire] = json!(self.plant(shape.name, field.wire));
                }
                _ => {}
            }
        }
    }
}

/// An object with what an address needs to be one: the partner is in Germany, the customers are in Portugal, whose
/// postal codes have enough digits to be recognised.
fn empty(shape: &Shape) -> Value {
    match (shape.field("country"), shape.name) {
        (None, _) => json!({}),
        (Some(_), "Address") => json!({"country": "DE"}),
        (Some(_), _) => json!({"country": "PT"}),
    }
}

fn holds_private(shape: &Shape) -> bool {
    shape.fields.iter().any(|field| !field.read_only && is_private(field))
}

fn is_private(field: &Field) -> bool {
    field.class.is_private() || matches!(field.ty, Type::Object(inner) if holds_private(inner()))
}

/// Every private field that a caller may write in a message of this shape, as `Shape.field`.
pub fn writable(shape: &'static Shape, found: &mut BTreeSet<String>) {
    for field in shape.fields.iter().filter(|field| !field.read_only) {
        match field.ty {
            Type::Object(inner) if is_private(field) => writable(inner(), found),
            Type::Text if field.class.is_private() => {
                found.insert(format!("{}.{}", shape.name, field.wire));
            }
            _ => {}
        }
    }
}
