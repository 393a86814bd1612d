//! Simulated sensors, radio and network server; encodes payloads from the data sheets
