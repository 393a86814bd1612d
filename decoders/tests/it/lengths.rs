//! Lengths that a device states, and places counted from an end.

use decoders::{Catalogue, DecodeError, Decoded, Payload};
use domain::{ObservedProperty as P, Params, Reading};

/// What a profile with this decoder makes of a payload on port 1.
fn decode(decoder: &str, payload: &[u8]) -> Result<Decoded, DecodeError> {
    let head = "vendor = \"Acme\"\nmodel = \"T1\"\ndescription = \"air\"\ninterval = \"10min\"\n[decoder]\n";
    let mut catalogue = Catalogue::default();
    catalogue.add("acme/t1", &format!("{head}{decoder}"), &|_| Err(String::new())).unwrap();
    let profile = catalogue.profile("acme/t1", &Params::default()).unwrap();
    decoders::decode(&profile, &Payload::new(1, payload))
}

/// Blocks of id, length and data.
const BLOCKS: &str = "native = \"blocks\"\norder = \"be\"\nlength_byte = true\n\
    [[block]]\nid = \"01\"\nfields = [{ property = \"air_temperature\", type = \"i16\" }]\n";

#[test]
fn a_block_that_is_shorter_than_its_fields_is_told_apart_from_a_payload_that_is() {
    // Two bytes are said and there: 0x0015 is 21.
    assert_eq!(decode(BLOCKS, &[1, 2, 0, 21]).unwrap().readings, [Reading::number(P::AirTemperature, 21.0)]);
    // Two are said, one is there.
    assert_eq!(decode(BLOCKS, &[1, 2, 0]), Err(DecodeError::TooShort { expected: 4, found: 3 }));
    // One is said; the byte behind it belongs to somebody else.
    let error = decode(BLOCKS, &[1, 1, 0, 21]).unwrap_err();
    assert_eq!((error.code(), error.offset()), ("too_short", Some(3)));
    assert_eq!(
        error.to_string(),
        "the block that ends at byte 3 is too short: expected it to reach to byte 4"
    );
}

#[test]
fn a_block_that_says_it_is_empty_does_not_read_its_neighbour() {
    let error = decode(BLOCKS, &[1, 0, 1, 2, 0, 21]).unwrap_err();
    assert_eq!((error.code(), error.offset()), ("too_short", Some(2)));
    // Behind a good block it ends the reading: what was read is kept.
    let decoded = decode(BLOCKS, &[1, 2, 0, 21, 1, 0, 0, 9]).unwrap();
    assert_eq!(decoded.readings, [Reading::number(P::AirTemperature, 21.0)]);
    assert_eq!(decoded.warnings[0].code(), "unparsed");
}

#[test]
fn a_place_counted_from_the_end_is_not_in_front_of_the_begin() {
    let frame = "native = \"frames\"\n[[frame]]\nlength = { min = 1 }\n\
        fields = [{ property = \"air_temperature\", at = -3, type = \"u8\" }]\n";
    assert_eq!(decode(frame, &[7, 8, 9]).unwrap().readings, [Reading::number(P::AirTemperature, 7.0)]);
    // The third byte from the end of two bytes is none.
    assert_eq!(decode(frame, &[8, 9]), Err(DecodeError::TooShort { expected: 3, found: 2 }));
}
