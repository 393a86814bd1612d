//! The default scenario: a plausible set of sensors in Oldenburg (Oldb). The places are real, the devices and
//! their figures are made up, except that the counter at Pophankenweg has the volume the city published for
//! its real one: about 650 bicycles a day, 739 in August.

use super::{Power, Scenario, SimDevice};
use crate::{
    device::{Model, meteohelix::Probe, meteowind::Format, parametric_tcr, pcr2, pmx_tcr::Ports},
    world::traffic::Usage::{Car, CommuterBike, FastCar, LeisureBike, Lorry, Pedestrian},
};

impl Scenario {
    /// 29 devices in Oldenburg. One of them lives on a street-light circuit and is silent by day (Nadorster
    /// Straße), one has lost its temperature probe (Botanischer Garten).
    pub fn oldenburg() -> Self {
        let mut devices = bicycle_counters();
        devices.extend(radars());
        devices.extend(people_counters());
        devices.extend(weather_stations());
        devices.extend(rain_gauges());
        devices.extend(other_nodes());
        Self::of(devices)
    }
}

/// Bicycles only, category 1.
const BICYCLES: Ports = Ports { unfiltered: false, categories: 1 };
/// Bicycles, cars and lorries in categories 1 to 3.
const MIXED: Ports = Ports { unfiltered: false, categories: 3 };
/// The same, and every object on fPort 13.
const MIXED_AND_ALL: Ports = Ports { unfiltered: true, categories: 3 };

fn bicycle_counters() -> Vec<SimDevice> {
    vec![
        SimDevice::new(1, Model::PmxTcr(BICYCLES), "Pophankenweg", (53.155_82, 8.176_06), 5)
            .about("Dauerzählstelle Radverkehr Richtung Infanterieweg, beide Richtungen")
            .counting(CommuterBike, 647.0)
            .param("cat1", "bicycle")
            .both_ways(),
        SimDevice::new(2, Model::Cpl01, "Damm", (53.133_77, 8.219_47), 10)
            .about("Induktionsschleife im Radweg, Gesamtquerschnitt")
            .by_pulses(CommuterBike, 5400.0, 1),
        SimDevice::new(3, Model::Em300Di, "Uhlhornsweg", (53.146_74, 8.179_84), 10)
            .about("Induktionsschleife an der Universität, Gesamtquerschnitt")
            .by_pulses(CommuterBike, 7900.0, 1),
        SimDevice::new(4, Model::Cpl01, "Quellenweg", (53.143_58, 8.181_81), 10)
            .about("Induktionsschleife vor der Regenampel, Gesamtquerschnitt")
            .by_pulses(CommuterBike, 3600.0, 1),
        SimDevice::new(5, Model::Em300Di, "Cäcilienbrücke", (53.134_86, 8.216_10), 10)
            .about("Zählschlauch auf der Rampe, zwei Impulse je Rad")
            .by_pulses(CommuterBike, 4800.0, 2),
        SimDevice::new(6, Model::PmxTcr(BICYCLES), "Haarenufer", (53.142_34, 8.195_07), 10)
            .about("Zählradar am Uferweg, beide Richtungen")
            .counting(CommuterBike, 2700.0)
            .param("cat1", "bicycle")
            .both_ways(),
        SimDevice::new(7, Model::Cpl01, "Hunteweg am Achterdiek", (53.118_20, 8.207_40), 15)
            .about("Induktionsschleife am Freizeitweg entlang der Hunte")
            .by_pulses(LeisureBike, 1150.0, 1),
    ]
}

fn radars() -> Vec<SimDevice> {
    let classes = |device: SimDevice| {
        device.param("cat1", "bicycle").param("cat2", "car").param("cat3", "lorry").both_ways()
    };
    let bands = |device: SimDevice| {
        device.param("class0", "person").param("class1", "bicycle").param("class2", "car").both_ways()
    };
    vec![
        classes(
            SimDevice::new(8, Model::PmxTcr(MIXED), "Ammerländer Heerstraße", (53.157_53, 8.169_42), 15)
                .about("Verkehrsradar: Rad, Pkw und Lkw, beide Richtungen")
                .counting(CommuterBike, 3200.0)
                .counting(Car, 11_800.0)
                .counting(Lorry, 640.0),
        ),
        classes(
            SimDevice::new(
                9,
                Model::PmxTcr(MIXED_AND_ALL),
                "Donnerschweer Straße",
                (53.159_70, 8.248_16),
                15,
            )
            .about("Verkehrsradar: Rad, Pkw und Lkw, dazu alles Erfasste")
            .counting(CommuterBike, 2900.0)
            .counting(Car, 13_500.0)
            .counting(Lorry, 720.0),
        ),
        classes(
            SimDevice::new(10, Model::PmxTcr(MIXED), "Nadorster Straße", (53.159_25, 8.221_67), 15)
                .about("Verkehrsradar an der Straßenbeleuchtung: Pufferbatterie defekt, sendet nur nachts")
                .counting(CommuterBike, 3900.0)
                .counting(Car, 12_400.0)
                .counting(Lorry, 510.0)
                .powered_by(Power::StreetLight),
        ),
        classes(
            SimDevice::new(11, Model::PmxTcr(MIXED), "Cloppenburger Straße", (53.127_74, 8.221_33), 15)
                .about("Verkehrsradar: Rad, Pkw und Lkw, beide Richtungen")
                .counting(CommuterBike, 3300.0)
                .counting(Car, 14_900.0)
                .counting(Lorry, 830.0),
        ),
        bands(
            SimDevice::new(
                12,
                Model::ParametricTcr(parametric_tcr::Version::V2),
                "Bloherfelder Straße",
                (53.141_46, 8.171_52),
                15,
            )
            .about("Zählradar der ersten Generation: vier Tempoklassen, die zweite sind Räder")
            .counting(Pedestrian, 240.0)
            .counting(CommuterBike, 2600.0)
            .counting(Car, 6100.0)
            .counting(FastCar, 900.0),
        ),
        bands(
            SimDevice::new(
                13,
                Model::ParametricTcr(parametric_tcr::Version::V1),
                "Alexanderstraße",
                (53.153_51, 8.210_65),
                15,
            )
            .about("Zählradar der ersten Generation, alte Firmware")
            .counting(Pedestrian, 310.0)
            .counting(CommuterBike, 3100.0)
            .counting(Car, 8200.0)
            .counting(FastCar, 700.0),
        ),
    ]
}

fn people_counters() -> Vec<SimDevice> {
    use pcr2::Version::{V3, V4};
    let shopping = |n, version, name, place, per_day| {
        SimDevice::new(n, Model::Pcr2(version), name, place, 10)
            .counting(Pedestrian, per_day)
            .param("ltr_name", "in die Innenstadt")
            .param("rtl_name", "aus der Innenstadt")
    };
    vec![
        shopping(14, V4, "Lappan", (53.143_05, 8.213_70), 17_500.0)
            .about("Personenzähler am Eingang zur Fußgängerzone"),
        shopping(15, V3, "Lange Straße", (53.140_60, 8.213_30), 21_000.0)
            .about("Personenzähler in der Fußgängerzone, alte Firmware"),
        shopping(16, V4, "Hauptbahnhof", (53.143_09, 8.223_78), 14_000.0)
            .about("Personenzähler am Bahnhofsplatz"),
    ]
}

fn weather_stations() -> Vec<SimDevice> {
    vec![
        SimDevice::new(17, Model::Atm41G2, "Universität Wechloy", (53.151_60, 8.163_20), 10)
            .about("Wetterstation auf dem Campusdach"),
        SimDevice::new(18, Model::Atm41, "Hafen", (53.144_20, 8.238_40), 10)
            .about("Wetterstation an der Kaikante"),
        SimDevice::new(19, Model::S2120, "Schlossgarten", (53.135_60, 8.210_20), 5)
            .about("Wetterstation im Park"),
        SimDevice::new(20, Model::Wts506, "Flötenteich", (53.168_80, 8.232_60), 10)
            .about("Wetterstation am Freibad"),
        SimDevice::new(21, Model::MeteoHelix(Probe::Connected), "Tweelbäke", (53.119_50, 8.278_50), 10)
            .about("Kompaktwetterstation am See"),
        SimDevice::new(22, Model::MeteoHelix(Probe::Lost), "Botanischer Garten", (53.147_60, 8.191_90), 10)
            .about("Kompaktwetterstation: Temperatur- und Feuchtefühler ausgefallen"),
        SimDevice::new(23, Model::MeteoWind(Format::Year2022), "Stau", (53.141_59, 8.224_09), 10)
            .about("Windmesser am Alten Stadthafen"),
        SimDevice::new(24, Model::Atm22, "Marschwegstadion", (53.127_20, 8.199_60), 10)
            .about("Windmesser am Flutlichtmast"),
    ]
}

fn rain_gauges() -> Vec<SimDevice> {
    vec![
        SimDevice::new(25, Model::Tbrg, "Etzhorn", (53.185_85, 8.242_73), 10)
            .about("Regenmesser, Kippwaage 0,1 mm"),
        SimDevice::new(26, Model::MeteoRain, "Kreyenbrück", (53.112_40, 8.216_80), 10)
            .about("Regenmesser, Kippwaage 0,2 mm"),
        SimDevice::new(27, Model::Tbrg, "Eversten", (53.131_40, 8.183_50), 10)
            .about("Regenmesser, Kippwaage 0,1 mm"),
    ]
}

fn other_nodes() -> Vec<SimDevice> {
    vec![
        SimDevice::new(28, Model::Elsys, "Pferdemarkt", (53.146_05, 8.212_76), 10)
            .about("Klima- und Schallknoten am Marktplatz"),
        SimDevice::new(29, Model::CayenneLpp, "Bürgerfelde", (53.162_30, 8.203_90), 15)
            .about("Eigenbau der Schul-AG: Temperatur, Feuchte, Licht, Luftdruck"),
    ]
}
