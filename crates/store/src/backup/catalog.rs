//! What tables a store has, asked of the engine, and the SQL made out of that.

use crate::dialect::Dialect;
use crate::{StoreError, Tx, args};

/// A table as the engine knows it.
pub(super) struct Table {
    pub name: String,
    pub columns: Vec<String>,
    /// The positions of the primary key's columns among `columns`, in the key's order.
    pub key: Vec<usize>,
}

impl Table {
    /// The next rows in the order of the key; after a place when its key values are the arguments.
    pub fn page(&self, after: bool, limit: usize) -> String {
        let key: Vec<&str> =
            self.key.iter().filter_map(|index| self.columns.get(*index)).map(String::as_str).collect();
        let (columns, key, name) = (self.columns.join(", "), key.join(", "), &self.name);
        let place = if after {
            format!(" WHERE ({key}) > {}", super::places(0, self.key.len()))
        } else {
            String::new()
        };
        format!("SELECT {columns} FROM {name}{place} ORDER BY {key} LIMIT {limit}")
    }

    /// A row, if there is one.
    pub fn probe(&self) -> String {
        format!("SELECT 1 FROM {} LIMIT 1", self.name)
    }

    /// How many rows there are.
    pub fn count(&self) -> String {
        format!("SELECT CAST(count(*) AS BIGINT) FROM {}", self.name)
    }
}

/// Every table but the record of migrations, by name.
pub(super) fn tables(tx: &mut Tx) -> Result<Vec<Table>, StoreError> {
    let (tables, columns) = match tx.dialect() {
        Dialect::Sqlite => (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
             AND name <> 'schema_migration' ORDER BY name",
            "SELECT name, pk FROM pragma_table_info($1) ORDER BY cid",
        ),
        Dialect::Postgres => (
            "SELECT CAST(relname AS TEXT) COLLATE \"C\" AS name FROM pg_class WHERE relkind = 'r'
             AND relnamespace = CAST(current_schema() AS regnamespace) AND relname <> 'schema_migration' ORDER BY name",
            "SELECT CAST(a.attname AS TEXT), CAST(coalesce(array_position(i.indkey, a.attnum) + 1, 0) AS BIGINT)
             FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
             WHERE a.attrelid = CAST(CAST($1 AS TEXT) AS regclass) AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum",
        ),
    };
    let mut found = Vec::new();
    for row in tx.dynamic("catalog.TABLES", tables, &[])? {
        let name: String = row.get(0)?;
        let mut described = Vec::new();
        for column in tx.dynamic("catalog.COLUMNS", columns, &args![&name])? {
            described.push((column.get::<String>(0)?, column.get::<i64>(1)?));
        }
        let mut key: Vec<(i64, usize)> = described
            .iter()
            .enumerate()
            .filter(|(_, (_, pk))| *pk > 0)
            .map(|(index, (_, pk))| (*pk, index))
            .collect();
        key.sort_unstable();
        if key.is_empty() {
            return Err(StoreError::Backup(format!(
                "table {name} has no primary key and cannot be backed up"
            )));
        }
        let key = key.into_iter().map(|(_, index)| index).collect();
        found.push(Table { name, columns: described.into_iter().map(|(column, _)| column).collect(), key });
    }
    Ok(found)
}

/// Lets a numbered table go on after its highest number; SQLite does that by itself.
pub(super) fn set_sequence(tx: &mut Tx, table: &Table) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    for column in &table.columns {
        let find = "SELECT pg_get_serial_sequence(CAST($1 AS TEXT), CAST($2 AS TEXT))";
        let found = tx.dynamic("catalog.SEQUENCE", find, &args![&table.name, column])?;
        let Some(sequence) = found.first().map_or(Ok(None), |row| row.get::<Option<String>>(0))? else {
            continue;
        };
        let set = format!(
            "SELECT setval(CAST(CAST($1 AS TEXT) AS regclass), coalesce(max({column}), 0) + 1, false) FROM {}",
            table.name
        );
        tx.dynamic("catalog.SET_SEQUENCE", &set, &args![sequence])?;
    }
    Ok(())
}
