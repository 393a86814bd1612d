//! Tests of the whole city: the real program, a real Mosquitto, a real browser.

#[cfg(test)]
mod any_sensor;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod counts;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod devices;
#[cfg(test)]
mod doctor;
#[cfg(test)]
#[path = "../drill/faults/mod.rs"]
mod faults;
#[cfg(test)]
mod grafana;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod one_ingest;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod profile_folder;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod read_only;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod redecode;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod small_drills;
#[cfg(test)]
mod the_things_stack;
