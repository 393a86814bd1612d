//! An error with all its causes on one line.

use std::{error::Error, fmt};

/// Displays an error followed by its sources, `: ` between them.
///
/// Our errors say their own sentence and do not repeat their source; whoever reports one walks the
/// chain, and this is how.
#[derive(Debug)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
