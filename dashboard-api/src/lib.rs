//! The HTTP interface: JSON, CSV, live events, charts and pages
