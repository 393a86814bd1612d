//! Codecs are scripts here. Those written as modules, as ChirpStack runs them, become scripts by taking out what only modules
//! may say. Everything else keeps its line and, nearly always, its column.

/// The script, if taking out `import` and `export` changed anything.
///
/// Only statements that begin a line are looked at, and a line inside a template string could be taken for one. Therefore this
/// is tried only with scripts that the engine has refused as they are.
pub(super) fn as_script(source: &str) -> Option<String> {
    let mut script = String::with_capacity(source.len());
    let mut renamed = String::new();
    let mut rest = source;
    while !rest.is_empty() {
        let statement = rest.trim_start_matches([' ', '\t', '\u{feff}']);
        script.push_str(before(rest, statement));
        rest = statement;
        if let Some(word) = ModuleWord::read(statement) {
            script.push_str(word.in_its_place);
            script.extend(word.taken.chars().skip(word.in_its_place.len()).map(blank));
            renamed.push_str(&word.renamed);
            rest = word.rest;
        }
        let end = rest.find('\n').map_or(rest.len(), |end| end.saturating_add(1));
        let (line, next) = rest.split_at(end);
        script.push_str(line);
        rest = next;
    }
    script.push_str(&renamed);
    (script != source).then_some(script)
}

/// The part of a statement that only a module may have.
struct ModuleWord<'a> {
    taken: &'a str,
    in_its_place: &'static str,
    /// What has to be said at the end of the script, when everything is declared.
    renamed: String,
    rest: &'a str,
}

impl<'a> ModuleWord<'a> {
    fn read(statement: &'a str) -> Option<Self> {
        if let Some(imported) = after_word(statement, "import") {
            return import(imported).map(|rest| Self::vanishing(statement, rest));
        }
        let exported = after_word(statement, "export")?;
        if is_declaration(exported) {
            return Some(Self::vanishing(statement, exported));
        }
        if let Some(value) = after_word(exported, "default") {
            let in_its_place = if is_declaration(value) { "" } else { "module.exports=" };
            return Some(Self { in_its_place, ..Self::vanishing(statement, value) });
        }
        let (list, rest) = exported.strip_prefix('{')?.split_once('}')?;
        let renamed = list.split(',').filter_map(|name| name.split_once(" as "));
        let renamed = renamed.map(|(own, name)| format!("\nmodule.exports.{}={};", name.trim(), own.trim()));
        Some(Self { renamed: renamed.collect(), ..Self::vanishing(statement, rest) })
    }

    fn vanishing(statement: &'a str, rest: &'a str) -> Self {
        Self { taken: before(statement, rest), in_its_place: "", renamed: String::new(), rest }
    }
}

/// What follows `{ Buffer } from "buffer"`. There is nothing else to import.
fn import(statement: &str) -> Option<&str> {
    let (names, module) = statement.split_once("from")?;
    if names.contains([';', '(', '"', '\'']) {
        return None;
    }
    let module = module.trim_start();
    ["\"buffer\"", "'buffer'", "\"node:buffer\"", "'node:buffer'"]
        .iter()
        .find_map(|name| module.strip_prefix(name))
}

fn is_declaration(statement: &str) -> bool {
    let words = ["function", "async", "const", "let", "var", "class"];
    words.iter().any(|word| after_word(statement, word).is_some())
}

/// What follows the word and the white space behind it.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let goes_on = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    (!rest.starts_with(goes_on)).then(|| rest.trim_start())
}

/// The part of `text` before its end `rest`.
fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len().saturating_sub(rest.len())).unwrap_or_default()
}

fn blank(char: char) -> char {
    if char.is_whitespace() { char } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(module: &str) -> String {
        as_script(module).unwrap()
    }

    #[test]
    fn declarations_stay_in_their_columns() {
        assert_eq!(script("export function f() {}"), "       function f() {}");
        assert_eq!(script("x;\n  export const a = 1;\n"), "x;\n         const a = 1;\n");
        assert_eq!(script("export default function f() {}"), "               function f() {}");
        assert_eq!(script("export default { f };"), "module.exports={ f };");
    }

    #[test]
    fn imports_of_buffer_vanish_and_what_follows_them_stays() {
        assert_eq!(script("import { Buffer } from \"buffer\";\nf();").trim_start(), ";\nf();");
        assert_eq!(
            script("import {\n  Buffer,\n} from 'node:buffer' // Node\nf();").trim_start(),
            "// Node\nf();"
        );
        assert_eq!(script("import{Buffer}from\"buffer\";f()").trim_start(), ";f()");
    }

    #[test]
    fn lists_of_exports_vanish_and_new_names_are_given_at_the_end() {
        assert_eq!(script("f();\nexport { f, g };").trim_end(), "f();\n               ;");
        let renamed = script("export {\n  d as decodeUplink,\n  e,\n};\nvar d;");
        assert!(renamed.ends_with("\nvar d;\nmodule.exports.decodeUplink=d;"), "{renamed}");
        assert_eq!(renamed.lines().position(|line| line == "var d;"), Some(4));
    }

    #[test]
    fn other_imports_and_other_words_stay() {
        for same in [
            "import fs from \"fs\";",
            "import('buffer')",
            "import \"x\"; y from \"buffer\"",
            "exports.a = 1; importer(); export_ = 2;",
            "export * from \"buffer\";",
        ] {
            assert_eq!(as_script(same), None, "{same}");
        }
    }
}
