//! SIGKILL at any moment changes nothing.
