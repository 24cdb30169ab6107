//! Just enough of regular expressions: letters, `.`, `[a-z]`, `\.`, each with `*` or `+`.

/// One element of an expression with its repetition.
struct Element {
    fits: Box<dyn Fn(u8) -> bool>,
    least: usize,
    most: usize,
}

/// True if the expression fits the whole text; `None` if it has groups or looks ahead, which some do not understand.
pub(crate) fn fits(pattern: &str, text: &str) -> Option<bool> {
    if pattern.contains('(') {
        return None;
    }
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    Some(follow(&elements(pattern.as_bytes()), text.as_bytes()))
}

fn follow(elements: &[Element], text: &[u8]) -> bool {
    let Some((first, rest)) = elements.split_first() else {
        return text.is_empty();
    };
    let run = text.iter().take_while(|byte| (first.fits)(**byte)).count();
    (first.least..=run.min(first.most)).any(|used| follow(rest, &text[used..]))
}

fn elements(mut pattern: &[u8]) -> Vec<Element> {
    let mut elements = Vec::new();
    while let Some((fits, rest)) = element(pattern) {
        let (least, most, used) = match rest.first() {
            Some(b'*') => (0, usize::MAX, 1),
            Some(b'+') => (1, usize::MAX, 1),
            _ => (1, 1, 0),
        };
        elements.push(Element { fits, least, most });
        pattern = &rest[used..];
    }
    elements
}

type Fits = Box<dyn Fn(u8) -> bool>;

fn element(pattern: &[u8]) -> Option<(Fits, &[u8])> {
    match *pattern {
        [] => None,
        [b'.', ref rest @ ..] => Some((Box::new(|_| true), rest)),
        [b'\\', letter, ref rest @ ..] => Some((Box::new(move |byte| byte == letter), rest)),
        [b'[', from, b'-', to, b']', ref rest @ ..] => {
            Some((Box::new(move |byte| (from..=to).contains(&byte)), rest))
        }
        [letter, ref rest @ ..] => Some((Box::new(move |byte| byte == letter), rest)),
    }
}
