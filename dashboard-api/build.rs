//! Makes a method of `Texts` out of every message in `messages/LANGUAGE/AREA.ftl`.
//!
//! The first language is the reference: each other one must have the same messages with variables that the reference
//! knows, or the build fails and says what is missing where. A message without variables becomes `fn id(self) -> &'static str`. One with
//! variables names them in its comment, in the order of the parameters, and becomes a function to `String`:
//!
//! ```ftl
//! # How many sites report.
//! # $n (Number): those that report
//! # $of (Number): all
//! reporting = { $n } von { $of } melden
//! ```

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement},
    parser,
};

/// Folders of `messages` and the variants of `Lang`; the first is the reference.
const LANGUAGES: [(&str, &str); 2] = [("de", "De"), ("en", "En")];

type Problem = Box<dyn std::error::Error>;

#[expect(clippy::print_stderr, reason = "where cargo looks for what went wrong")]
fn main() {
    if let Err(problem) = generate() {
        // The standard form of an error would put all of it on one line.
        eprintln!("{problem}");
        std::process::exit(1);
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folders by the environment")]
fn generate() -> Result<(), Problem> {
    println!("cargo::rerun-if-changed=messages");
    let (here, out) = (env::var("CARGO_MANIFEST_DIR")?, env::var("OUT_DIR")?);
    let folder = Path::new(&here).join("messages");
    let mut catalogues = Vec::new();
    for (language, _) in LANGUAGES {
        catalogues.push(Catalogue::read(&folder.join(language))?);
    }
    let problems = problems(&catalogues);
    if !problems.is_empty() {
        return Err(problems.join("\n").into());
    }
    fs::write(Path::new(&out).join("messages.rs"), source(&catalogues)?)?;
    Ok(())
}

/// All messages of a language.
struct Catalogue {
    /// Language files, whole.
    files: Vec<String>,
    messages: BTreeMap<String, Text>,
}

/// One message.
struct Text {
    file: String,
    /// The comment without the lines on variables.
    about: String,
    /// The comment's variables, in its order.
    declared: Vec<(String, Kind)>,
    /// The variables it uses, sorted.
    used: Vec<String>,
    /// The words, if there is nothing to fill in.
    plain: Option<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    String,
}

impl Catalogue {
    fn read(folder: &Path) -> Result<Self, Problem> {
        let mut catalogue = Self { files: Vec::new(), messages: BTreeMap::new() };
        let mut paths =
            fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
        paths.sort();
        for path in paths {
            let file = path.display().to_string();
            let words = fs::read_to_string(&path)?;
            let resource =
                parser::parse(words.as_str()).map_err(|(_, errors)| format!("{file}: {errors:?}"))?;
            for entry in resource.body {
                match entry {
                    Entry::Message(message) => {
                        let id = message.id.name.to_owned();
                        let text = Text::of(&message, &file)?;
                        if let Some(earlier) = catalogue.messages.insert(id.clone(), text) {
                            return Err(format!("{file}: `{id}` is in {} too", earlier.file).into());
                        }
                    }
                    Entry::Junk { content } => return Err(format!("{file}: no message: {content}").into()),
                    Entry::Term(_)
                    | Entry::Comment(_)
                    | Entry::GroupComment(_)
                    | Entry::ResourceComment(_) => {}
                }
            }
            catalogue.files.push(words);
        }
        Ok(catalogue)
    }
}

impl Text {
    fn of(message: &Message<&str>, file: &str) -> Result<Self, Problem> {
        let id = message.id.name;
        let pattern = message.value.as_ref().ok_or_else(|| format!("{file}: `{id}` has no text"))?;
        let lines = message.comment.as_ref().map(|comment| comment.content.clone()).unwrap_or_default();
        let (declared, about): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.starts_with('$'));
        let declared = declared
            .into_iter()
            .map(|line| {
                let (name, rest) = line[1..].split_once(' ').unwrap_or((&line[1..], ""));
                let kind = match rest.split_once(')').map(|(kind, _)| kind) {
                    Some("(Number") => Kind::Number,
                    Some("(String") => Kind::String,
                    _ => {
                        return Err(format!(
                            "{file}: `{id}`: expected `$name (Number): …` or `(String)`, found `{line}`"
                        ));
                    }
                };
                Ok((name.to_owned(), kind))
            })
            .collect::<Result<Vec<_>, String>>()?;
        let mut used = Vec::new();
        variables(pattern, &mut used);
        used.sort();
        used.dedup();
        let plain = pattern.elements.iter().map(|element| match element {
            PatternElement::TextElement { value } => Some(*value),
            PatternElement::Placeable { .. } => None,
        });
        let plain = plain.collect::<Option<String>>();
        Ok(Self { file: file.to_owned(), about: about.join(" "), declared, used, plain })
    }
}

fn variables(pattern: &Pattern<&str>, found: &mut Vec<String>) {
    let of_inline = |inline: &InlineExpression<&str>, found: &mut Vec<String>| {
        if let InlineExpression::VariableReference { id } = inline {
            found.push(id.name.to_owned());
        }
    };
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(inline) } => of_inline(inline, found),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                of_inline(selector, found);
                for variant in variants {
                    variables(&variant.value, found);
                }
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

/// What the languages disagree on.
fn problems(catalogues: &[Catalogue]) -> Vec<String> {
    let mut problems = Vec::new();
    let Some((reference, others)) = catalogues.split_first() else { return problems };
    for (id, text) in &reference.messages {
        for (other, (language, _)) in others.iter().zip(LANGUAGES.iter().skip(1)) {
            if !other.messages.contains_key(id) {
                problems.push(format!("`{id}` of {} is not there in `{language}`", text.file));
            }
        }
        let same: Vec<_> = catalogues.iter().filter_map(|catalogue| catalogue.messages.get(id)).collect();
        let declared = |name: &String| text.declared.iter().any(|(declared, _)| declared == name);
        for text in &same {
            let unknown = text.used.iter().filter(|name| !declared(name));
            problems.extend(unknown.map(|name| {
                format!("{}: the comment of `{id}` in the reference does not name `${name}`", text.file)
            }));
        }
        let unused =
            text.declared.iter().filter(|(name, _)| !same.iter().any(|text| text.used.contains(name)));
        problems.extend(unused.map(|(name, _)| format!("{}: `{id}` does not use `${name}`", text.file)));
    }
    for other in others {
        let unknown = other.messages.iter().filter(|(id, _)| !reference.messages.contains_key(*id));
        problems
            .extend(unknown.map(|(id, text)| format!("{}: `{id}` is not there in the reference", text.file)));
    }
    problems
}

/// The methods, and the files for those that fill something in.
fn source(catalogues: &[Catalogue]) -> Result<String, Problem> {
    let mut out = String::from("impl Texts {\n");
    let reference = catalogues.first().ok_or("no language")?;
    for (id, text) in &reference.messages {
        let about = match &text.plain {
            Some(words) => format!("`{words}`"),
            None if text.about.is_empty() => format!("`{id}`"),
            None => text.about.clone(),
        };
        writeln!(out, "    #[doc = {about:?}]")?;
        if text.declared.is_empty() {
            writeln!(out, "    pub(crate) fn {id}(self) -> &'static str {{\n        match self.0 {{")?;
            for (catalogue, (_, variant)) in catalogues.iter().zip(LANGUAGES) {
                let plain = catalogue.messages.get(id).and_then(|text| text.plain.clone());
                let plain =
                    plain.ok_or_else(|| format!("`{id}` has something to fill in that no variable gives"))?;
                writeln!(out, "            Lang::{variant} => {plain:?},")?;
            }
            out.push_str("        }\n    }\n");
        } else {
            write!(out, "    pub(crate) fn {id}(self")?;
            for (name, kind) in &text.declared {
                let kind = if *kind == Kind::Number { "impl Into<Number>" } else { "&str" };
                write!(out, ", {name}: {kind}")?;
            }
            write!(out, ") -> String {{\n        filled(self.0, {id:?}, [")?;
            for (name, kind) in &text.declared {
                let value = if *kind == Kind::Number {
                    "Filling::Number(name.into())"
                } else {
                    "Filling::from(name)"
                };
                write!(out, "({name:?}, {}), ", value.replace("name", name))?;
            }
            out.push_str("])\n    }\n");
        }
    }
    out.push_str("}\n\nconst fn files(lang: Lang) -> &'static [&'static str] {\n    match lang {\n");
    for (catalogue, (_, variant)) in catalogues.iter().zip(LANGUAGES) {
        writeln!(out, "        Lang::{variant} => &{:?},", catalogue.files)?;
    }
    out.push_str("    }\n}\n");
    Ok(out)
}
