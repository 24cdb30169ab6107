//! Names that look like the one asked for.

/// How many single-letter edits turn one name into the other.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(&b) {
            let best = (diagonal + usize::from(letter != *other))
                .min(*cell + 1)
                .min(left + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// True if one name may be a slip for the other: few edits for its length, or only case differs.
pub fn is_near(a: &str, b: &str) -> bool {
    let length = a.chars().count().max(b.chars().count());
    a != b && length <= 300 && distance(&a.to_lowercase(), &b.to_lowercase()) <= 1 + length / 8
}

/// Sorts names by likeness to the one asked for, nearest first, and keeps the first few.
pub fn nearest<'a>(
    asked: &str,
    names: impl IntoIterator<Item = &'a str>,
    at_most: usize,
) -> Vec<&'a str> {
    let asked: String = asked.chars().take(300).collect();
    let mut names: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.len() <= 600)
        .map(|name| (distance(&asked, name), name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .take(at_most)
        .map(|(_, name)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_slips_of_the_pen() {
        let check = |a: &str, b: &str, near: bool| assert_eq!(is_near(a, b), near, "{a} {b}");
        check("shared-gateway-access", "shared-gateway-acces", true);
        check("shared-gateway", "shared-gatewya", true);
        check("true", "True", true);
        check("prod", "dev", false);
        check("web", "api", false);
        assert_eq!(
            nearest("shared-gatway", ["other", "shared-gateway"], 1),
            ["shared-gateway"]
        );
    }
}
