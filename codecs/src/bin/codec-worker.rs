//! A worker on its own, for the tests of this crate. The program starts itself instead, with a hidden command.

fn main() -> std::process::ExitCode {
    codecs::worker::main()
}
