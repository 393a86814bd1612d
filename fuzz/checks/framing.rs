//! Payloads of devices: every native, whether by table or by code, with any settings.
//!
//! The first two bytes of an input choose the profile, the third its settings, the fourth the port; the rest is the payload.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
    sync::LazyLock,
};

use decoders::{Catalogue, DecodeError, Decoded, Payload, Profile, ProfileInfo, Warning};
use domain::Params;

/// Profiles by a number made of their ids. A number stands for the next profile behind it, so that a new profile changes what
/// few inputs of the corpus mean, not all.
static PROFILES: LazyLock<BTreeMap<u16, &'static ProfileInfo>> =
    LazyLock::new(|| Catalogue::built_in().profiles().map(|info| (number(&info.id), info)).collect());

/// Texts tried as settings. Whatever a setting does not take is left at its default.
const SETTINGS: [&str; 12] =
    ["1", "0.25", "100", "water", "bicycle", "pulse", "-3.5", "true", "65535", "snow", "car", "1e300"];

/// A profile and the number of its settings.
type Choice = (&'static str, u8);

thread_local! {
    static BOUND: RefCell<HashMap<Choice, Option<Rc<Profile>>>> = RefCell::default();
}

/// Decodes what the input stands for.
///
/// # Panics
///
/// Where a promise of the decoders is broken.
pub(crate) fn check(data: &[u8]) {
    let [high, low, settings, f_port, payload @ ..] = data else { return };
    let number = u16::from_be_bytes([*high, *low]);
    let behind = PROFILES.range(number..).next().or_else(|| PROFILES.iter().next());
    let Some((_, info)) = behind else { return };
    let Some(profile) = bound(info, *settings) else { return };
    let payload = Payload::new(*f_port, payload);
    let decoded = decoders::decode(&profile, &payload);
    assert_eq!(decoded, decoders::decode(&profile, &payload), "the same payload is always read alike");
    match decoded {
        Ok(decoded) => {
            assert_values(&decoded);
            for warning in &decoded.warnings {
                assert_inside(warning, payload.bytes.len());
            }
        }
        Err(error) => assert_at_fault(&error, payload.bytes.len()),
    }
}

/// FNV-1a of an id, folded.
fn number(id: &str) -> u16 {
    let hash =
        id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let [a, b, c, d] = hash.to_be_bytes();
    u16::from_be_bytes([a ^ c, b ^ d])
}

/// The profile with settings; 0 are the defaults.
fn bound(info: &'static ProfileInfo, choice: u8) -> Option<Rc<Profile>> {
    BOUND.with_borrow_mut(|bound| {
        let profile = bound.entry((&info.id, choice)).or_insert_with(|| {
            let bind = |params: &Params| Catalogue::built_in().profile(&info.id, params).ok();
            let mut best = bind(&Params::default());
            let mut given: Vec<(&str, &str)> = Vec::new();
            let first = usize::from(choice.wrapping_sub(1));
            for (n, param) in info.params.iter().enumerate().filter(|_| choice != 0) {
                for text in SETTINGS.iter().cycle().skip(first.wrapping_mul(n.wrapping_add(1)) % 12).take(12)
                {
                    given.push((&param.key, text));
                    let profile = bind(&given.iter().copied().collect());
                    if profile.is_some() {
                        best = profile;
                        break;
                    }
                    given.pop();
                }
            }
            best.map(Rc::new)
        });
        profile.clone()
    })
}

/// Numbers are numbers, and a running total stays below its wrap.
fn assert_values(decoded: &Decoded) {
    for reading in &decoded.readings {
        assert!(reading.value.as_number().is_none_or(f64::is_finite), "{reading:?}");
        if let (Some(limit), Some(total)) = (reading.wraps_at, reading.value.as_number()) {
            assert!(limit.is_finite() && total >= 0.0 && total < limit, "{reading:?}");
        }
    }
}

fn assert_inside(warning: &Warning, n_bytes: usize) {
    match warning {
        Warning::Unparsed { offset, length, .. } => {
            let end = offset.checked_add(*length);
            assert!(end.is_some_and(|end| end <= n_bytes), "{warning:?} of {n_bytes} bytes");
        }
        Warning::Truncated { offset, expected, found } => {
            assert!(
                *found == n_bytes && offset <= found && expected > found,
                "{warning:?} of {n_bytes} bytes"
            );
        }
        _ => {}
    }
}

fn assert_at_fault(error: &DecodeError, n_bytes: usize) {
    // What is missing at the end is at the place behind the last byte.
    assert!(error.offset().is_none_or(|offset| offset <= n_bytes), "{error:?} of {n_bytes} bytes");
    match error {
        DecodeError::TooShort { expected, found } => {
            assert!(*found == n_bytes && expected > found, "{error:?} of {n_bytes} bytes");
        }
        DecodeError::BlockTooShort { expected, end } => assert!(expected > end, "{error:?}"),
        _ => {}
    }
}
