use std::fmt::{self, Write};

/// Text out of a snapshot, for people to read.
///
/// Names, tags and descriptions are written by whoever owns the account. What would move the
/// cursor, break the line, turn the direction of writing or hide comes out as an escape.
///
/// ```
/// use reach_core::Visible;
///
/// assert_eq!(Visible::new("web \u{1b}[2J\n\u{202e}x").to_string(), r"web \u{1b}[2J\u{a}\u{202e}x");
/// assert_eq!(Visible::new("Büro 東京").to_string(), "Büro 東京");
/// assert_eq!(Visible::new("a`b").quotable().to_string(), r"a\u{60}b");
/// assert_eq!(Visible::new("a long name").at_most(6).to_string(), "a long…");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Visible<'a> {
    text: &'a str,
    quotable: bool,
    at_most: usize,
}

impl<'a> Visible<'a> {
    /// The whole text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, quotable: false, at_most: usize::MAX }
    }

    /// Fit to stand between backticks.
    #[must_use]
    pub const fn quotable(self) -> Self {
        Self { quotable: true, ..self }
    }

    /// Cut after this many characters of the text.
    #[must_use]
    pub const fn at_most(self, characters: usize) -> Self {
        Self { at_most: characters, ..self }
    }
}

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text.chars();
        for c in rest.by_ref().take(self.at_most) {
            if c.is_control() || is_invisible(c) || (self.quotable && c == '`') {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        if rest.next().is_some() { f.write_char('…') } else { Ok(()) }
    }
}

/// Characters that hide, join or reorder their neighbours, or that some programs break lines at.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
