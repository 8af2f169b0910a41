//! Names and keys come from whoever made the snapshot; messages end up on terminals and in pages.

use reach_core::Visible;

/// The longest key or value that a message repeats, in characters.
const SHORT: usize = 64;

/// The longest file name that a message repeats, in characters.
const LONG: usize = 512;

/// A key or a value fit for a message between backticks.
pub(crate) fn shown(text: &str) -> String {
    Visible::new(text).quotable().at_most(SHORT).to_string()
}

/// A file name fit for a message.
pub(crate) fn shown_name(name: &str) -> String {
    Visible::new(name).at_most(LONG).to_string()
}

/// A whole message that may repeat hostile text.
pub(crate) fn shown_message(message: &str) -> String {
    Visible::new(message).at_most(LONG).to_string()
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
