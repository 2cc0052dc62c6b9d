//! Things that a sabotage build can leave out one at a time, to see that the attack which each stops succeeds then.
//!
//! Invariant: without the cargo feature `sabotage` of the crate that declares them, what is declared here is nothing at
//! all and every control is on; no run-time setting, file or variable switches one off in such a build.

/// Declares the controls of a crate: an enumeration of them, and a value that says which work. The crate must have the
/// feature `sabotage`.
#[macro_export]
macro_rules! controls {
    (
        $(#[$one_doc:meta])* one $One:ident;
        $(#[$all_doc:meta])* all $All:ident;
        $($(#[$doc:meta])* $name:ident = $text:literal;)*
    ) => {
        $(#[$one_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $One { $($(#[$doc])* $name,)* }

        impl $One {
            /// All of them, in the order of the code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name by which a sabotage run chooses it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        $(#[$all_doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $All {
            #[cfg(feature = "sabotage")]
            without: Option<$One>,
        }

        impl $All {
            /// Everything works.
            #[cfg(not(feature = "sabotage"))]
            pub const fn all() -> Self {
                Self {}
            }

            /// Everything works.
            #[cfg(feature = "sabotage")]
            pub const fn all() -> Self {
                Self { without: None }
            }

            /// Leaves one out, by its name; `None` when there is none of that name.
            #[cfg(feature = "sabotage")]
            pub fn without(name: &str) -> Option<Self> {
                let one = $One::ALL.iter().find(|one| one.name() == name)?;
                Some(Self { without: Some(*one) })
            }

            /// Whether this one works.
            #[cfg(not(feature = "sabotage"))]
            pub const fn on(self, _one: $One) -> bool {
                true
            }

            /// Whether this one works.
            #[cfg(feature = "sabotage")]
            pub fn on(self, one: $One) -> bool {
                self.without != Some(one)
            }
        }
    };
}
