//! Names and keys come from whoever made the snapshot; messages end up on terminals and in pages.

/// The longest key or value that a message repeats, in characters.
const SHORT: usize = 64;

/// The longest file name that a message repeats, in characters.
const LONG: usize = 512;

/// A key or a value fit for a message between backticks.
pub(crate) fn shown(text: &str) -> String {
    clean(text, SHORT, true)
}

/// A file name fit for a message.
pub(crate) fn shown_name(name: &str) -> String {
    clean(name, LONG, false)
}

/// A whole message that may repeat hostile text.
pub(crate) fn shown_message(message: &str) -> String {
    clean(message, LONG, false)
}

fn clean(text: &str, longest: usize, quoted: bool) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len().min(longest));
    for c in chars.by_ref().take(longest) {
        if c.is_control() || is_invisible(c) || (quoted && c == '`') {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// Characters that hide, join or reorder their neighbours.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_spelled_out() {
        assert_eq!(shown("a\u{1b}[31m\n\u{202e}b`"), r"a\u{1b}[31m\u{a}\u{202e}b\u{60}");
        assert_eq!(shown("Ünïcödé 漢"), "Ünïcödé 漢");
    }

    #[test]
    fn long_text_is_cut_at_a_character() {
        let cut = shown(&"ü".repeat(1000));
        assert_eq!(cut.chars().count(), SHORT + 1);
        assert!(cut.ends_with('…'));
    }
}
