//! Against a server: what the tests of all stores cannot see.

mod connections;
mod plans;
mod reads;
mod server;
