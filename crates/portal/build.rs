//! Reads the messages of all languages and writes one typed accessor per message.
//!
//! A message that one language lacks, a variable that one language does not use, and a file that does not parse
//! stop the build; a page that asks for a message that does not exist, or leaves out an argument, does not compile.
//!
//! Arguments come in the alphabetical order of their names, so that rewording a message never swaps them.
//!
//! A variable that decides a plural form or another selection is a number (`i64`); every other one is text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};

/// The languages; the first gives the accessors their documentation.
const LANGUAGES: [&str; 3] = ["en", "de", "fr"];

/// What a message takes: each variable, and whether it is a number.
type Variables = BTreeMap<String, bool>;

struct Message {
    text: String,
    variables: Variables,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales");
    println!("cargo:rerun-if-changed={}", root.display());
    let languages = LANGUAGES.map(|language| (language, read(&root.join(language))));
    let [(_, (_, first)), others @ ..] = &languages;
    let wrong: Vec<String> =
        others.iter().flat_map(|(language, (_, messages))| differences(language, first, messages)).collect();
    assert!(wrong.is_empty(), "the languages do not say the same:\n{}", wrong.join("\n"));

    let mut out = String::new();
    for (language, (files, _)) in &languages {
        let _ = writeln!(out, "/// The message files of this language.");
        let _ = writeln!(out, "const {}: &[&str] = &[", language.to_uppercase());
        for file in files {
            let _ = writeln!(out, "    include_str!({:?}),", file.display().to_string());
        }
        let _ = writeln!(out, "];");
    }
    out.push_str("impl Texts {\n");
    for (key, message) in first {
        accessor(&mut out, key, message);
    }
    out.push_str("}\n");
    #[expect(clippy::disallowed_methods, reason = "this is how cargo tells a build script its folder")]
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(PathBuf::from(folder).join("messages.rs"), out).expect("the folder can be written");
}

/// The files of a language and its messages.
fn read(folder: &Path) -> (Vec<PathBuf>, BTreeMap<String, Message>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder's entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
        .map(|path| path.canonicalize().expect("it exists"))
        .collect();
    files.sort();
    let mut messages = BTreeMap::new();
    for file in &files {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.display()));
        collect(&resource, file, &mut messages);
    }
    (files, messages)
}

fn collect(resource: &Resource<&str>, file: &Path, messages: &mut BTreeMap<String, Message>) {
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            if let Entry::Junk { content } = entry {
                panic!("{}: {content}", file.display());
            }
            continue;
        };
        let key = message.id.name.to_owned();
        let Some(pattern) = &message.value else { panic!("{}: '{key}' says nothing", file.display()) };
        let mut found = Message { text: String::new(), variables: Variables::new() };
        walk(pattern, &mut found);
        assert!(messages.insert(key.clone(), found).is_none(), "{}: '{key}' is there twice", file.display());
    }
}

fn walk(pattern: &Pattern<&str>, message: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => message.text.push_str(value),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                variable(inline, false, message);
                message.text.push('…');
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                variable(selector, true, message);
                for variant in variants {
                    if variant.default {
                        walk(&variant.value, message);
                    } else {
                        let mut other = Message { text: String::new(), variables: Variables::new() };
                        walk(&variant.value, &mut other);
                        for (name, number) in other.variables {
                            *message.variables.entry(name).or_default() |= number;
                        }
                    }
                }
            }
        }
    }
}

fn variable(expression: &InlineExpression<&str>, number: bool, message: &mut Message) {
    match expression {
        InlineExpression::VariableReference { id } => {
            *message.variables.entry(id.name.to_owned()).or_default() |= number;
        }
        InlineExpression::Placeable { expression } => match expression.as_ref() {
            Expression::Inline(inner) => variable(inner, number, message),
            Expression::Select { .. } => panic!("a selection within a selection: write two messages"),
        },
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        other => panic!("messages use variables and selections only, not {other:?}"),
    }
}

fn differences(
    language: &str,
    first: &BTreeMap<String, Message>,
    messages: &BTreeMap<String, Message>,
) -> Vec<String> {
    let keys: BTreeSet<&String> = first.keys().chain(messages.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (first.get(key), messages.get(key)) {
            (Some(_), None) => Some(format!("{language}: '{key}' is missing")),
            (None, Some(_)) => Some(format!("{language}: '{key}' is in no other language")),
            (Some(one), Some(other)) if one.variables != other.variables => Some(format!(
                "{language}: '{key}' takes {:?}, elsewhere {:?}",
                other.variables, one.variables
            )),
            _ => None,
        })
        .collect()
}

fn accessor(out: &mut String, key: &str, message: &Message) {
    let text: String = message.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let _ = writeln!(out, "    /// {}", text.replace(['[', ']', '`', '<', '>'], ""));
    let _ = write!(out, "    pub fn {}(&self", key.replace('-', "_"));
    for (name, number) in &message.variables {
        let kind = if *number { "impl std::borrow::Borrow<i64>" } else { "impl std::fmt::Display" };
        let _ = write!(out, ", {}: {kind}", name.replace('-', "_"));
    }
    let _ = write!(out, ") -> String {{ self.say({key:?}, &[");
    for (name, number) in &message.variables {
        let argument = name.replace('-', "_");
        if *number {
            let _ = write!(out, "({name:?}, FluentValue::from(*{argument}.borrow())), ");
        } else {
            let _ = write!(out, "({name:?}, FluentValue::from({argument}.to_string())), ");
        }
    }
    out.push_str("]) }\n");
}
