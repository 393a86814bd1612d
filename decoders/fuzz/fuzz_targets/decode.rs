//! The first byte chooses the profile, the second the port, the rest is the payload.

#![no_main]

use std::sync::LazyLock;

use decoders::{Catalogue, Payload, Profile};
use domain::Params;
use libfuzzer_sys::fuzz_target;

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let profile = |info: &decoders::ProfileInfo| Catalogue::built_in().profile(&info.id, &Params::default()).ok();
    Catalogue::built_in().profiles().filter_map(profile).collect()
});

fuzz_target!(|data: &[u8]| {
    let [choice, f_port, payload @ ..] = data else { return };
    let profile = &PROFILES[usize::from(*choice) % PROFILES.len()];
    if let Ok(decoded) = decoders::decode(profile, &Payload::new(*f_port, payload)) {
        for reading in decoded.readings {
            assert!(reading.value.as_number().is_none_or(f64::is_finite), "{reading:?}");
        }
    }
});
