//! A file that is no profile is refused with the line and the key at fault, and with what was expected.

use decoders::{Catalogue, FileError};

/// What every file begins with.
const HEAD: &str = r#"vendor = "Acme"
model = "T1"
description = "air temperature"
interval = "10min"
"#;

/// Reads a file in a folder with one codec, `maker.js`.
fn read(text: &str) -> Result<(), FileError> {
    Catalogue::default().add("acme/t1", text, &|name| match name {
        "maker.js" => Ok("function decodeUplink(input) { return { data: {} }; }".to_owned()),
        _ => Err("No such file or directory".to_owned()),
    })
}

/// Checks the refusal of a file whose line at fault has the comment `# here`.
fn check(text: &str, key: &str, message: &str) {
    let line = text.lines().position(|line| line.contains("# here")).unwrap() + 1;
    let Err(error) = read(text) else { panic!("this was taken for a profile:\n{text}") };
    assert_eq!(error.line, Some(line), "`{error}` of\n{text}");
    assert_eq!(error.key.as_deref(), Some(key), "`{error}` of\n{text}");
    assert!(error.message.contains(message), "expected `{message}`, found `{error}` of\n{text}");
}

fn check_all<const N: usize>(cases: [(&str, &str, &str); N]) {
    for (tail, key, message) in cases {
        check(&format!("{HEAD}{tail}"), key, message);
    }
}

#[test]
fn a_right_file_is_a_profile() {
    let right = "[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [{ property = \"air_temperature\", type = \"i16\" }]\n";
    assert_eq!(read(&format!("{HEAD}{right}")), Ok(()));
}

#[test]
fn a_refusal_reads_line_key_and_what_was_expected() {
    let wrong = "[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [{ property = \"air_temperature\", type = \"i16\", unit = \"bar\" }]\n";
    assert_eq!(
        read(&format!("{HEAD}{wrong}")).unwrap_err().to_string(),
        "line 8: frame 1, field 1, unit: `bar` cannot become `Cel`, the unit of `air_temperature`"
    );
}

#[test]
fn what_is_no_toml_or_has_the_wrong_keys_and_types_is_refused() {
    let decoder = "[decoder]\nobject = true\n[[field]]\npath = \"t\"\nproperty = \"air_temperature\"\n";
    for (head, key, message) in [
        (HEAD.replace("model = \"T1\"", "modell = \"T1\" # here"), "modell", "unknown field `modell`"),
        (HEAD.replace("\"T1\"", "1 # here"), "model", "expected a string"),
        (HEAD.replace("\"10min\"", "\"often\" # here"), "interval", "`often` is no interval"),
        (HEAD.replace("\"10min\"", "\"-10min\" # here"), "interval", "`-10min` is no interval"),
        (HEAD.replace("\"10min\"", "\"0s\" # here"), "interval", "`0s` is no interval"),
        (format!("{HEAD}clock = \"lax\" # here\n"), "clock", "expected `strict` or `datalog`"),
        (format!("{HEAD}site = [\"lawn\"] # here\n"), "site", "expected one of `level`, `ice`, `directions`"),
        (format!("{HEAD}site = \"level\" # here\n"), "site", "expected a list, such as `[\"level\"]`"),
        (
            format!("{HEAD}site = [\"level\"] # here\n"),
            "site",
            "`level` follows from a distance: expected a field with `property = \"distance\"`",
        ),
        (format!("{HEAD}personal_data = \"yes\" # here\n"), "personal_data", "`none` or `aggregate_only`"),
    ] {
        check(&format!("{head}{decoder}"), key, message);
    }
    let no_model = HEAD.replace("model = \"T1\"\n", "");
    let error = read(&format!("{no_model}{decoder}")).unwrap_err();
    assert!(error.message.contains("missing field `model`"), "{error}");
    let error = read(&format!("{HEAD}[decoder\n")).unwrap_err();
    assert_eq!(error.line, Some(5), "{error}");
}

#[test]
fn a_file_without_a_decoder_or_with_two_is_refused() {
    let error = read(HEAD).unwrap_err();
    assert!(error.message.contains("missing field `decoder`"), "{error}");
    check_all([
        ("[decoder] # here\n", "decoder", "expected one of `native"),
        ("[decoder] # here\nobject = false\n", "decoder", "expected one of `native"),
        (
            "[decoder] # here\nnative = \"frames\"\ncodec = \"maker.js\"\n",
            "decoder",
            "expected one of `native",
        ),
        ("[decoder] # here\nobject = true\ncodec = \"maker.js\"\n", "decoder", "expected one of `native"),
        (
            "[decoder]\nnative = \"frame\" # here\n",
            "decoder, native",
            "`frame` is no decoder: expected one of decentlab, milesight, blocks, frames",
        ),
        ("[decoder]\nid_byte = 1 # here\nnative = \"blocks\"\n", "id_byte", "unknown field `id_byte`"),
    ]);
}

#[test]
fn a_codec_is_a_script_in_the_same_folder() {
    let field = "[[field]]\npath = \"t\"\nproperty = \"air_temperature\"\n";
    for (codec, message) in [
        ("../maker.js", "`../maker.js` is no file beside this one"),
        ("/etc/passwd", "`/etc/passwd` is no file beside this one"),
        ("", "`` is no file beside this one"),
        ("makers.js", "`makers.js` cannot be read: No such file or directory"),
        ("maker.js", "makers' codecs cannot be run here"),
    ] {
        check(&format!("{HEAD}[decoder]\ncodec = \"{codec}\" # here\n{field}"), "decoder, codec", message);
    }
}

#[test]
fn keys_of_another_decoder_are_refused() {
    check_all([
        (
            "[decoder]\nnative = \"pmx-tcr\"\n[[frame]] # here\n",
            "block or frame",
            "a coded decoder knows its frames by itself",
        ),
        (
            "[decoder]\nnative = \"milesight\"\n[[frame]] # here\n",
            "frame",
            "this decoder reads blocks, not frames",
        ),
        (
            "[decoder]\nnative = \"frames\"\n[[field]] # here\npath = \"t\"\n",
            "field",
            "bytes are read by `[[block]]` or `[[frame]]`",
        ),
        ("[decoder] # here\nnative = \"frames\"\n", "frame", "there is none"),
        ("[decoder] # here\nobject = true\n", "field", "there is none"),
        ("[decoder] # here\nnative = \"decentlab\"\n", "block", "0 blocks: expected 1 to 16"),
        ("[decoder]\nobject = true\n[[block]] # here\nfields = []\n", "block 1", "has no `path`"),
        (
            "[decoder]\nobject = true\n[[field]] # here\npath = \"t\"\nat = 3\n",
            "field, field 1",
            "are of bytes: expected `path`",
        ),
        (
            "[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [\n{ path = \"t\" }, # here\n]\n",
            "frame 1, field 1",
            "`path` is of objects: expected `at` and `type`",
        ),
        (
            "[decoder]\nnative = \"blocks\"\n[[block]]\npath = \"history\" # here\nfields = []\n",
            "block 1",
            "`path` is of objects: expected `id`",
        ),
        (
            "[decoder]\nobject = true\nnormalized = true # here\n[[field]]\npath = \"t\"\n",
            "decoder, normalized",
            "belongs to `codec`",
        ),
        (
            "[decoder]\nobject = true\nid_bytes = 2 # here\n[[field]]\npath = \"t\"\n",
            "decoder, id_bytes",
            "belongs to `native = \"blocks\"` or `\"frames\"`",
        ),
        (
            "[decoder]\nnative = \"decentlab\"\norder = \"le\" # here\n[[block]]\nfields = [{ fact = \"a\" }]\n",
            "decoder, order",
            "belongs to `native = \"blocks\"` or `\"frames\"`",
        ),
    ]);
}

#[test]
fn wrong_blocks_and_frames_are_refused() {
    let blocks = "[decoder]\nnative = \"blocks\"\n";
    let frames = "[decoder]\nnative = \"frames\"\n";
    for (decoder, tail, key, message) in [
        ("[decoder]\nnative = \"blocks\"\nid_bytes = 3 # here\n", "", "decoder, id_bytes", "expected 1 or 2"),
        (blocks, "[[block]] # here\nfields = []\n", "block 1", "has no `id`"),
        (blocks, "[[block]]\nid = \"0x1\" # here\nfields = []\n", "block 1, id", "`0x1` is not hexadecimal"),
        (
            blocks,
            "[[block]]\nid = \"03 67\" # here\nfields = []\n",
            "block 1, id",
            "`03 67`: expected 1 bytes in hexadecimal",
        ),
        (
            blocks,
            "[[block]]\nid = \"01\"\nfields = [{ fact = \"a\", type = \"u8\" }]\n[[block]]\nid = \"01\" # here\nfields = []\n",
            "block 2, id",
            "`01` is there twice",
        ),
        (
            blocks,
            "[[block]] # here\nid = \"01\"\nlength = 1\nfields = [{ fact = \"a\", type = \"u16\" }]\n",
            "block 1, length",
            "the fields need 2 bytes",
        ),
        (blocks, "[[block]] # here\nid = \"01\"\nfields = []\n", "block 1", "no field that reads a byte"),
        (
            blocks,
            "[[block]]\nid = \"01\"\nfields = [\n{ fact = \"a\", at = -1, type = \"u8\" }, # here\n]\n",
            "block 1, field 1, at",
            "has no end to count from",
        ),
        (frames, "[[frame]]\nfirst = \"be 2\" # here\n", "frame 1, first", "`be 2` is not hexadecimal"),
        (
            frames,
            "[[frame]]\nblocks_from = 3 # here\n",
            "frame 1, blocks_from",
            "the file has no `[[block]]`",
        ),
        (frames, "[[frame]]\nf_port = [300] # here\n", "f_port", "expected u8"),
        (frames, "[[frame]]\nlength = \"long\" # here\n", "length", "a number of bytes, a list of them or"),
        (
            frames,
            "[[frame]]\neach = { from = 1, length = 2, fields = [{ fact = \"a\", type = \"u24\" }] } # here\n",
            "frame 1, each, length",
            "2 bytes: the fields need 3",
        ),
        (
            frames,
            "[[frame]]\neach = { from = 1, length = 1, until = 2, fields = [] } # here\n",
            "frame 1, each, until",
            "expected 0 or a negative number",
        ),
        (
            "[decoder]\nnative = \"decentlab\"\n",
            "[[block]] # here\nfields = [{ name = \"a\" }, { fact = \"b\", when = \"a > 0\" }]\n",
            "block 1",
            "a block of this framing has a fixed length",
        ),
    ] {
        check(&format!("{HEAD}{decoder}{tail}"), key, message);
    }
}

#[test]
fn wrong_fields_are_refused() {
    let of =
        |field: &str| format!("{HEAD}[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [\n{field}\n]\n");
    for (field, key, message) in [
        ("{ property = \"airtemperature\", type = \"u8\" }, # here", "property", "airtemperature"),
        (
            "{ property = \"air_temprature\", type = \"u8\" }, # here",
            "property",
            "`air_temprature` is no observed property: did you mean `air_temperature`? `stadtfunk properties` lists all",
        ),
        (
            "{ property = \"humidity\", type = \"u8\" }, # here",
            "property",
            "`humidity` is no observed property: did you mean `relative_humidity`",
        ),
        (
            "{ property = \"xyzzy_quux_9\", type = \"u8\" }, # here",
            "property",
            "`xyzzy_quux_9` is no observed property: `stadtfunk properties` lists all",
        ),
        (
            "{ property = \"air_temperature\", type = \"u8\", unit = \"degC\" }, # here",
            "unit",
            "`degC` is no known unit: expected `Cel`, the unit of `air_temperature`, or `[degF]`, `K`",
        ),
        ("{ property = \"distance\" }, # here", "", "no `type`: expected such as `u16`"),
        ("{ property = \"distance\", type = \"u12\" }, # here", "type", "`u12` is no type"),
        (
            "{ property = \"distance\", type = \"u8\", unit = \"V\" }, # here",
            "unit",
            "`V` cannot become `mm`",
        ),
        ("{ property = \"distance\", type = \"u8\", channel = \"Ä\" }, # here", "channel", "a-z"),
        (
            "{ property = \"distance\", type = \"u8\", value = \"(x - 3\" }, # here",
            "value",
            "`(x - 3` ends where",
        ),
        (
            "{ property = \"distance\", type = \"u8\", value = \"x * kp\" }, # here",
            "value",
            "`kp` at character 5 is no field, no setting and no function",
        ),
        (
            "{ property = \"distance\", type = \"u8\", value = \"x ** 2\" }, # here",
            "value",
            "`*` at character 4 is not expected here",
        ),
        (
            "{ property = \"distance\", type = \"u8\", value = \"min(x)\" }, # here",
            "value",
            "`min` at character 1 takes 2 values, found 1",
        ),
        (
            "{ property = \"distance\", type = \"u8\", missing_if = \"x >\" }, # here",
            "missing_if",
            "`x >` ends where",
        ),
        (
            "{ property = \"distance\", type = \"u8\", when = \"x > 0\" }, # here",
            "when",
            "`x` is not possible",
        ),
        (
            "{ property = \"distance\", type = \"u8\", bits = [4, 5] }, # here",
            "bits",
            "[4, 5]: expected [lowest, width] within 8 bits",
        ),
        ("{ property = \"distance\", type = \"u8\", bits = [4, 0] }, # here", "bits", "within 8 bits"),
        ("{ property = \"distance\", type = \"u8\", decimals = 13 }, # here", "decimals", "expected 0 to 12"),
        (
            "{ property = \"distance\", type = \"u8\", missing = [\"none\"] }, # here",
            "missing",
            "bytes have no words: expected numbers",
        ),
        (
            "{ property = \"distance\", fact = \"d\", type = \"u8\" }, # here",
            "",
            "one of `property`, `fact` and `time`",
        ),
        ("{ fact = \"d\", type = \"u8\", unit = \"m\" }, # here", "unit", "belongs to a `property`"),
        ("{ fact = \"d\", type = \"u8\", texts = { on = \"open\" } }, # here", "texts", "`on` is no number"),
        ("{ fact = \"d\", type = \"hex\" }, # here", "length", "`hex` needs a `length` in bytes"),
        ("{ fact = \"d\", type = \"hex\", length = 65 }, # here", "length", "expected 1 to 64 bytes"),
        ("{ property = \"distance\", type = \"hex\", length = 2 }, # here", "type", "are for facts"),
        ("{ name = \"x\", type = \"u8\" }, # here", "name", "`x` is taken"),
        (
            "{ property = \"pulse_total\", type = \"u16\", wraps_at = \"x\" }, # here",
            "wraps_at",
            "a number or an expression of settings",
        ),
        ("{ fact = \"d\", type = \"u8\", wraps_at = 256 }, # here", "wraps_at", "belongs to a `property`"),
        (
            "{ property = \"distance\", type = \"u8\", texts = { 0 = \"near\" } }, # here",
            "texts",
            "belongs to a `fact`",
        ),
        ("{ time = \"rfc3339\", type = \"u32\" }, # here", "time", "of objects"),
    ] {
        let key = match key {
            "" => "frame 1, field 1".to_owned(),
            "name" => "frame 1, name".to_owned(),
            key => format!("frame 1, field 1, {key}"),
        };
        check(&of(field), &key, message);
    }
    check(&of("{ property = \"distance\", typ = \"u8\" }, # here"), "typ", "unknown field `typ`");
    check(&of("{ time = \"noon\", type = \"u8\" }, # here"), "time", "unknown variant `noon`");
    check(
        &of("{ property = \"distance\", type = \"u8\", missing = { broken = [255] } }, # here"),
        "missing",
        "a list of numbers, or such a list for each reason",
    );
}

#[test]
fn fields_that_need_each_other_in_a_circle_or_a_later_one_are_refused() {
    let of =
        |fields: &str| format!("{HEAD}[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [\n{fields}\n]\n");
    check(
        &of(
            "{ name = \"a\", type = \"u8\", value = \"x + b\" }, # here\n{ name = \"b\", type = \"u8\", value = \"x + a\" },",
        ),
        "frame 1, field 1",
        "the value is needed to compute itself",
    );
    check(
        &of("{ name = \"a\", type = \"u8\", value = \"x + a\" }, # here"),
        "frame 1, field 1",
        "the value is needed to compute itself",
    );
    check(
        &of("{ fact = \"f\", type = \"u8\", when = \"b > 0\" }, # here\n{ name = \"b\", type = \"u8\" },"),
        "frame 1, field 1",
        "`when` may name only fields before it",
    );
    check(
        &of("{ name = \"a\", type = \"u8\" },\n{ name = \"a\", type = \"u8\" }, # here"),
        "frame 1, name",
        "`a` is taken",
    );
    let many = "{ type = \"u8\" },\n".repeat(128);
    check(&of(&format!("{many}{{ type = \"u8\" }}, # here")), "frame 1", "more than 128 fields");
}

#[test]
fn a_wrong_path_of_an_object_is_refused() {
    for path in ["", "a..b", "log[", "log[first]"] {
        let field = format!("[[field]]\npath = \"{path}\" # here\nproperty = \"distance\"\n");
        check(
            &format!("{HEAD}[decoder]\nobject = true\n{field}"),
            "field, field 1, path",
            &format!("`{path}` is no path: expected such as `temperature`"),
        );
    }
    let block = "[[block]]\npath = \"log[*\" # here\nfields = [{ path = \"d\", property = \"distance\" }]\n";
    check(&format!("{HEAD}[decoder]\nobject = true\n{block}"), "block 1, path", "`log[*` is no path");
}

#[test]
fn a_field_of_an_object_that_would_invent_a_value_is_refused() {
    let object = |fields: &str| format!("{HEAD}[decoder]\nobject = true\n{fields}");
    for field in [
        "property = \"distance\"",
        "fact = \"firmware\"",
        "property = \"distance\"\nvalue = \"x / 10\"",
        "property = \"distance\"\nvalue = 0",
    ] {
        check(
            &object(&format!("[[field]] # here\n{field}\n")),
            "field, field 1",
            "has nothing to read: expected a `path`, or a `value` computed from other fields or settings",
        );
    }
    check(
        &object(
            "[[block]]\npath = \"log[*]\"\nfields = [\n{ path = \"t\", time = \"s\" },\n{ property = \"distance\" }, # here\n]\n",
        ),
        "block 1, field 2",
        "has nothing to read",
    );
    let event = "[[field]]\npath = \"kind\"\nname = \"kind\"\n[[field]]\nproperty = \"motion_count\"\nvalue = 1\nwhen = \"kind == 3\"\n";
    assert_eq!(read(&object(event)), Ok(()));
}

#[test]
fn a_field_of_an_object_without_a_target_is_refused() {
    check(
        &format!("{HEAD}[decoder]\nobject = true\n[[field]] # here\npath = \"t\"\n"),
        "field, field 1",
        "says nothing: expected one of `property`, `fact`, `time` and `name`",
    );
}

#[test]
fn two_fields_of_an_object_that_both_give_the_same_property_are_refused() {
    let twice = |second: &str| {
        let first =
            "[[field]]\npath = \"kind\"\nname = \"kind\"\n[[field]]\npath = \"a\"\nproperty = \"distance\"\n";
        format!(
            "{HEAD}[decoder]\nobject = true\n{first}[[field]] # here\npath = \"b\"\nproperty = \"distance\"\n{second}\n"
        )
    };
    check(
        &twice(""),
        "field, field 3",
        "`distance` is there twice: expected another `channel`, or a `when` in one of them",
    );
    assert_eq!(read(&twice("channel = \"2\"")), Ok(()));
    assert_eq!(read(&twice("when = \"kind == 3\"")), Ok(()));
}

#[test]
fn only_a_time_of_an_object_may_be_optional() {
    check(
        &format!(
            "{HEAD}[decoder]\nobject = true\n[[field]]\npath = \"t\"\noptional = true # here\nproperty = \"distance\"\n"
        ),
        "field, field 1, optional",
        "belongs to a `time`",
    );
    check(
        &format!(
            "{HEAD}[decoder]\nnative = \"frames\"\n[[frame]]\nfields = [\n{{ time = \"s\", type = \"u32\", optional = true }}, # here\n]\n"
        ),
        "frame 1, field 1, optional",
        "is of the times of objects",
    );
}

#[test]
fn wrong_settings_are_refused() {
    let field = "[decoder]\nobject = true\n[[field]]\npath = \"t\"\nproperty = \"air_temperature\"\n";
    for (param, key, message) in [
        ("[param.KP] # here\ntype = \"number\"\n", "param KP", "no key of a setting: expected a-z"),
        ("[param.x] # here\ntype = \"number\"\n", "param x", "not `x`"),
        ("[param.2nd] # here\ntype = \"number\"\n", "param 2nd", "a letter first"),
        (
            "[param.kp]\ntype = \"float\" # here\n",
            "type",
            "expected one of `number`, `integer`, `text`, `choice`",
        ),
        ("[param.kp] # here\ntype = \"choice\"\n", "param kp", "a choice without `choices`"),
        (
            "[param.kp]\ntype = \"choice\"\nchoices = [\"a\", \"b\"]\ndefault = \"c\" # here\n",
            "param kp, default",
            "`c` is no right value: expected a, b",
        ),
        (
            "[param.kp]\ntype = \"number\"\nmin = 1\nmax = 5\ndefault = \"7\" # here\n",
            "param kp, default",
            "`7` is no right value: expected a number from 1 to 5",
        ),
        (
            "[param.kp]\ntype = \"integer\"\nmin = 1\ndefault = \"1.5\" # here\n",
            "param kp, default",
            "`1.5` is no right value: expected a whole number from 1 on",
        ),
        ("[param.kp]\ntype = \"number\"\ndefault = 7 # here\n", "default", "expected a string"),
    ] {
        check(&format!("{HEAD}{param}description = \"a bar\"\n{field}"), key, message);
    }
    let many: Vec<String> =
        (0..64).map(|n| format!("[param.p{n}]\ntype = \"text\"\ndescription = \"a\"\n")).collect();
    let many = many.concat();
    let level = "site = [\"level\"]\n";
    let error = read(&format!("{HEAD}{level}{many}{field}")).unwrap_err();
    assert!(error.to_string().contains("param: 68 settings: expected at most 63"), "{error}");
}

#[test]
fn an_id_is_vendor_and_model_in_small_letters() {
    let text = format!("{HEAD}[decoder]\nobject = true\n[[field]]\npath = \"t\"\n");
    for id in ["t1", "acme/T1", "acme/t1/a", "acme/", "acme/t_1", "../t1"] {
        let error = Catalogue::default().add(id, &text, &|_| Err(String::new())).unwrap_err();
        assert!(error.message.starts_with(&format!("`{id}` is no profile id")), "{error}");
    }
}
