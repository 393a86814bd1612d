//! The command line.

use crate::faults::{DRILLS, Drill, Seed, StoreKind};

/// Which drills, and how large.
#[derive(Debug)]
pub(crate) struct Options {
    /// Names or rows; none means all.
    pub(crate) names: Vec<String>,
    pub(crate) store: Option<StoreKind>,
    pub(crate) scale: f64,
    pub(crate) seed: u64,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { names: Vec::new(), store: None, scale: 1.0, seed: Seed::any() };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--store" => {
                    options.store = Some(match value()?.as_str() {
                        "sqlite" => StoreKind::Sqlite,
                        "timescale" => StoreKind::Timescale,
                        other => return Err(format!("`{other}` is no store: expected sqlite or timescale")),
                    });
                }
                "--scale" => {
                    let text = value()?;
                    options.scale =
                        text.parse().map_err(|_| format!("`{text}` is no scale: expected 0.1 or 10"))?;
                }
                "--seed" => {
                    let text = value()?;
                    options.seed =
                        text.parse().map_err(|_| format!("`{text}` is no seed: expected a number"))?;
                }
                name if DRILLS.iter().any(|drill| is_named(drill, name)) => options.names.push(argument),
                name => {
                    let known: Vec<_> =
                        DRILLS.iter().map(|drill| format!("{} ({})", drill.name, drill.row)).collect();
                    return Err(format!("`{name}` is no drill: expected some of {}", known.join(", ")));
                }
            }
        }
        Ok(options)
    }

    pub(crate) fn wants(&self, drill: &Drill) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| is_named(drill, name))
    }
}

fn is_named(drill: &Drill, name: &str) -> bool {
    drill.name == name || drill.row.eq_ignore_ascii_case(name)
}
