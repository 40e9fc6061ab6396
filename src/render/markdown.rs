//! Markdown: what makes a value print as typed, and the last tidying of a page.

use super::MARK;

/// The name of this escaping among the engine's.
pub(super) const ESCAPE: &str = "markdown";

/// The finished file: the mark, then the page without trailing blanks and with single empty lines.
pub(super) fn page(body: &str) -> String {
    let mut page = String::with_capacity(body.len() + 64);
    page.push_str(MARK);
    page.push('\n');
    let mut blank = false;
    for line in body.lines().map(str::trim_end) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank || page.len() == MARK.len() + 1 {
            page.push('\n');
        }
        blank = false;
        page.push_str(line);
        page.push('\n');
    }
    page
}

/// A text that GitHub-flavoured Markdown prints as typed, in a table cell too; on one line.
pub(super) fn escape(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 8);
    for word in text.split(|c: char| c.is_whitespace() && c != '\u{a0}' || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        for (at, c) in word.char_indices() {
            // A bare address would swallow the backslash of what follows it, so it is kept from becoming a link.
            let address = c == ':' && word[at..].starts_with("://")
                || c == '.' && word[..at].to_ascii_lowercase().ends_with("www");
            if address || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' | '&' | '$') {
                line.push('\\');
            }
            line.push(c);
        }
    }
    match special_start(&line) {
        Some(at) => format!("{}\\{}", &line[..at], &line[at..]),
        None => line,
    }
}

/// Where a backslash is wanted so that a line does not start a heading, a quote, a list or a rule.
fn special_start(line: &str) -> Option<usize> {
    let first = line.chars().next()?;
    if matches!(first, '#' | '>') {
        return Some(0);
    }
    if matches!(first, '-' | '+' | '=') {
        let rest = line.trim_start_matches(first);
        return (rest.is_empty() || rest.starts_with(' ')).then_some(0);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let after = &line[digits..];
    (digits > 0 && (after.starts_with(". ") || after.starts_with(") ") || after == "." || after == ")"))
        .then_some(digits)
}

/// A text as a code span, whatever ticks it holds.
pub(super) fn code(text: &str) -> String {
    let text = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    let text = text.collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_escaped_for_markdown() {
        assert_eq!(escape("<b>|"), "\\<b>\\|");
        assert_eq!(escape("=HYPERLINK(\"x\")"), "=HYPERLINK(\"x\")");
        assert_eq!(escape("# one\n\ntwo"), "\\# one two");
        assert_eq!(escape("- a list"), "\\- a list");
        assert_eq!(escape("12. a list"), "12\\. a list");
        assert_eq!(escape("---"), "\\---");
        assert_eq!(escape("*_`~[x]"), "\\*\\_\\`\\~\\[x\\]");
        assert_eq!(escape("    four blanks"), "four blanks");
        assert_eq!(escape("http://x/<b>"), "http\\://x/\\<b>");
        assert_eq!(escape("www.x/<b>"), "www\\.x/\\<b>");
        assert_eq!(escape("سارة"), "سارة");
        assert_eq!(escape("12.5 km, 3 × 8 min"), "12.5 km, 3 × 8 min");
    }

    #[test]
    fn code_spans_hold_ticks_and_bars() {
        assert_eq!(code("rules/heat.toml:5"), "`rules/heat.toml:5`");
        assert_eq!(code("a``b|c"), "```a``b\\|c```");
        assert_eq!(code("`x"), "`` `x ``");
    }

    #[test]
    fn a_page_has_single_empty_lines_and_no_trailing_blanks() {
        assert_eq!(page("\n\n# A  \n\n\n\ntext\n\n"), format!("{MARK}\n\n# A\n\ntext\n"));
    }
}
