//! Closed lists of words that columns hold, as enums.

/// Writes an enum whose stored form is a word.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ pub enum $name:ident / $wanted:literal {
        $($(#[doc = $vdoc:literal])+ $variant:ident = $word:literal),+ $(,)?
    })+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $vdoc])+ $variant),+
        }

        impl $name {
            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value of a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, word: &str) -> bool {
                self.as_str() == word
            }
        }
        impl PartialEq<&str> for $name {
            fn eq(&self, word: &&str) -> bool {
                self.as_str() == *word
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl From<$name> for $crate::Value {
            fn from(value: $name) -> Self {
                Self::Text(value.as_str().to_owned())
            }
        }
        impl $crate::FromColumn for $name {
            fn from_column(value: $crate::Value) -> Result<Self, &'static str> {
                String::from_column(value).ok().and_then(|word| Self::parse(&word)).ok_or($wanted)
            }
        }
    )+};
}

pub(crate) use words;
