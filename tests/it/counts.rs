//! Day totals of a counting site are the counter's own, whatever the network does to its uplinks.

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::{ToSpan, civil::DateTime, tz::TimeZone};

use crate::harness::{City, Mosquitto, stadtfunk, wait_for};

/// The file of a site as Stadt Münster publishes it: quarter-hours in local time without offset, the hour that the clock
/// goes through twice in autumn only once, the hour that spring leaves out absent; two weeks around either change.
struct Site {
    csv: String,
    day_sums: BTreeMap<String, i64>,
}

#[test]
fn duplicates_redelivery_and_disorder_do_not_change_a_day_of_interval_counts() {
    day_totals_are_those_of_the_file("interval", &["bicycle_count ltr", "bicycle_count rtl"]);
}

#[test]
fn duplicates_redelivery_and_disorder_do_not_change_a_day_of_running_totals() {
    day_totals_are_those_of_the_file("total", &["bicycle_total "]);
}

fn day_totals_are_those_of_the_file(device: &str, channels: &[&str]) {
    let site = site();
    let broker = Mosquitto::start();
    let mut city = City::new(&broker);
    let counts = city.file("counts.csv", &site.csv);
    let devices = city.file("devices.csv", "");
    let simulate = |arguments: &[&str]| {
        let common = ["simulate", "--counts", counts.to_str().unwrap(), "--counts-device", device];
        let output = stadtfunk(&[&common, arguments].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let said = simulate(&["--devices-csv", devices.to_str().unwrap()]);
    let n_uplinks: u64 = said.split(' ').next().unwrap().parse().unwrap();
    assert!(city.run(&["devices", "import", devices.to_str().unwrap()]).status.success());
    city.start();
    let url = broker.url();
    simulate(&["--broker", &url, "--duplicates", "0.05", "--redelivered", "0.03", "--shuffle-minutes", "10"]);
    wait_for("all uplinks to be stored", || city.get_json("/api/v1/accounting")["stored"] == n_uplinks);
    let accounting = city.get_json("/api/v1/accounting");
    assert!(accounting["duplicate"]["frame"].as_u64().unwrap() > 0, "{accounting}");
    assert!(accounting["duplicate"]["delivery"].as_u64().unwrap() > 0, "{accounting}");
    wait_for("the buckets to be current", || {
        city.database().query_row("SELECT count(*) FROM dirty", (), |row| row.get::<_, i64>(0)) == Ok(0)
    });
    assert_eq!(day_sums(&city, channels), site.day_sums);
}

/// Sums over all channels by local date, for dates with a value.
fn day_sums(city: &City, channels: &[&str]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    let datastreams = city.get_json("/api/v1/datastreams");
    for datastream in datastreams["datastreams"].as_array().unwrap() {
        let channel = format!(
            "{} {}",
            datastream["property"].as_str().unwrap(),
            datastream["channel"].as_str().unwrap()
        );
        if !channels.contains(&channel.as_str()) {
            continue;
        }
        let path = format!(
            "/api/v1/datastreams/{}/buckets?width=1d&from=2025-03-01&to=2025-12-01",
            datastream["id"]
        );
        for bucket in city.get_json(&path)["buckets"].as_array().unwrap() {
            let start: jiff::Timestamp = bucket["from"].as_str().unwrap().parse().unwrap();
            let date = start.to_zoned(TimeZone::get("Europe/Berlin").unwrap()).date();
            if let Some(value) = bucket["value"].as_f64() {
                #[expect(clippy::cast_possible_truncation, reason = "counts are small whole numbers")]
                let count = value as i64;
                *sums.entry(date.to_string()).or_default() += count;
            }
        }
    }
    sums
}

fn site() -> Site {
    let mut site = Site {
        csv: "Datetime,1 (Testweg),2 (stadteinwärts),3 (stadtauswärts),1-status,2-status,3-status\n".into(),
        day_sums: BTreeMap::new(),
    };
    for (first, last) in [("2025-03-23T00:00", "2025-04-05T23:45"), ("2025-10-19T00:00", "2025-11-01T23:45")]
    {
        let (mut at, last): (DateTime, DateTime) = (first.parse().unwrap(), last.parse().unwrap());
        while at <= last {
            let is_left_out = at.date().to_string() == "2025-03-30" && at.hour() == 2;
            if !is_left_out {
                site.row(at);
            }
            at = at.checked_add(15.minutes()).unwrap();
        }
    }
    site
}

impl Site {
    fn row(&mut self, at: DateTime) {
        // Any numbers will do; these differ from row to row and are zero at times.
        let quarter = i64::from(at.hour()) * 4 + i64::from(at.minute()) / 15;
        let (inward, outward) =
            ((quarter * 7 + i64::from(at.day())) % 23, (quarter * 5 + i64::from(at.month())) % 19);
        let text = at.strftime("%Y-%m-%d %H:%M");
        writeln!(self.csv, "{text},{},{inward},{outward},0,0,0", inward + outward).unwrap();
        *self.day_sums.entry(at.date().to_string()).or_default() += inward + outward;
    }
}
