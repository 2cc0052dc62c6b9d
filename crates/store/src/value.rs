//! The four kinds of value that both engines agree on, and the way domain types become values and back.
//!
//! Booleans are 0/1, times are microseconds, decimals and JSON are text, money is minor units beside its
//! currency. Deliberately absent: floating point.

use std::borrow::Cow;

/// One value of a row or of a statement's arguments.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// A 64-bit integer.
    Int(i64),
    /// Text; without NUL characters, which PostgreSQL cannot keep.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// The kind in words, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// Shows kinds and lengths only: rows hold what must not reach a log.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Int(_) => f.write_str("Int"),
            Self::Text(text) => write!(f, "Text[{}]", text.len()),
            Self::Bytes(bytes) => write!(f, "Bytes[{}]", bytes.len()),
        }
    }
}

macro_rules! into_int {
    ($($from:ty),*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::Int(i64::from(value))
            }
        }
    )*};
}
into_int!(i64, i32, u32, u16, u8, bool);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}
impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<Cow<'_, str>> for Value {
    fn from(value: Cow<'_, str>) -> Self {
        Self::Text(value.into_owned())
    }
}
impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}
impl From<&Vec<u8>> for Value {
    fn from(value: &Vec<u8>) -> Self {
        Self::Bytes(value.clone())
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
impl<T: Clone + Into<Value>> From<&Option<T>> for Value {
    fn from(value: &Option<T>) -> Self {
        value.clone().map_or(Self::Null, Into::into)
    }
}

/// A type that can be made out of a column. The error says what was wanted.
pub trait FromColumn: Sized {
    /// Takes the value out of a column, or says what kind of value was wanted instead.
    fn from_column(value: Value) -> Result<Self, &'static str>;
}

impl FromColumn for Value {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        Ok(value)
    }
}
impl FromColumn for i64 {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        if let Value::Int(int) = value { Ok(int) } else { Err("an integer") }
    }
}
macro_rules! narrow_int {
    ($($to:ty = $wanted:literal),*) => {$(
        impl FromColumn for $to {
            fn from_column(value: Value) -> Result<Self, &'static str> {
                i64::from_column(value).ok().and_then(|int| Self::try_from(int).ok()).ok_or($wanted)
            }
        }
    )*};
}
narrow_int!(u8 = "an integer of 8 bits", u16 = "an integer of 16 bits", u32 = "an integer of 32 bits");
narrow_int!(i32 = "an integer of 32 bits", u64 = "an integer that is not negative");

impl FromColumn for bool {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err("0 or 1"),
        }
    }
}
impl FromColumn for String {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        if let Value::Text(text) = value { Ok(text) } else { Err("text") }
    }
}
impl FromColumn for Vec<u8> {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        if let Value::Bytes(bytes) = value { Ok(bytes) } else { Err("bytes") }
    }
}
impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value) -> Result<Self, &'static str> {
        if value == Value::Null { Ok(None) } else { T::from_column(value).map(Some) }
    }
}

/// Kernel types whose text form is their stored form.
macro_rules! as_text {
    ($($name:ident = $wanted:literal),* $(,)?) => {$(
        impl From<kernel::$name> for Value {
            fn from(value: kernel::$name) -> Self {
                Self::Text(value.to_string())
            }
        }
        impl From<&kernel::$name> for Value {
            fn from(value: &kernel::$name) -> Self {
                Self::Text(value.to_string())
            }
        }
        impl FromColumn for kernel::$name {
            fn from_column(value: Value) -> Result<Self, &'static str> {
                String::from_column(value).ok().and_then(|text| text.parse().ok()).ok_or($wanted)
            }
        }
    )*};
}
as_text! {
    TenantId = "a tenant id", CustomerId = "a customer id", AccountId = "an account id", UserId = "a user id",
    AppId = "an application id", SubscriptionId = "a subscription id", AuditId = "an audit record id",
    RequestId = "a request id", CorrelationId = "a correlation id", OrderId = "an order id",
    InvoiceId = "an invoice id", OfferId = "an offer id",
    Decimal = "a decimal number as text", Country = "a country code", Currency = "a currency code",
}

/// Builds a statement's arguments: `args![id, name, when]` for `$1`, `$2`, `$3`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { [$($crate::Value::from($value)),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_refuse_what_they_are_not() {
        assert_eq!(bool::from_column(Value::Int(2)), Err("0 or 1"));
        assert_eq!(u8::from_column(Value::Int(256)), Err("an integer of 8 bits"));
        assert_eq!(u64::from_column(Value::Int(-1)), Err("an integer that is not negative"));
        assert_eq!(String::from_column(Value::Null), Err("text"));
        assert_eq!(Option::<String>::from_column(Value::Null), Ok(None));
        assert_eq!(kernel::OrderId::from_column(Value::from("a/b")), Err("an order id"));
    }

    #[test]
    fn debug_hides_what_a_value_holds() {
        assert_eq!(format!("{:?}", args!["Muster", 7, Value::Null]), "[Text[6], Int, Null]");
    }
}
