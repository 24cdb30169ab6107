//! Estimates how wide words are, so that nothing overlaps; deliberately on the wide side.

/// How words are set; the style sheet has the same sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// 13 px sans.
    Plain,
    /// 13 px sans, semi-bold.
    Strong,
    /// 12 px sans.
    Soft,
    /// 12.5 px monospace.
    Mono,
}

/// Width of one character in hundredths of a pixel.
fn advance(letter: char, font: Font) -> i32 {
    if is_wide(letter) {
        return 1450;
    }
    let em = match font {
        Font::Mono => return 765,
        Font::Plain => 1300,
        Font::Strong => 1440,
        Font::Soft => 1200,
    };
    em * share(letter) / 100
}

/// Width of a letter in hundredths of its height, as in one of the wider sans fonts.
fn share(letter: char) -> i32 {
    match letter {
        'i' | 'j' | 'l' | 'I' | 'J' | '.' | ',' | ';' | '\'' | '|' | ' ' | '·' => 32,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '-' | ':' | '/' | '!' => 41,
        'c' | 's' | 'k' | 'v' | 'x' | 'y' | 'z' | '_' | '*' | '?' => 59,
        'w' | '+' | '=' | '<' | '>' | '~' | '✓' | '✗' => 84,
        'm' | 'M' | 'W' | '@' | '%' | '—' | '…' => 100,
        'D' | 'G' | 'H' | 'N' | 'O' | 'Q' | 'U' => 79,
        'A'..='Z' => 70,
        _ => 64,
    }
}

/// Characters that fonts set as wide as they are high, and all that we know nothing about.
fn is_wide(letter: char) -> bool {
    letter as u32 >= 0x1100 && !matches!(letter, '\u{2000}'..='\u{27bf}')
}

/// Width of words in pixels, rounded up.
pub(super) fn width(text: &str, font: Font) -> i32 {
    let sum = text.chars().take(2000).fold(0_i32, |sum, letter| {
        sum.saturating_add(advance(letter, font))
    });
    (sum + 99) / 100
}

/// The words, cut with an ellipsis where they do not fit.
pub(super) fn fit(text: &str, room: i32, font: Font) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let mut left = room * 100 - advance('…', font);
    let kept = text.chars().take_while(|letter| {
        left -= advance(*letter, font);
        left >= 0
    });
    let kept: String = kept.collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_fits_and_ends_in_an_ellipsis() {
        let names = [
            "shared-gateway-access=true",
            "wwwwwwwwwwwwwwwwwwww",
            "漢字漢字漢字漢字漢字漢字",
            "a b c d e f g h i j k",
        ];
        for name in names {
            for font in [Font::Plain, Font::Strong, Font::Soft, Font::Mono] {
                for room in [20, 60, 100] {
                    let cut = fit(name, room, font);
                    assert!(width(&cut, font) <= room, "{cut} in {room}");
                    assert!(cut == *name || cut.ends_with('…'), "{cut}");
                }
            }
        }
        assert_eq!(fit("hr", 60, Font::Mono), "hr");
    }
}
