//! Tests of the whole city: the real program, a real Mosquitto, a real browser.

mod architecture;
mod command_line;
mod counts;
mod demo;
mod harness;
mod kill;
mod outcomes;
