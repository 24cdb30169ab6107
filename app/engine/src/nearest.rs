//! Names that look like the one asked for, and slips of the pen.

/// How many edits turn one name into the other: a letter put in, left out or changed, or two neighbours swapped.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let mut last = None;
    for (i, letter) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (j, other) in b.iter().enumerate() {
            let cell =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (cell(&row, j) + usize::from(letter != *other))
                .min(cell(&row, j + 1) + 1)
                .min(cell(&next, j) + 1);
            let swapped = j > 0 && last == Some(*other) && b.get(j - 1) == Some(&letter);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row.last().copied().unwrap_or(0)
}

/// True if one word may be a slip of the pen for the other: only case or separators differ, or a letter or two in a
/// part that is long enough. `team-a` and `team-b`, `v1` and `v2` are names on their own.
pub fn is_near(a: &str, b: &str) -> bool {
    if a == b || a.len().max(b.len()) > 300 {
        return false;
    }
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    if a == b || (bare(&a) == bare(&b) && !bare(&a).is_empty()) {
        return true;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    if digits(&a) != digits(&b) {
        return false;
    }
    let parts = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric());
        parts.map(str::to_owned).collect()
    };
    let (parts_a, parts_b) = (parts(&a), parts(&b));
    if parts_a.len() != parts_b.len() {
        return bare(&a).len() >= 8 && distance(&a, &b) <= 1;
    }
    let differing = parts_a.iter().zip(&parts_b).filter(|(a, b)| a != b);
    let mut slips = 0;
    for (a, b) in differing {
        let shorter = a.chars().count().min(b.chars().count());
        if shorter < 4 || distance(a, b) > 1 + shorter / 12 {
            return false;
        }
        slips += 1;
    }
    slips <= 1
}

/// The names most like the one asked for, nearest first; names with nothing in common are left out.
///
/// Looks at a bounded number of names, so that no input makes it slow.
pub fn nearest<'a>(
    asked: &str,
    names: impl IntoIterator<Item = &'a str>,
    at_most: usize,
) -> Vec<&'a str> {
    const LOOKED_AT: usize = 256;
    let asked: String = asked.chars().take(253).collect::<String>().to_lowercase();
    let length = asked.chars().count();
    let mut names: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.len() <= 600)
        .take(LOOKED_AT)
        .map(|name| (distance(&asked, &name.to_lowercase()), name))
        .filter(|(edits, name)| *edits <= length.max(name.chars().count()) / 2)
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
    fn edits_are_counted_with_swaps() {
        let check = |a: &str, b: &str, edits: usize| assert_eq!(distance(a, b), edits, "{a} {b}");
        check("", "", 0);
        check("", "abc", 3);
        check("gateway", "gateway", 0);
        check("gateway", "gatewya", 1);
        check("gateway", "gatway", 1);
        check("gateway", "getaway", 2);
        check("kitten", "sitting", 3);
    }

    #[test]
    fn near_names_are_slips_of_the_pen() {
        let check = |a: &str, b: &str, near: bool| {
            assert_eq!(is_near(a, b), near, "{a} {b}");
            assert_eq!(is_near(b, a), near, "{b} {a}");
        };
        check("shared-gateway-access", "shared-gateway-acces", true);
        check("shared-gateway-access", "shared_gateway_access", true);
        check("shared-gateway-access", "sharedgateway-access", true);
        check("shared-gateway", "shared-gatewya", true);
        check("true", "True", true);
        check("prod", "porduction", false);
        check("prod", "dev", false);
        check("web", "api", false);
        check("true", "false", false);
        check("team-a", "team-b", false);
        check("v1", "v2", false);
        check("production", "produktion", true);
        check("prod1", "prod2", false);
        check("internal", "external", false);
        check("hr", "hq", false);
        check("same", "same", false);
    }

    #[test]
    fn nearest_names_come_first_and_strangers_not_at_all() {
        let names = ["other", "shared-gateway", "shared-gatewaay"];
        assert_eq!(
            nearest("shared-gatway", names, 2),
            ["shared-gateway", "shared-gatewaay"]
        );
        assert!(nearest("x", ["completely-different"], 3).is_empty());
    }
}
