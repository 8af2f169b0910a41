//! The text of Suricata rules: `action protocol source port -> destination port (options)`.

/// A rule in words, from a line of text or from the fields that the API has for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Written<'a> {
    pub(super) action: &'a str,
    pub(super) protocol: &'a str,
    pub(super) source: &'a str,
    pub(super) source_port: &'a str,
    /// `<>` rather than `->`.
    pub(super) both_ways: bool,
    pub(super) destination: &'a str,
    pub(super) destination_port: &'a str,
    /// Keyword and value.
    pub(super) options: Vec<(&'a str, &'a str)>,
}

impl Written<'_> {
    /// `sid` as evidence names it.
    pub(super) fn name(&self) -> String {
        let sid = self.options.iter().find(|(keyword, _)| keyword.eq_ignore_ascii_case("sid"));
        sid.map_or_else(|| "no sid".to_owned(), |(_, value)| format!("sid {value}"))
    }
}

/// The rules of a text, one a line; a backslash at the end of a line goes on with the next.
pub(super) fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut begun = String::new();
    for line in text.lines() {
        match line.trim_end().strip_suffix('\\') {
            Some(part) => begun.push_str(part),
            None => {
                begun.push_str(line);
                lines.push(std::mem::take(&mut begun));
            }
        }
    }
    lines.push(begun);
    lines.retain(|line| !matches!(line.trim_start().chars().next(), None | Some('#')));
    lines
}

/// Reads one rule; `None` when it has another form.
pub(super) fn parse(line: &str) -> Option<Written<'_>> {
    let (header, options) = match line.split_once('(') {
        Some((header, rest)) => (header, options(rest.trim_end().strip_suffix(')')?)?),
        None => (line, Vec::new()),
    };
    let words = words(header);
    let [action, protocol, source, source_port, arrow, destination, destination_port] =
        words.as_slice()
    else {
        return None;
    };
    let both_ways = match *arrow {
        "->" => false,
        "<>" => true,
        _ => return None,
    };
    Some(Written {
        action,
        protocol,
        source,
        source_port,
        both_ways,
        destination,
        destination_port,
        options,
    })
}

/// Splits at spaces that stand in no list.
fn words(header: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    header
        .split(move |letter: char| {
            match letter {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && letter.is_whitespace()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// Splits `keyword:value; keyword;` at semicolons that are neither quoted nor escaped.
fn options(text: &str) -> Option<Vec<(&str, &str)>> {
    let (mut quoted, mut escaped) = (false, false);
    let mut found = Vec::new();
    let mut parts = text
        .split(move |letter: char| {
            let plain = !escaped;
            escaped = plain && letter == '\\';
            if plain && letter == '"' {
                quoted = !quoted;
            }
            plain && !quoted && letter == ';'
        })
        .map(str::trim)
        .peekable();
    while let Some(part) = parts.next() {
        // The last option ends with a semicolon too.
        if parts.peek().is_none() {
            return part.is_empty().then_some(found);
        }
        let (keyword, value) = part.split_once(':').unwrap_or((part, ""));
        if keyword.trim().is_empty() {
            return None;
        }
        found.push((keyword.trim(), value.trim()));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read() {
        let line = r#"drop tls [10.0.0.0/8, !10.1.0.0/16] any <> $EXTERNAL_NET [443, 8443] (msg:"a; \"b\" (c)"; tls.sni; content:"x.org"; endswith; sid:7; rev:1;)"#;
        let rule = parse(line).unwrap();
        assert_eq!(rule.name(), "sid 7");
        assert_eq!((rule.action, rule.protocol, rule.both_ways), ("drop", "tls", true));
        assert_eq!(rule.source, "[10.0.0.0/8, !10.1.0.0/16]");
        assert_eq!((rule.source_port, rule.destination), ("any", "$EXTERNAL_NET"));
        assert_eq!(rule.destination_port, "[443, 8443]");
        let expected = [
            ("msg", r#""a; \"b\" (c)""#),
            ("tls.sni", ""),
            ("content", r#""x.org""#),
            ("endswith", ""),
            ("sid", "7"),
            ("rev", "1"),
        ];
        assert_eq!(rule.options, expected);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        for line in [
            "pass tcp any any -> any",
            "pass tcp any any -> any 443 (sid:1)",
            "pass tcp any any -> any 443 (sid:1;",
            "pass tcp any any - any 443 (sid:1;)",
            "pass tcp any any <- any 443 (sid:1;)",
            "pass tcp any -> any 443 (sid:1;)",
            r#"pass tcp any any -> any 443 (msg:"open; sid:1;)"#,
            "pass tcp any any -> any 443 (; sid:1;)",
            "(",
            "",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn comments_and_empty_lines_are_no_rules() {
        let text = "# a comment\n\n  # another\r\npass tcp any any \\\n -> any any (sid:1;)\r\nend";
        assert_eq!(lines(text), ["pass tcp any any  -> any any (sid:1;)", "end"]);
    }
}
