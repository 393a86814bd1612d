//! Devices nobody has heard of, in a whole city: profiles from the operator's folder, with a codec and with the network server's object.

use firmware_sim::{Message, Publisher, PublisherOptions};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{City, Mosquitto, wait_for};

const LEVEL: &str = "70b3d57ed0000501";
const AIR: &str = "70b3d57ed0000502";
const LOOPING: &str = "70b3d57ed0000503";

const HEAD: &str = "vendor = \"Acme\"\nmodel = \"A\"\ndescription = \"a sensor\"\ninterval = \"15min\"\n";

/// Distance in mm and tenths of a degree, in the oldest form of codecs.
const CODEC: &str = "
function Decoder(bytes, port) {
  return { distance: bytes[0] << 8 | bytes[1], temperature: bytes[2] / 10, port: port };
}";

fn profile(decoder: &str, fields: &str) -> String {
    let site = if fields.contains(DISTANCE) { "site = [\"level\"]\n" } else { "" };
    format!("{HEAD}{site}[decoder]\n{decoder}\n{fields}")
}

const DISTANCE: &str = "[[field]]\npath = \"distance\"\nproperty = \"distance\"\n";
const TEMPERATURE: &str = "[[field]]\npath = \"temperature\"\nproperty = \"air_temperature\"\n";

fn uplink(dev_eui: &str, f_cnt: u64, data: &str, object: &Value) -> Message {
    let mut event = json!({
        "deduplicationId": format!("{dev_eui}-{f_cnt}"),
        "time": "2026-05-04T10:00:00+00:00",
        "deviceInfo": { "devEui": dev_eui },
        "devAddr": "26011bda", "fCnt": f_cnt, "fPort": 2, "data": data,
        "rxInfo": [{ "gatewayId": "0016c001f153a14c", "nsTime": "2026-05-04T10:00:00+00:00" }],
    });
    if !object.is_null() {
        event["object"] = object.clone();
    }
    Message {
        at: Timestamp::UNIX_EPOCH,
        topic: format!("application/17c82e96-be03-4f38-aef3-f83d48582d97/device/{dev_eui}/event/up"),
        payload: event.to_string().into_bytes(),
        truth: None,
    }
}

fn publish(broker: &Mosquitto, messages: Vec<Message>) {
    let port = broker.url().rsplit(':').next().unwrap().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut publisher = Publisher::connect(PublisherOptions::new("127.0.0.1", port, "p")).await.unwrap();
        publisher.publish_all(messages).await.unwrap();
        publisher.close().await;
    });
}

/// A city with a folder of profiles and one device of each.
fn city(broker: &Mosquitto) -> City {
    let mut city = City::new(broker);
    let folder = city.path("profiles");
    let settings = std::fs::read_to_string(city.path("settings.toml")).unwrap();
    city.file("settings.toml", format!("{settings}[profiles]\ndir = \"{}\"\n", folder.display()));
    std::fs::create_dir_all(folder.join("acme")).unwrap();
    for (name, content) in [
        ("level.toml", profile("codec = \"level.js\"", &[DISTANCE, TEMPERATURE].concat())),
        ("level.js", CODEC.to_owned()),
        ("air.toml", profile("object = true", TEMPERATURE)),
        ("looping.toml", profile("codec = \"looping.js\"", DISTANCE)),
        ("looping.js", "function decodeUplink(input) { if (input.bytes.length) while (true) {} }".to_owned()),
    ] {
        city.file(&format!("profiles/acme/{name}"), content);
    }
    let devices = city.file(
        "devices.csv",
        format!(
            "dev_eui,name,profile,params\n{LEVEL},Haaren,acme/level,surface=water;mounting_height=4\n\
             {AIR},Wallplatz,acme/air,\n{LOOPING},Hafen,acme/looping,\n"
        ),
    );
    let imported = city.run(&["devices", "import", devices.to_str().unwrap()]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    city.start();
    city
}

fn latest(city: &City, property: &str) -> Vec<f64> {
    let latest = city.get_json("/api/v1/latest");
    let all = latest["latest"].as_array().unwrap().iter();
    all.filter(|value| value["property"] == property).map(|value| value["value"].as_f64().unwrap()).collect()
}

#[test]
fn codecs_and_objects_are_stored_and_a_codec_that_never_ends_holds_up_nobody() {
    let broker = Mosquitto::start();
    let city = city(&broker);
    let doctor = String::from_utf8(city.run(&["doctor"]).stdout).unwrap();
    assert!(doctor.contains(" codecs: those of 2 profiles "), "{doctor}");
    // 05 dc d7: 1500 mm and 21.5 degrees. The looping codec takes all the time it is given, before and between the others.
    let level = |n| uplink(LEVEL, n, "BdzX", &Value::Null);
    let air = |n| uplink(AIR, n, "AA==", &json!({ "temperature": "7.25", "distance": null }));
    let looping = |n| uplink(LOOPING, n, "AA==", &Value::Null);
    publish(
        &broker,
        vec![looping(1), level(1), air(1), looping(2), level(2), air(2), looping(3), looping(4), level(3)],
    );
    wait_for("all nine to have an outcome", || city.get_json("/api/v1/accounting")["total"] == 9);

    let accounting = city.get_json("/api/v1/accounting");
    assert_eq!(accounting["adds_up"], true, "{accounting}");
    assert_eq!(accounting["stored"], 5, "{accounting}");
    // The fourth is not tried any more: a device that had to be stopped three times in a row has to wait.
    assert_eq!(accounting["quarantined"], json!({ "decoder_timeout": 4 }), "{accounting}");
    assert_eq!(latest(&city, "distance"), [1500.0]);
    assert_eq!(latest(&city, "water_level"), [2.5]);
    let mut temperatures = latest(&city, "air_temperature");
    temperatures.sort_by(f64::total_cmp);
    assert_eq!(temperatures, [7.25, 21.5]);

    let listed = String::from_utf8(city.run(&["quarantine", "list"]).stdout).unwrap();
    assert!(listed.contains("profile `acme/looping`, fPort 2: the codec was stopped"), "{listed}");
    assert!(listed.contains("the codec had to be stopped 3 times in a row"), "{listed}");
}

#[test]
fn a_codec_that_cannot_be_run_is_named_at_the_start_and_by_the_doctor_and_holds_up_nobody() {
    let broker = Mosquitto::start();
    let mut city = city(&broker);
    city.file("profiles/acme/level.js", "function Decoder(bytes {");
    city.kill();
    let errors = city.spawn_and_read_until("acme/level");
    assert!(errors.contains("no uplink of this profile can be read"), "{errors}");
    let doctor = city.run(&["doctor"]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(!doctor.status.success());
    assert!(
        said.contains("fail codecs: no uplink of `acme/level` can be read: syntax error in line 1"),
        "{said}"
    );
    publish(&broker, vec![uplink(AIR, 1, "AA==", &json!({ "temperature": 7.25 }))]);
    wait_for("the neighbour's value", || latest(&city, "air_temperature") == [7.25]);
}

#[test]
fn what_a_codec_could_not_read_is_stored_once_it_is_mended() {
    let broker = Mosquitto::start();
    let city = city(&broker);
    publish(&broker, vec![uplink(LOOPING, 1, "AA==", &Value::Null), uplink(AIR, 1, "AA==", &Value::Null)]);
    wait_for("both in quarantine", || city.get_json("/api/v1/accounting")["total"] == 2);
    assert_eq!(
        city.get_json("/api/v1/accounting")["quarantined"],
        json!({ "decoder_timeout": 1, "decoder_error": 1 })
    );
    city.file(
        "profiles/acme/looping.js",
        "function decodeUplink(input) { return { data: { distance: 42 } }; }",
    );
    let retried = city.run(&["quarantine", "retry"]);
    let said = String::from_utf8_lossy(&retried.stdout);
    assert!(said.starts_with("2 tried, 1 stored now, 1 still"), "{retried:?}");
    assert_eq!(latest(&city, "distance"), [42.0]);
    let accounting = city.get_json("/api/v1/accounting");
    assert_eq!((&accounting["stored"], &accounting["adds_up"]), (&json!(1), &json!(true)), "{accounting}");
}

#[test]
fn the_things_stacks_own_decoding_is_read_and_its_normalized_form_before_the_other() {
    let broker = Mosquitto::start();
    let webhook = "[webhooks.things]\nprotocol = \"the_things_stack\"\ntoken = \"0123456789abcdef\"\n";
    let mut city = City::new_with(&broker, webhook);
    let settings = std::fs::read_to_string(city.path("settings.toml")).unwrap();
    city.file(
        "settings.toml",
        format!("{settings}[profiles]\ndir = \"{}\"\n", city.path("profiles").display()),
    );
    std::fs::create_dir_all(city.path("profiles/acme")).unwrap();
    // The normalized form is a list of measurements in the words of The Things Stack.
    let normalized = "[[block]]\npath = \"[*]\"\nfields = [{ path = \"air.temperature\", property = \"air_temperature\" }]\n";
    city.file("profiles/acme/air.toml", profile("object = true", &[TEMPERATURE, normalized].concat()));
    assert!(
        city.run(&["devices", "add", AIR, "--name", "Wallplatz", "--profile", "acme/air"]).status.success()
    );
    city.start();

    let decoded = json!({ "temperature": "7.25" });
    let both = json!([{ "air": { "temperature": 7.5 } }]);
    for (f_cnt, object, expected) in [
        (1, json!({ "decoded_payload": decoded }), 7.25),
        (2, json!({ "decoded_payload": decoded, "normalized_payload": both }), 7.5),
    ] {
        let mut message = json!({
            "end_device_ids": {
                "device_id": "air", "application_ids": { "application_id": "city" }, "dev_eui": AIR.to_uppercase(),
                "dev_addr": "26011BDA",
            },
            "received_at": format!("2026-05-04T10:0{f_cnt}:00.5Z"),
            "uplink_message": {
                "session_key_id": "AY0=", "f_port": 2, "f_cnt": f_cnt, "frm_payload": "AA==",
                "received_at": format!("2026-05-04T10:0{f_cnt}:00.2Z"),
            },
        });
        for (key, value) in object.as_object().unwrap() {
            message["uplink_message"][key] = value.clone();
        }
        let mut answer = ureq::post(city.url("/webhooks/things"))
            .header("Authorization", "Bearer 0123456789abcdef")
            .send(message.to_string())
            .unwrap();
        let answer: Value = serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap();
        assert_eq!(answer["outcome"], "stored", "{answer}");
        assert_eq!(latest(&city, "air_temperature"), [expected], "uplink {f_cnt}");
    }
}
