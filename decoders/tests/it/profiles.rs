//! What an operator can declare, and what they are told if it is wrong.

use decoders::{Catalogue, Profile};
use domain::{Channel, Params};

fn refusal(id: &str, params: &str) -> String {
    Catalogue::built_in().profile(id, &Params::parse_list(params).unwrap()).unwrap_err().to_string()
}

fn accepted(id: &str, params: &str) -> Profile {
    Catalogue::built_in().profile(id, &Params::parse_list(params).unwrap()).unwrap()
}

fn said_to(id: &str) -> String {
    Catalogue::built_in().profile(id, &Params::default()).unwrap_err().to_string()
}

#[test]
fn a_misspelt_profile_is_answered_with_the_one_that_could_be_meant() {
    for (id, meant) in [
        ("pmx/trc", "`pmx/tcr`"),
        ("PMX/TCR", "`pmx/tcr`"),
        ("decentlab/dl-atm4l", "`decentlab/dl-atm41`"),
        ("decentlab/atm22", "`decentlab/dl-atm22`"),
        ("meteohelix", "`barani/meteohelix`"),
        ("tcr", "`parametric/tcr` or `pmx/tcr`"),
    ] {
        assert_eq!(said_to(id), format!("`{id}` is no profile this program decodes: did you mean {meant}?"));
    }
}

#[test]
fn a_profile_that_looks_like_none_is_answered_without_a_guess() {
    assert_eq!(said_to("acme/anvil-3000"), "`acme/anvil-3000` is no profile this program decodes");
    assert_eq!(said_to(""), "`` is no profile this program decodes");
}

#[test]
fn an_unknown_parameter_names_those_there_are() {
    assert_eq!(
        refusal("decentlab/dl-tbrg", "mm_per_click=0.2"),
        "`mm_per_click` is no parameter of `decentlab/dl-tbrg`: expected `mm_per_tip`"
    );
    assert_eq!(
        refusal("sensecap/s2120", "cat1=car"),
        "`cat1` is no parameter of `sensecap/s2120`: expected none"
    );
}

#[test]
fn a_bad_value_says_what_is_right() {
    assert_eq!(
        refusal("decentlab/dl-tbrg", "mm_per_tip=0,2"),
        "`mm_per_tip` of `decentlab/dl-tbrg` is `0,2`: expected a number from 0.001 to 100"
    );
    assert_eq!(
        refusal("dragino/cpl01", "counts=bike"),
        "`counts` of `dragino/cpl01` is `bike`: expected bicycle, car, lorry, person or pulse"
    );
    assert_eq!(
        refusal("pmx/tcr", "cat1=pulse"),
        "`cat1` of `pmx/tcr` is `pulse`: expected bicycle, car, lorry, person or ignore"
    );
    assert!(refusal("dragino/cpl01", "pulses_per_count=0").contains("a number above 0"));
}

#[test]
fn two_categories_of_one_class_are_refused_because_filters_may_overlap() {
    assert_eq!(
        refusal("pmx/tcr", "cat1=bicycle; cat3=bicycle"),
        "`cat1` and `cat3` of `pmx/tcr` are both `bicycle`: filters may overlap and an object would be \
         counted twice, expected each class once"
    );
    accepted("pmx/tcr", "cat1=ignore; cat3=ignore; cat2=bicycle; cat4=lorry");
    assert!(refusal("parametric/tcr", "class0=car; class1=car").contains("filters may overlap"));
}

#[test]
fn a_direction_name_has_1_to_40_characters_and_no_control_character() {
    accepted("pmx/tcr", &format!("ltr_name={}", "ä".repeat(40)));
    assert!(refusal("pmx/tcr", &format!("ltr_name={}", "ä".repeat(41))).contains("1 to 40 characters"));
    assert!(refusal("pmx/tcr", "rtl_name=a\u{7}b").contains("1 to 40 characters"));
    assert!(refusal("parametric/pcr2", "ltr_name=").contains("1 to 40 characters"));
}

#[test]
fn a_direction_name_names_every_channel_of_that_direction() {
    let profile = accepted("pmx/tcr", "cat1=bicycle; cat2=ignore; cat4=car; ltr_name=stadteinwärts");
    let names = profile.channel_names();
    let expected =
        ["ltr", "cat3.ltr"].map(|key| (key.parse::<Channel>().unwrap(), "stadteinwärts".to_owned()));
    assert_eq!(names, expected);
    assert!(accepted("decentlab/dl-atm22", "").channel_names().is_empty());
    assert_eq!(accepted("parametric/pcr2", "ltr_name=hin; rtl_name=her").channel_names().len(), 2);
}

#[test]
fn profiles_are_equal_if_they_decode_alike() {
    assert_eq!(accepted("pmx/tcr", "cat1=car"), accepted("pmx/tcr", "cat1=car"));
    assert_ne!(accepted("pmx/tcr", "cat1=car"), accepted("pmx/tcr", "cat1=lorry"));
    assert_ne!(accepted("pmx/tcr", ""), accepted("parametric/tcr", ""));
}

#[test]
fn every_default_is_itself_a_right_value() {
    for info in Catalogue::built_in().profiles() {
        for param in &info.params {
            if let Some(default) = &param.default {
                accepted(&info.id, &format!("{}={default}", param.key));
            }
        }
        assert!(info.expected_interval.is_positive(), "{} reports at no interval", info.id);
    }
}
