//! The project's own commands: test, bench, services
fn main() {}
