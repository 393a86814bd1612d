//! The device families the program knows.

use std::sync::Arc;

use domain::Truncated;

use crate::{
    ProfileInfo,
    params::{ProfileError, Settings},
    profile::Device,
    vendor,
};

pub(crate) type Build = fn(&Settings<'_>) -> Result<Arc<dyn Device>, ProfileError>;

fn build<D: Device + 'static>(settings: &Settings<'_>) -> Result<Arc<dyn Device>, ProfileError> {
    Ok(Arc::new(D::new(settings)?))
}

macro_rules! registry {
    ($($vendor:ident::$model:ident::$device:ident,)*) => {
        static INFOS: &[ProfileInfo] = &[$(vendor::$vendor::$model::INFO,)*];
        static BUILDS: &[Build] = &[$(build::<vendor::$vendor::$model::$device>,)*];
    };
}

// One line for each family, ordered by profile id.
registry! {
    barani::meteohelix::MeteoHelix,
    barani::meteorain::MeteoRain,
    barani::meteowind::MeteoWind,
    decentlab::dl_atm22::DlAtm22,
    decentlab::dl_atm41::DlAtm41,
    decentlab::dl_atm41g2::DlAtm41G2,
    decentlab::dl_tbrg::DlTbrg,
    dragino::cpl01::Cpl01,
    elsys::elsys_generic::ElsysGeneric,
    milesight::em300_di::Em300Di,
    milesight::wts506::Wts506,
    mydevices::cayenne_lpp::CayenneLpp,
    parametric::pcr2::Pcr2,
    parametric::tcr::Tcr,
    pmx::tcr::Tcr,
    sensecap::s2120::S2120,
}

/// Every device family, ordered by id.
pub fn profiles() -> &'static [ProfileInfo] {
    INFOS
}

pub(crate) fn find(id: &str) -> Option<(&'static ProfileInfo, Build)> {
    let index = INFOS.iter().position(|info| info.id == id)?;
    Some((INFOS.get(index)?, *BUILDS.get(index)?))
}

/// The error for an id nobody knows, with the ids that could be meant.
pub(crate) fn unknown(id: &str) -> ProfileError {
    let id = Truncated::new(id);
    let given = id.as_str().trim().to_lowercase();
    let known = || INFOS.iter().map(|info| info.id);
    // Two vendors may name a model alike.
    let mut nearest: Vec<_> =
        known().filter(|known| known.split_once('/').is_some_and(|(_, model)| model == given)).collect();
    if nearest.is_empty() {
        let distance = known().map(|known| edit_distance(&given, known)).min().unwrap_or(usize::MAX);
        if distance <= typing_errors_max(&given) {
            nearest = known().filter(|known| edit_distance(&given, known) == distance).collect();
        }
    }
    ProfileError::UnknownProfile { id, nearest }
}

/// With more changes than that another id is meant, not this one misspelt. Two letters exchanged are two changes.
fn typing_errors_max(id: &str) -> usize {
    id.chars().count().wrapping_div(4).clamp(2, 4)
}

/// Characters to insert, delete or replace to get from one text to the other (Levenshtein).
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(b.chars()) {
            let replaced = diagonal.saturating_add(usize::from(from != to));
            diagonal = *cell;
            left = replaced.min(diagonal.saturating_add(1)).min(left.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_are_ordered_by_id_and_each_is_named_once() {
        assert!(INFOS.is_sorted_by(|a, b| a.id < b.id), "the registry is not ordered by id");
    }

    #[test]
    fn edit_distance_counts_single_changes() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("pmx/tcr", "pmx/tcr"), 0);
    }
}
