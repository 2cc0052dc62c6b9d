//! Searching names the same way on both engines: keys are folded here, because SQLite folds ASCII only.

/// The form in which a name is stored for searching.
pub fn search_key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A pattern for `key LIKE $n ESCAPE '!'` that finds keys which contain `part`.
pub fn contains_pattern(part: &str) -> String {
    format!("%{}%", escaped(part))
}

/// A pattern for `key LIKE $n ESCAPE '!'` that finds keys which start with `part`.
pub fn prefix_pattern(part: &str) -> String {
    format!("{}%", escaped(part))
}

fn escaped(part: &str) -> String {
    search_key(part).replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_every_character_literally() {
        assert_eq!(contains_pattern(" 100%_Größe! "), "%100!%!_größe!!%");
        assert_eq!(prefix_pattern("A"), "a%");
    }
}
