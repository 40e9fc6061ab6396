//! HTML: what makes a value print as typed, in text, in CSS, and a coach's colour that can be read.

use std::borrow::Cow;

use super::MARK;

/// The finished file: the document type and the mark, then the page.
pub(super) fn page(body: &str) -> String {
    format!("<!doctype html>{MARK}\n{}\n", body.trim())
}

/// A text that HTML and SVG print as typed, between tags and in quoted attributes.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || c.is_control() && c != '\n' && c != '\t';
    if !text.contains(special) {
        return Cow::from(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if special(c) => out.push(' '),
            c => out.push(c),
        }
    }
    Cow::from(out)
}

/// A text as a quoted CSS string that cannot end the string, the rule or the style element.
pub(super) fn css_string(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("\"");
    for c in text.chars() {
        if c.is_control() {
            out.push(' ');
        } else if c.is_alphanumeric() || " .,·:–-()".contains(c) {
            out.push(c);
        } else {
            write!(out, "\\{:x} ", u32::from(c)).expect("a string takes every word");
        }
    }
    out.push('"');
    out
}

/// Red, green and blue, 0 to 255.
type Rgb = [f64; 3];

/// A coach's colour, darkened for white paper and lightened for the dark screen until it reads well: contrast 4.5.
pub(super) fn readable(colour: &str) -> Option<[String; 2]> {
    let digits = colour.strip_prefix('#')?;
    let full: String = match digits.len() {
        3 => digits.chars().flat_map(|c| [c, c]).collect(),
        6 => digits.to_owned(),
        _ => return None,
    };
    if !full.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let part = |at: usize| u8::from_str_radix(&full[at..at + 2], 16).ok().map(f64::from);
    let rgb = [part(0)?, part(2)?, part(4)?];
    Some([until_readable(rgb, [255.0; 3], 0.0), until_readable(rgb, [17.0, 23.0, 28.0], 255.0)])
}

fn until_readable(rgb: Rgb, paper: Rgb, towards: f64) -> String {
    let mixed = (0..=20)
        .map(|step| rgb.map(|c| c + (towards - c) * f64::from(step) / 20.0))
        .find(|mixed| contrast(*mixed, paper) >= 4.5)
        .unwrap_or([towards; 3]);
    format!("#{:02x}{:02x}{:02x}", mixed[0].round() as u8, mixed[1].round() as u8, mixed[2].round() as u8)
}

/// Contrast of two colours, 1 to 21 (WCAG 2.2).
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance of a colour, 0 to 1 (WCAG 2.2).
fn luminance(rgb: Rgb) -> f64 {
    let [r, g, b] = rgb.map(|c| {
        let c = c / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(colour: &str) -> Rgb {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()))
    }

    #[test]
    fn css_strings_cannot_be_left() {
        assert_eq!(css_string("Sara's \"plan\""), "\"Sara\\27 s \\22 plan\\22 \"");
        assert!(!css_string("</style><script>\\\n").contains(['<', '>', '\n', '/']));
    }

    #[test]
    fn a_coachs_colour_is_made_readable_on_both_papers_or_refused() {
        let [light, dark] = readable("#ffe97a").unwrap();
        assert!(contrast(rgb(&light), [255.0; 3]) >= 4.5, "{light}");
        assert!(contrast(rgb(&dark), [17.0, 23.0, 28.0]) >= 4.5, "{dark}");
        assert_eq!(readable("#0a5").map(|[light, _]| light.len()), Some(7));
        for wrong in ["red", "#12345", "#12345g", "#fff;}body{display:none", "#é12"] {
            assert_eq!(readable(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_shipped_colours_read_well_by_day_and_by_night() {
        let css = include_str!("../../templates/print.css");
        let colour = |name: &str, nth: usize| {
            let key = format!("--{name}:");
            let at = css.match_indices(&key).nth(nth).unwrap_or_else(|| panic!("{name}")).0 + key.len();
            rgb(css[at..].trim_start().get(..7).unwrap())
        };
        for scheme in [0, 1] {
            for (ink, paper, least) in [
                ("ink", "paper", 7.0),
                ("soft", "paper", 4.5),
                ("soft", "tint", 4.5),
                ("ink", "gift", 7.0),
                ("soft", "gift", 4.5),
                ("reset", "gift", 4.5),
                ("reset", "paper", 4.5),
                ("build", "paper", 4.5),
                ("heat", "paper", 3.0),
                ("race", "paper", 4.5),
            ] {
                let got = contrast(colour(ink, scheme), colour(paper, scheme));
                assert!(got >= least, "{ink} on {paper} in scheme {scheme}: {got:.2}");
            }
        }
    }
}
