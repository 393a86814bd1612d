//! Fields side by side that may name each other, of bytes and of objects alike.

use domain::Missing;
use toml::Spanned;

use super::{Compiler, marks};
use crate::{
    FileError, ParamInfo,
    file::tables::{Conditions, FieldTable, Formula, Word},
    layout::{
        expression::{self, Expression, Names},
        field::Field,
    },
};

/// Fields side by side; more is no frame of a device.
const FIELDS_MAX: usize = 128;

/// Reads where the number of a field stands; the text is the way to the field, for errors.
type ReadsSource<'a, S> = dyn Fn(&Spanned<FieldTable>, &str) -> Result<S, FileError> + 'a;

impl Compiler<'_> {
    /// Fields side by side that may name each other.
    pub(super) fn fields<S>(
        &self,
        fields: &[Spanned<FieldTable>],
        path: &str,
        source: &ReadsSource<'_, S>,
    ) -> Result<Vec<Field<S>>, FileError> {
        if let Some(beyond) = fields.get(FIELDS_MAX) {
            return Err(self.error(beyond.span(), path, format!("more than {FIELDS_MAX} fields")));
        }
        let mut names = ScopeNames { fields: Vec::new(), params: &self.params };
        for field in fields {
            let table = field.get_ref();
            let is_main = table.channel.is_none();
            let property = table.property.as_ref().filter(|_| is_main).map(Spanned::get_ref);
            let name = table.name.as_ref().map(Spanned::get_ref).or(property).cloned();
            if let (Some(given), Some(name)) = (&table.name, &name)
                && (name == "x" || names.fields.contains(&table.name.as_ref().map(|n| n.get_ref().clone())))
            {
                let message = format!("`{name}` is taken");
                return Err(self.error(given.span(), format!("{path}, name"), message));
            }
            names.fields.push(name);
        }
        let compiled = fields.iter().enumerate().map(|(n, field)| {
            let path = format!("{path}, field {}", n.saturating_add(1));
            self.field(field, &path, &names, source)
        });
        let compiled: Vec<Field<S>> = compiled.collect::<Result<_, _>>()?;
        for (n, (field, table)) in compiled.iter().zip(fields).enumerate() {
            let earlier = |other: &usize| *other < n;
            if let Some(when) = &field.when
                && !when.fields().iter().all(earlier)
            {
                let message = "`when` may name only fields before it";
                return Err(self.error(
                    table.span(),
                    format!("{path}, field {}", n.saturating_add(1)),
                    message,
                ));
            }
            if needs_itself(&compiled, n) {
                let message = "the value is needed to compute itself";
                return Err(self.error(
                    table.span(),
                    format!("{path}, field {}", n.saturating_add(1)),
                    message,
                ));
            }
        }
        Ok(compiled)
    }

    fn field<S>(
        &self,
        field: &Spanned<FieldTable>,
        path: &str,
        names: &ScopeNames<'_>,
        source: &ReadsSource<'_, S>,
    ) -> Result<Field<S>, FileError> {
        let table = field.get_ref();
        let key = |key: &str| format!("{path}, {key}");
        let formula = |formula: &Spanned<Formula>, name: &str| {
            expression::parse(&formula.get_ref().0, names).map_err(|error| {
                let message = format!("`{}` {error}", formula.get_ref().0);
                self.error(formula.span(), key(name), message)
            })
        };
        let value = table.value.as_ref().map(|value| formula(value, "value")).transpose()?;
        let when = table.when.as_ref().map(|when| formula(when, "when")).transpose()?;
        if when.as_ref().is_some_and(Expression::uses_x) {
            let message = "`when` says whether the number is there and cannot use it: `x` is not possible";
            return Err(self.error(field.span(), key("when"), message));
        }
        let missing_if = match &table.missing_if {
            None => Vec::new(),
            Some(conditions) => {
                let parse = |text: &String, reason: Missing| {
                    let condition = expression::parse(text, names).map_err(|error| {
                        self.error(conditions.span(), key("missing_if"), format!("`{text}` {error}"))
                    })?;
                    Ok((condition, reason))
                };
                match conditions.get_ref() {
                    Conditions::NothingToMeasure(text) => vec![parse(text, Missing::NothingToMeasure)?],
                    Conditions::ByReason(by_reason) => by_reason
                        .iter()
                        .map(|(reason, text)| parse(text, reason.missing()))
                        .collect::<Result<_, _>>()?,
                }
            }
        };
        let marks =
            table.missing.as_ref().map(|marks| marks::of_reasons(marks.get_ref())).unwrap_or_default();
        let marks = marks.into_iter().filter_map(|(mark, reason)| match mark {
            Word::Number(number) => Some((number, reason)),
            Word::Text(_) => None,
        });
        let decimals = table.decimals.as_ref();
        if let Some(decimals) = decimals.filter(|decimals| !(0..=12).contains(decimals.get_ref())) {
            return Err(self.error(decimals.span(), key("decimals"), "expected 0 to 12"));
        }
        let target = self.target(field, path, &formula)?;
        Ok(Field {
            source: source(field, path)?,
            marks: marks.collect(),
            when,
            missing_if,
            value,
            decimals: decimals.map(|decimals| *decimals.get_ref()),
            target,
        })
    }
}

/// What names stand for among fields side by side.
struct ScopeNames<'a> {
    fields: Vec<Option<String>>,
    params: &'a [ParamInfo],
}

impl Names for ScopeNames<'_> {
    fn resolve(&self, name: &str) -> Option<Expression> {
        let field = self.fields.iter().position(|field| field.as_deref() == Some(name));
        let setting = || self.params.iter().position(|param| param.key == name).map(Expression::Setting);
        field.map(Expression::Field).or_else(setting)
    }
}

/// Whether the value of a field leads back to itself.
fn needs_itself<S>(fields: &[Field<S>], start: usize) -> bool {
    let needed = |index: usize| {
        fields.get(index).into_iter().flat_map(|field| field.expressions().flat_map(Expression::fields))
    };
    let mut seen = vec![false; fields.len()];
    let mut open: Vec<usize> = needed(start).collect();
    while let Some(index) = open.pop() {
        if index == start {
            return true;
        }
        match seen.get_mut(index) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        open.extend(needed(index));
    }
    false
}
