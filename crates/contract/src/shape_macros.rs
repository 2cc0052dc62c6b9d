//! The three macros that write resources: `resource!`, `wire_enum!` and `bare_shape!`.
//!
//! They live in a module of their own so that `shape` holds types and this holds syntax.

/// The [`Class`](crate::shape::Class) a word stands for.
macro_rules! class {
    (commercial) => {
        $crate::shape::Class::Commercial
    };
    (contact) => {
        $crate::shape::Class::Contact
    };
    (personal) => {
        $crate::shape::Class::Personal
    };
    (content) => {
        $crate::shape::Class::Content
    };
    (secret) => {
        $crate::shape::Class::Secret
    };
}

/// A member's wire name: the one given, else the camelCase of its Rust name.
macro_rules! wire_name {
    ($name:ident, $wire:literal) => {
        $wire
    };
    ($name:ident) => {{
        const SNAKE: &str = stringify!($name);
        const CAMEL: &([u8; SNAKE.len()], usize) = &$crate::shape::camel(SNAKE);
        $crate::shape::used(&CAMEL.0, CAMEL.1)
    }};
}

/// The envelope of a record, if it is one.
macro_rules! sealed_as {
    () => {
        None
    };
    ($record:literal, $set:literal) => {
        Some($crate::shape::SealedAs { record: $record, field_set: $set })
    };
}

/// Writes the resources of a file once: the serde structs and their [`Shape`](crate::shape::Shape)s. Used once per
/// file, because it also makes the list `SHAPES`.
///
/// ```text
/// resource! {
///     /// What it is, in one sentence.
///     pub struct Customer: "Customer" sealed "billing-profile" / "contact" {
///         commercial id: Option<String> [read_only],
///         contact first_name: Option<String> [max(50)],
///         commercial tenant_id as "tenantID": Option<String>,
///     }
/// }
/// ```
///
/// The class comes first; `as` overrides the wire name; marks are the const methods of
/// [`Field`](crate::shape::Field). Types are written as the struct holds them: `Option` members are left out when
/// `None`, the others are always written. `sealed record / field set` makes the objects records and adds the
/// member `sealed`, which carries the envelope between the zones and appears in no public document.
macro_rules! resource {
    ($(
        $(#[doc = $doc:literal])*
        pub struct $Name:ident: $object_type:literal $(sealed $record:literal / $set:literal)? {
            $(
                $(#[doc = $fdoc:literal])*
                $class:ident $field:ident $(as $wire:literal)? : $ty:ty $([$($mark:ident $(($arg:expr))?),* $(,)?])?
            ),* $(,)?
        }
    )*) => {
        /// The shapes of this file.
        pub(crate) const SHAPES: &[&$crate::shape::Shape] =
            &[$(<$Name as $crate::shape::Resource>::SHAPE),*];
        /// Writes what each struct of this file makes of a message, in the order of `SHAPES`.
        #[cfg(test)]
        pub(crate) const THROUGH: &[$crate::shape::Through] = &[$($crate::shape::through::<$Name>),*];
        $(
        $(#[doc = $doc])*
        #[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $Name {
            $(
                $(#[doc = $fdoc])*
                #[doc = concat!("(", stringify!($class), ")")]
                $(#[serde(rename = $wire)])?
                #[serde(skip_serializing_if = "crate::shape::Wire::is_absent")]
                pub $field: $ty,
            )*
            $(
                #[doc = concat!("The envelope of this `", $record, "` record, between the zones only.")]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub sealed: Option<String>,
            )?
        }

        impl $crate::shape::Resource for $Name {
            const SHAPE: &'static $crate::shape::Shape = &$crate::shape::Shape {
                name: stringify!($Name),
                object_type: $object_type,
                doc: $crate::shape::first_doc(&[$($doc),*]),
                fields: &[$(
                    $crate::shape::Field::new(
                        $crate::shape_macros::wire_name!($field $(, $wire)?),
                        $crate::shape_macros::class!($class),
                        <$ty as $crate::shape::Wire>::TYPE,
                    )
                    .doc($crate::shape::first_doc(&[$($fdoc),*]))
                    $($(.$mark($($arg)?))*)?
                ),*],
                sealed: $crate::shape_macros::sealed_as!($($record, $set)?),
                bare: None,
            };
        }

        impl $crate::shape::Wire for $Name {
            const TYPE: $crate::shape::Type = $crate::shape::Type::Object(<$Name as $crate::shape::Resource>::shape);
            fn stamp(&mut self, _owner: &'static str) {
                $($crate::shape::Wire::stamp(&mut self.$field, $object_type);)*
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut out = f.debug_struct(stringify!($Name));
                $($crate::shape::debug_member(
                    &mut out,
                    stringify!($field),
                    $crate::shape_macros::class!($class),
                    &self.$field,
                );)*
                out.finish_non_exhaustive()
            }
        }
        )*
    };
}

/// Writes a closed list of words once: the Rust enum, its wire spellings and its
/// [`EnumShape`](crate::shape::EnumShape). The position of a variant is its ordinal number.
macro_rules! wire_enum {
    ($(
        $(#[doc = $doc:literal])*
        pub enum $Name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal),* $(,)? }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $Name {
            $(
                $(#[doc = $vdoc])*
                #[doc = concat!("`", $word, "`")]
                $variant,
            )*
        }

        impl $Name {
            /// All values, in the order of their ordinal numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The words.
            pub const SHAPE: &'static $crate::shape::EnumShape =
                &$crate::shape::EnumShape { name: stringify!($Name), values: &[$($word),*] };

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads any documented spelling, in any casing, or the ordinal number.
            pub fn parse(text: &str) -> Option<Self> {
                match Self::SHAPE.canonical(text)? {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $crate::shape::Wire for $Name {
            const TYPE: $crate::shape::Type = $crate::shape::Type::Enum($Name::SHAPE);
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                Self::parse(&text)
                    .ok_or_else(|| serde::de::Error::custom(concat!("not a value of ", stringify!($Name))))
            }
        }
    )*};
}

/// Writes the shape of a message that is no object: a bare word, a list.
macro_rules! bare_shape {
    ($($(#[doc = $doc:literal])* pub fn $name:ident: $Name:literal = $ty:expr;)*) => {$(
        $(#[doc = $doc])*
        pub fn $name() -> &'static $crate::shape::Shape {
            const SHAPE: $crate::shape::Shape = $crate::shape::Shape {
                name: $Name,
                object_type: $Name,
                doc: $crate::shape::first_doc(&[$($doc),*]),
                fields: &[],
                sealed: None,
                bare: Some($ty),
            };
            &SHAPE
        }
    )*};
}

pub(crate) use {bare_shape, class, resource, sealed_as, wire_enum, wire_name};
