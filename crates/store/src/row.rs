//! Rows, and structs made out of them.

use crate::{FromColumn, StoreError, Value};

/// One row of an answer, its columns by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    statement: &'static str,
    values: Vec<Value>,
}

impl Row {
    pub(crate) fn new(statement: &'static str, values: Vec<Value>) -> Self {
        Self { statement, values }
    }

    /// How many columns the row has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the row has no columns.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A copy of the column at this position (from 0).
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T, StoreError> {
        let value = self.values.get(index).cloned();
        self.convert(index, value)
    }

    /// Moves the column at this position (from 0) out of the row; NULL stays behind.
    pub fn take<T: FromColumn>(&mut self, index: usize) -> Result<T, StoreError> {
        let value = self.values.get_mut(index).map(|slot| std::mem::replace(slot, Value::Null));
        self.convert(index, value)
    }

    /// The values in column order.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    fn convert<T: FromColumn>(&self, index: usize, value: Option<Value>) -> Result<T, StoreError> {
        let column = |wanted, found| StoreError::Column { statement: self.statement, index, wanted, found };
        let Some(value) = value else {
            return Err(column("one more column", "the end of the row"));
        };
        let found = value.kind();
        T::from_column(value).map_err(|wanted| column(wanted, found))
    }

    /// Fails unless the row has exactly this many columns.
    pub fn require(&self, wanted: usize) -> Result<(), StoreError> {
        if self.values.len() == wanted {
            return Ok(());
        }
        Err(StoreError::Width { statement: self.statement, wanted, found: self.values.len() })
    }
}

/// A type that is made out of a whole row. Written by [`rows!`](crate::rows) for structs.
pub trait FromRow: Sized {
    /// Makes the value; the row must have exactly the columns that are wanted.
    fn from_row(row: Row) -> Result<Self, StoreError>;
}

impl FromRow for Row {
    fn from_row(row: Row) -> Result<Self, StoreError> {
        Ok(row)
    }
}

macro_rules! tuples {
    ($($count:literal: $($name:ident $index:tt)*;)*) => {$(
        impl<$($name: FromColumn),*> FromRow for ($($name,)*) {
            fn from_row(mut row: Row) -> Result<Self, StoreError> {
                row.require($count)?;
                Ok(($(row.take::<$name>($index)?,)*))
            }
        }
    )*};
}
tuples! {
    1: A 0;
    2: A 0 B 1;
    3: A 0 B 1 C 2;
    4: A 0 B 1 C 2 D 3;
    5: A 0 B 1 C 2 D 3 E 4;
    6: A 0 B 1 C 2 D 3 E 4 F 5;
}

/// Declares structs whose members are the columns of a row, in the order of the SELECT list.
///
/// ```
/// store::rows! {
///     /// A shelf.
///     #[derive(Clone)]
///     pub struct Shelf {
///         /// Its name.
///         pub name: String,
///         /// Its width in millimetres, when measured.
///         pub width: Option<i64>,
///     }
/// }
/// ```
#[macro_export]
macro_rules! rows {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty),* $(,)?
    })*) => {$(
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $ty),* }

        impl $crate::FromRow for $name {
            fn from_row(mut row: $crate::Row) -> Result<Self, $crate::StoreError> {
                let columns: &[&str] = &[$(stringify!($field)),*];
                row.require(columns.len())?;
                let mut next = 0_usize..;
                $(let $field = row.take::<$ty>(next.next().unwrap_or_default())?;)*
                Ok(Self { $($field),* })
            }
        }
    )*};
}
