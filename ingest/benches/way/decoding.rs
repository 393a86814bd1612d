//! How the payloads are decoded: by the program itself, or by a maker's codec.

use std::sync::Arc;

use decoders::{
    Catalogue,
    codecs::{Pool, PoolOptions, WorkerCommand},
};

/// What reads the payload of a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoding {
    /// The table of this model.
    Native,
    /// JavaScript that reads the same bytes, in a process of its own.
    Codec,
}

/// The word that makes this program a process for codecs.
pub(crate) const CODEC_WORKER: &str = "codec-worker";

const PROFILE: &str = r#"
vendor = "Bench"
model = "Wind"
description = "the wind station with a maker's codec"
source = "this measurement"
interval = "10min"

[decoder]
codec = "wind.js"

[[field]]
path = "wind_speed.value"
property = "wind_speed"
[[field]]
path = "wind_direction.value"
property = "wind_direction"
[[field]]
path = "maximum_wind_speed.value"
property = "wind_gust"
[[field]]
path = "air_temperature.value"
property = "air_temperature"
[[field]]
path = "x_orientation_angle.value"
property = "tilt"
channel = "x"
[[field]]
path = "y_orientation_angle.value"
property = "tilt"
channel = "y"
[[field]]
path = "north_wind_speed.value"
property = "wind_speed_north"
[[field]]
path = "east_wind_speed.value"
property = "wind_speed_east"
[[field]]
path = "battery_voltage.value"
property = "battery_voltage"
"#;

/// A table of sensors with a function for each value, as a maker would write it.
const CODEC: &str = r#"
var SENSORS = [
  { length: 8, values: [
    { name: "wind_speed", unit: "m/s", convert: function (x) { return (x[0] - 32768) / 100; } },
    { name: "wind_direction", unit: "deg", convert: function (x) { return (x[1] - 32768) / 10; } },
    { name: "maximum_wind_speed", unit: "m/s", convert: function (x) { return (x[2] - 32768) / 100; } },
    { name: "air_temperature", unit: "Cel", convert: function (x) { return (x[3] - 32768) / 10; } },
    { name: "x_orientation_angle", unit: "deg", convert: function (x) { return (x[4] - 32768) / 10; } },
    { name: "y_orientation_angle", unit: "deg", convert: function (x) { return (x[5] - 32768) / 10; } },
    { name: "north_wind_speed", unit: "m/s", convert: function (x) { return (x[6] - 32768) / 100; } },
    { name: "east_wind_speed", unit: "m/s", convert: function (x) { return (x[7] - 32768) / 100; } }
  ] },
  { length: 1, values: [{ name: "battery_voltage", unit: "V", convert: function (x) { return x[0] / 1000; } }] }
];

function word(bytes, at) {
  return (bytes[at] << 8) + bytes[at + 1];
}

function decodeUplink(input) {
  var bytes = input.bytes, data = {}, at = 5;
  if (bytes[0] !== 2) return { errors: ["protocol version " + bytes[0] + " is not supported"] };
  data.device_id = word(bytes, 1);
  var flags = word(bytes, 3);
  for (var i = 0; i < SENSORS.length; i++, flags >>= 1) {
    if ((flags & 1) !== 1) continue;
    var x = [];
    for (var j = 0; j < SENSORS[i].length; j++, at += 2) x.push(word(bytes, at));
    for (var k = 0; k < SENSORS[i].values.length; k++) {
      var sensor = SENSORS[i].values[k];
      data[sensor.name] = { value: sensor.convert(x), unit: sensor.unit };
    }
  }
  return { data: data };
}
"#;

impl Decoding {
    /// The profile of the stations.
    pub(crate) fn profile(self) -> &'static str {
        match self {
            Self::Native => "decentlab/dl-atm22",
            Self::Codec => "bench/wind",
        }
    }

    /// The profiles there are.
    pub(crate) fn catalogue(self) -> Catalogue {
        let built_in = Catalogue::built_in().clone();
        match self {
            Self::Native => built_in,
            Self::Codec => {
                let worker = WorkerCommand::this_program(CODEC_WORKER).unwrap();
                let mut catalogue = built_in.with_codecs(Arc::new(Pool::new(PoolOptions::new(worker))));
                catalogue.add(self.profile(), PROFILE, &|_| Ok(CODEC.to_owned())).unwrap();
                catalogue
            }
        }
    }
}
