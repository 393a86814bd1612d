//! Codecs are scripts here. Those written as modules, as ChirpStack runs them, become scripts by taking out what only modules
//! may say. Every character keeps its line and column.

/// The script, if taking out `import` and `export` changed anything.
///
/// Lines are looked at one by one, so a line inside a template string could be taken for one of them. Therefore this is tried
/// only with scripts that the engine has refused as they are.
pub(super) fn as_script(source: &str) -> Option<String> {
    let script: String = source.split_inclusive('\n').map(line).collect();
    (script != source).then_some(script)
}

fn line(line: &str) -> String {
    let statement = line.trim_start();
    let indent = line.len().saturating_sub(statement.len());
    let (indent, _) = line.split_at(indent);
    format!("{indent}{}", statement_as_script(statement))
}

fn statement_as_script(statement: &str) -> String {
    if let Some(rest) = after_word(statement, "import") {
        return match rest.split_once(" from ").map(|(_, module)| module.trim().trim_end_matches(';')) {
            Some("\"buffer\"" | "'buffer'" | "\"node:buffer\"" | "'node:buffer'") => blank(statement),
            _ => statement.to_owned(),
        };
    }
    let Some(rest) = after_word(statement, "export") else { return statement.to_owned() };
    let declared = ["function", "async", "const", "let", "var", "class"];
    if declared.iter().any(|word| after_word(rest, word).is_some()) {
        return without(statement, rest);
    }
    if let Some(value) = after_word(rest, "default") {
        return if ["function", "async", "class"].iter().any(|word| after_word(value, word).is_some()) {
            without(statement, value)
        } else {
            // As long as `export default `.
            format!("module.exports={value}")
        };
    }
    if rest.starts_with('{') && rest.contains('}') { blank(statement) } else { statement.to_owned() }
}

/// What follows the word and the white space behind it.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let starts_another = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
    (!rest.starts_with(starts_another)).then(|| rest.trim_start())
}

fn without(statement: &str, rest: &str) -> String {
    let taken = statement.len().saturating_sub(rest.len());
    format!("{}{rest}", " ".repeat(taken))
}

fn blank(statement: &str) -> String {
    statement.chars().map(|char| if char.is_whitespace() { char } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_stay_in_their_columns() {
        assert_eq!(as_script("export function f() {}"), Some("       function f() {}".to_owned()));
        assert_eq!(as_script("x;\n  export const a = 1;\n"), Some("x;\n         const a = 1;\n".to_owned()));
        assert_eq!(as_script("export default function f() {}").unwrap().find("function"), Some(15));
        assert_eq!(as_script("export default { f };"), Some("module.exports={ f };".to_owned()));
    }

    #[test]
    fn imports_of_buffer_and_lists_of_exports_vanish() {
        assert_eq!(as_script("import { Buffer } from \"buffer\";\nf();").unwrap().trim(), "f();");
        assert_eq!(as_script("f();\nexport { f, g };").unwrap().trim(), "f();");
    }

    #[test]
    fn other_imports_and_other_words_stay() {
        assert_eq!(as_script("import fs from \"fs\";"), None);
        assert_eq!(as_script("exports.a = 1; importer(); export_ = 2;"), None);
    }
}
