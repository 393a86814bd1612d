//! Device payloads to readings: native decoders and device profiles. Pure
