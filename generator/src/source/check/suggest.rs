//! The name that was probably meant.

/// Names longer than this, in characters, are not compared.
const LONGEST: usize = 64;

/// The nearest of the names by edit distance, if it is near enough to be meant; the first of equally near ones.
pub(super) fn nearest<'a>(wrong: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = wrong.chars().count();
    if length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(1);
    names
        .filter(|name| name.len() <= 4 * LONGEST && name.chars().count().abs_diff(length) <= limit)
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The number of characters to insert, delete or replace, whatever their case (Levenshtein).
pub(super) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (line, left) in left.chars().flat_map(char::to_lowercase).enumerate() {
        let mut before = line + 1;
        let mut row = vec![before];
        for ((right, replaced), inserted) in right.iter().zip(&above).zip(above.iter().skip(1)) {
            before = (replaced + usize::from(left != *right)).min(inserted + 1).min(before + 1);
            row.push(before);
        }
        above = row;
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_different_word_is_not() {
        assert_eq!(nearest("requred", ["properties", "required"].into_iter()), Some("required"));
        assert_eq!(nearest("OAuthClent", ["OAuthGrant", "OAuthClient"].into_iter()), Some("OAuthClient"));
        assert_eq!(nearest("banana", ["string", "object"].into_iter()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
