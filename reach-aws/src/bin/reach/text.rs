//! Text from an account is somebody else's text.

/// Makes text safe for a terminal: control characters, line breaks and characters that turn the
/// direction of writing or hide come out as escapes.
pub(crate) fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}'
            | '\u{061c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn nothing_moves_the_cursor() {
        assert_eq!(shown("web \u{1b}[2J\n\u{202e}x"), "web \\u{1b}[2J\\u{a}\\u{202e}x");
        assert_eq!(shown("Büro 東京"), "Büro 東京");
    }
}
