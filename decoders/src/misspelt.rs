//! Which known word was meant by one that is not known.

/// The known words nearest to the one given, if it can be one of them misspelt.
pub(crate) fn misspelt<'a, I: Iterator<Item = &'a str>>(given: &str, known: impl Fn() -> I) -> Vec<&'a str> {
    let distance = known().map(|known| edit_distance(given, known)).min().unwrap_or(usize::MAX);
    if distance > typing_errors_max(given) {
        return Vec::new();
    }
    known().filter(|known| edit_distance(given, known) == distance).collect()
}

/// With more changes than that another word is meant, not this one misspelt. Two letters exchanged are two changes.
fn typing_errors_max(word: &str) -> usize {
    word.chars().count().wrapping_div(4).clamp(2, 4)
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
    fn edit_distance_counts_single_changes() {
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("pmx/tcr", "pmx/tcr"), 0);
    }
}
