//! What holds for every payload, not only for those somebody thought of.

use std::{collections::HashMap, sync::LazyLock};

use decoders::{Catalogue, Decoded, Payload, Profile};
use domain::{Channel, DeviceTime, ObservedProperty, Params, Value};
use proptest::prelude::*;

use crate::fixtures;

static PROFILES: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    Catalogue::built_in()
        .profiles()
        .map(|info| Catalogue::built_in().profile(&info.id, &Params::default()).unwrap())
        .collect()
});

/// Every fixture that decodes, ready to decode again.
static FRAMES: LazyLock<Vec<Frame>> = LazyLock::new(|| {
    let good = fixtures::all().into_iter().filter(|(_, fixture)| !fixture.is_error());
    good.map(|(id, fixture)| Frame {
        profile: fixture.profile(&id),
        f_port: fixture.f_port,
        payload: fixture.payload(),
    })
    .collect()
});

#[derive(Debug)]
struct Frame {
    profile: Profile,
    f_port: u8,
    payload: Vec<u8>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_payload_makes_a_decoder_panic_or_give_a_number_that_is_none(
        payload in prop::collection::vec(any::<u8>(), 0..=300),
        f_port in any::<u8>(),
    ) {
        for profile in PROFILES.iter() {
            for port in [f_port, 1, 2, 13, 14, 190] {
                if let Ok(decoded) = decoders::decode(profile, &Payload::new(port, &payload)) {
                    assert_sound(&decoded);
                }
            }
        }
    }

    #[test]
    fn a_damaged_frame_is_decoded_without_panic_and_always_alike(
        index in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let frame = index.get(&FRAMES);
        let mut payload = frame.payload.clone();
        for (at, byte) in damage {
            *at.get_mut(&mut payload) = byte;
        }
        let first = decoders::decode(&frame.profile, &Payload::new(frame.f_port, &payload));
        prop_assert_eq!(&first, &decoders::decode(&frame.profile, &Payload::new(frame.f_port, &payload)));
        if let Ok(decoded) = first {
            assert_sound(&decoded);
        }
    }
}

#[test]
fn a_frame_cut_off_anywhere_never_gives_another_number() {
    let mut n_cuts = 0;
    for Frame { profile, f_port, payload } in FRAMES.iter() {
        let id = &profile.info().id;
        let whole = numbers(&decoders::decode(profile, &Payload::new(*f_port, payload)).unwrap());
        for length in 0..payload.len() {
            // A MeteoWind message carries no mark of its type but its length: 9 bytes of a longer message are a
            // message of the older firmware. LoRaWAN itself never delivers part of a frame.
            if &**id == "barani/meteowind" && length == 9 {
                continue;
            }
            let Ok(cut) = decoders::decode(profile, &Payload::new(*f_port, &payload[..length])) else {
                continue;
            };
            n_cuts += 1;
            for (key, values) in numbers(&cut) {
                let all = whole.get(&key).map_or(&[][..], Vec::as_slice);
                assert!(all.starts_with(&values), "{id} cut to {length} bytes gives {values:?} for {key:?}");
            }
        }
    }
    assert!(n_cuts > 100, "only {n_cuts} cut frames were decoded at all");
}

type Key = (ObservedProperty, Channel, Option<i64>);

/// The values of each kind of reading, in the order of the payload.
fn numbers(decoded: &Decoded) -> HashMap<Key, Vec<Value>> {
    let mut numbers: HashMap<Key, Vec<Value>> = HashMap::new();
    for reading in &decoded.readings {
        let time = match reading.time {
            DeviceTime::At(instant) => Some(instant.as_second()),
            _ => None,
        };
        numbers.entry((reading.property, reading.channel, time)).or_default().push(reading.value);
    }
    numbers
}

fn assert_sound(decoded: &Decoded) {
    for reading in &decoded.readings {
        assert!(reading.value.as_number().is_none_or(f64::is_finite), "{reading:?}");
        if let (Some(limit), Some(total)) = (reading.wraps_at, reading.value.as_number()) {
            assert!(total >= 0.0 && total < limit, "a running total stays below its wrap: {reading:?}");
        }
    }
}
