//! Devices as an operator writes them down: a CSV line or a command line, parsed once.

use std::collections::HashMap;

use decoders::{Catalogue, Profile, ProfileError};
use domain::{Params, Position, Truncated};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use store::{Interval, NewDevice};

/// How often a device reports if neither the operator nor its profile says.
const DEFAULT_INTERVAL: SignedDuration = SignedDuration::from_mins(15);

/// Stands for no setting at all, where an empty cell leaves those of the device as they are.
pub(crate) const NO_PARAMS: &str = "-";

/// One line of a device file; every cell is text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct DeviceLine {
    /// 16 hexadecimal digits.
    pub dev_eui: String,
    /// Name of the Thing.
    pub name: String,
    /// Profile id.
    pub profile: String,
    /// A sentence for people.
    pub description: String,
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
    /// Such as `15min`.
    pub interval: String,
    /// `key=value;key=value`, or [`NO_PARAMS`].
    pub params: String,
    /// RFC 3339.
    pub since: String,
}

/// A device and what its operator should know about it.
#[derive(Debug)]
pub(crate) struct ParsedDevice {
    /// Ready for the store.
    pub device: NewDevice,
    /// Set if no decoder knows the profile yet: the device's uplinks will wait in quarantine.
    pub unknown_profile: Option<ProfileError>,
}

/// A device that cannot be taken as it is written.
#[derive(Debug, thiserror::Error)]
#[error("{column}: {message}")]
pub(crate) struct DeviceError {
    column: &'static str,
    message: String,
}

impl DeviceLine {
    /// Checks every cell and turns the line into a device.
    pub(crate) fn parse(&self, catalogue: &Catalogue) -> Result<ParsedDevice, DeviceError> {
        let params = self.params()?;
        let profile =
            match catalogue.profile(self.profile.trim(), params.as_ref().unwrap_or(&Params::default())) {
                Ok(profile) => Ok(profile),
                Err(unknown @ ProfileError::UnknownProfile { .. }) => Err(unknown),
                Err(error) => return Err(in_column("params")(error)),
            };
        let usual_interval =
            profile.as_ref().map_or(DEFAULT_INTERVAL, |profile| profile.info().expected_interval);
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
            return Err(DeviceError {
                column: "name",
                message: format!(
                    "`{}` is no name: expected 1 to 120 characters without control characters",
                    Truncated::new(name)
                ),
            });
        }
        if self.profile.trim().is_empty() {
            return Err(DeviceError {
                column: "profile",
                message: "is empty: expected a profile id such as `pmx/tcr`".into(),
            });
        }
        let device = NewDevice {
            dev_eui: self.dev_eui.parse().map_err(in_column("dev_eui"))?,
            profile: self.profile.trim().to_owned(),
            params,
            expected_interval: self.interval()?.map_or(Interval::Usual(usual_interval), Interval::Given),
            since: match self.since.trim() {
                "" => None,
                text => Some(text.parse().map_err(|_| DeviceError {
                    column: "since",
                    message: format!(
                        "`{}` is no time: expected RFC 3339 such as 2026-05-01T12:00:00Z",
                        Truncated::new(text)
                    ),
                })?),
            },
            thing_name: name.to_owned(),
            description: self.description.trim().to_owned(),
            position: self.position()?,
            channel_names: profile.as_ref().map(Profile::channel_names).unwrap_or_default(),
        };
        Ok(ParsedDevice { device, unknown_profile: profile.err() })
    }

    /// Writes simulated devices down as an operator would.
    pub(crate) fn of_simulated(devices: &[firmware_sim::SimDevice]) -> Vec<Self> {
        let line = |device: &firmware_sim::SimDevice| Self {
            dev_eui: device.dev_eui.to_string(),
            name: device.name.clone(),
            profile: device.profile.to_owned(),
            description: device.description.clone(),
            latitude: device.position.latitude().to_string(),
            longitude: device.position.longitude().to_string(),
            interval: format!("{}s", device.interval.as_secs()),
            params: device
                .params
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect::<Vec<_>>()
                .join(";"),
            since: String::new(),
        };
        devices.iter().map(line).collect()
    }

    fn position(&self) -> Result<Option<Position>, DeviceError> {
        let degrees = |column: &'static str, text: &str| {
            text.trim().parse::<f64>().map_err(|_| DeviceError {
                column,
                message: format!("`{}` is no number of degrees such as 53.1435", Truncated::new(text)),
            })
        };
        match (self.latitude.trim(), self.longitude.trim()) {
            ("", "") => Ok(None),
            (latitude, longitude) => {
                let position =
                    Position::new(degrees("latitude", latitude)?, degrees("longitude", longitude)?);
                position.map(Some).map_err(in_column("latitude"))
            }
        }
    }

    fn params(&self) -> Result<Option<Params>, DeviceError> {
        match self.params.trim() {
            "" => Ok(None),
            NO_PARAMS => Ok(Some(Params::default())),
            text => Params::parse_list(text).map(Some).map_err(in_column("params")),
        }
    }

    fn interval(&self) -> Result<Option<SignedDuration>, DeviceError> {
        let text = self.interval.trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<SignedDuration>() {
            Ok(interval)
                if interval >= SignedDuration::from_secs(1) && interval <= SignedDuration::from_hours(48) =>
            {
                Ok(Some(interval))
            }
            _ => Err(DeviceError {
                column: "interval",
                message: format!(
                    "`{}` is no interval: expected 1 second to 48 hours, written such as 15min or 1h",
                    Truncated::new(text)
                ),
            }),
        }
    }
}

fn in_column<E: std::fmt::Display>(column: &'static str) -> impl Fn(E) -> DeviceError {
    move |error| DeviceError { column, message: error.to_string() }
}

/// A file with more errors than this is another kind of file.
const ERRORS_MAX: usize = 20;

/// Reads a device file. All lines are checked before any is used; each error names its line.
pub(crate) fn read_csv(
    file: impl std::io::Read,
    catalogue: &Catalogue,
) -> Result<Vec<ParsedDevice>, Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(false).from_reader(file);
    let (mut devices, mut errors) = (Vec::new(), Vec::new());
    let mut seen = HashMap::new();
    // Read here, so that positions are those of the lines below it; an error in it comes up again there.
    let _ = reader.headers();
    let mut lines = reader.deserialize::<DeviceLine>();
    loop {
        let number = lines.reader().position().line();
        let Some(line) = lines.next() else { break };
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                errors.push(error.to_string());
                if matches!(error.kind(), csv::ErrorKind::Io(_)) || errors.len() > ERRORS_MAX {
                    break;
                }
                continue;
            }
        };
        match line.parse(catalogue) {
            Err(error) => errors.push(format!("line {number}: {error}")),
            Ok(device) => {
                let dev_eui = device.device.dev_eui;
                if let Some(first) = seen.insert(dev_eui, number) {
                    errors
                        .push(format!("line {number}: dev_eui: `{dev_eui}` stands already on line {first}"));
                }
                devices.push(device);
            }
        }
    }
    if errors.is_empty() { Ok(devices) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_columns_are_enough() {
        let file = "dev_eui,name,profile\n70b3d57ed0000203,Schlossgarten,barani/meteohelix\n";
        let devices = read_csv(file.as_bytes(), Catalogue::built_in()).unwrap();
        assert_eq!(devices[0].device.thing_name, "Schlossgarten");
        assert_eq!(devices[0].unknown_profile, None);
    }

    #[test]
    fn a_profile_without_decoder_is_taken_and_said() {
        let file = "dev_eui,name,profile\n70b3d57ed0000200,Zähler,acme/anvil-3000\n";
        assert!(read_csv(file.as_bytes(), Catalogue::built_in()).unwrap()[0].unknown_profile.is_some());
    }

    #[test]
    fn an_empty_cell_says_nothing_and_a_dash_says_that_there_are_no_settings() {
        let file = "dev_eui,name,profile,interval,params\n\
                    70b3d57ed0000201,A,pmx/tcr,,\n\
                    70b3d57ed0000202,B,pmx/tcr,5min,-\n\
                    70b3d57ed0000203,C,pmx/tcr,1h,cat1=bicycle;ltr_name=stadteinwärts\n";
        let devices = read_csv(file.as_bytes(), Catalogue::built_in()).unwrap();
        let device = |n: usize| &devices[n].device;
        // Ten minutes is what the data sheet says of the radar.
        assert_eq!(device(0).expected_interval, Interval::Usual(SignedDuration::from_mins(10)));
        assert_eq!(device(0).params, None);
        assert_eq!(device(1).expected_interval, Interval::Given(SignedDuration::from_mins(5)));
        assert_eq!(device(1).params, Some(Params::default()));
        assert_eq!(device(2).params.as_ref().unwrap().get("cat1"), Some("bicycle"));
        assert!(device(2).channel_names.iter().any(|(_, name)| name == "stadteinwärts"));
    }

    #[test]
    fn an_error_names_line_column_and_what_is_right() {
        let file = "dev_eui,name,profile,interval\n70b3d57ed0000203,A,pmx/tcr,15min\n70b3d57ed0000204,B,pmx/tcr,often\n";
        let errors = read_csv(file.as_bytes(), Catalogue::built_in()).unwrap_err();
        assert_eq!(
            errors,
            [
                "line 3: interval: `often` is no interval: expected 1 second to 48 hours, written such as 15min or 1h"
            ]
        );
    }

    #[test]
    fn the_same_device_twice_is_refused_and_lines_are_counted_on() {
        let file = "dev_eui,name,profile\n70b3d57ed0000203,A,pmx/tcr\n70-B3-D5-7E-D0-00-02-03,B,pmx/tcr\n1,C,pmx/tcr\n";
        let errors = read_csv(file.as_bytes(), Catalogue::built_in()).unwrap_err();
        assert_eq!(errors[0], "line 3: dev_eui: `70b3d57ed0000203` stands already on line 2");
        assert!(errors[1].starts_with("line 4: dev_eui: "), "{errors:?}");
    }

    #[test]
    fn an_unknown_column_is_refused_by_name() {
        let errors = read_csv(
            "dev_eui,name,profile,colour\n70b3d57ed0000203,A,pmx/tcr,red\n".as_bytes(),
            Catalogue::built_in(),
        )
        .unwrap_err();
        assert!(errors[0].contains("colour"), "{errors:?}");
    }
}
