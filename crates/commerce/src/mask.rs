//! Formats of national codes, written once and read twice: matched here and shown to clients as a regular
//! expression.
//!
//! `#` is a digit, `@` a letter A–Z, `*` a letter or a digit, `|` parts alternatives; anything else stands for
//! itself. Deliberately absent: repetition and nesting. A format that needs them is a rule and belongs in code.

/// A format such as `#####|### ##`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mask(pub &'static str);

impl Mask {
    /// True when `text` fits one of the alternatives exactly. Letters must be upper case.
    pub fn matches(&self, text: &str) -> bool {
        self.0.split('|').any(|form| fits(form, text))
    }

    /// The same format as an anchored regular expression.
    pub fn regex(&self) -> String {
        let forms: Vec<String> = self.0.split('|').map(form_regex).collect();
        match forms.as_slice() {
            [only] => format!("^{only}$"),
            many => format!("^(?:{})$", many.join("|")),
        }
    }
}

fn fits(form: &str, text: &str) -> bool {
    form.len() == text.len()
        && form.bytes().zip(text.bytes()).all(|(wanted, given)| match wanted {
            b'#' => given.is_ascii_digit(),
            b'@' => given.is_ascii_uppercase(),
            b'*' => given.is_ascii_uppercase() || given.is_ascii_digit(),
            literal => literal == given,
        })
}

fn form_regex(form: &str) -> String {
    let mut regex = String::new();
    let mut rest = form.chars().peekable();
    while let Some(symbol) = rest.next() {
        let mut run = 1;
        while matches!(symbol, '#' | '@' | '*') && rest.next_if_eq(&symbol).is_some() {
            run += 1;
        }
        match symbol {
            '#' => regex.push_str("[0-9]"),
            '@' => regex.push_str("[A-Z]"),
            '*' => regex.push_str("[A-Z0-9]"),
            '.' | '+' | '(' | ')' => regex.extend(['\\', symbol]),
            literal => regex.push(literal),
        }
        if run > 1 {
            regex.extend(["{", &run.to_string(), "}"]);
        }
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_matches_what_its_regex_says() {
        let dutch = Mask("#### @@|####@@");
        assert!(dutch.matches("1011 AB") && dutch.matches("1011AB"));
        assert!(!dutch.matches("1011 ab") && !dutch.matches("1011  AB") && !dutch.matches(""));
        assert_eq!(dutch.regex(), "^(?:[0-9]{4} [A-Z]{2}|[0-9]{4}[A-Z]{2})$");
        assert_eq!(Mask("ATU########").regex(), "^ATU[0-9]{8}$");
    }
}
