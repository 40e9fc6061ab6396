//! A coach's logo: a small picture carried inside the page, so that nothing is fetched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The most bytes a logo may have: a page is printed and mailed, and a photograph would be most of it.
pub const LARGEST: u64 = 256 * 1024;

/// A picture as a `data:` address; none where it is neither PNG, JPEG nor SVG.
#[must_use]
pub fn data_address(bytes: &[u8]) -> Option<String> {
    kind(bytes).map(|kind| format!("data:image/{kind};base64,{}", STANDARD.encode(bytes)))
}

/// Whether this is a `data:` address as [`data_address`] makes them: a plan may come from anywhere.
#[must_use]
pub fn is_picture(address: &str) -> bool {
    let parts = address.strip_prefix("data:image/").and_then(|rest| rest.split_once(";base64,"));
    parts.is_some_and(|(said, data)| {
        data.len() as u64 <= LARGEST / 3 * 4 + 4
            && STANDARD.decode(data).is_ok_and(|bytes| kind(&bytes).is_some_and(|is| is == said))
    })
}

/// The kind of a picture, told by how it begins and never by its name.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("png");
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some("jpeg");
    }
    // As an image, an SVG runs no script and loads nothing, whatever it holds.
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    (text.starts_with("<svg") || (text.starts_with("<?xml") || text.starts_with("<!--")) && text.contains("<svg"))
        .then_some("svg+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_told_by_its_bytes() {
        for (bytes, wanted) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], Some("data:image/png;base64,")),
            (&[0xff, 0xd8, 0xff, 0xe0], Some("data:image/jpeg;base64,")),
            (
                b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                Some("data:image/svg+xml;base64,"),
            ),
            (b"<svg/>", Some("data:image/svg+xml;base64,")),
            (b"<html><svg/></html>", None),
            (b"GIF89a", None),
            (b"", None),
        ] {
            let address = data_address(bytes);
            assert_eq!(address.is_some(), wanted.is_some());
            if let (Some(address), Some(wanted)) = (address, wanted) {
                assert!(address.starts_with(wanted), "{address}");
                assert!(is_picture(&address));
            }
        }
    }

    #[test]
    fn an_address_that_is_no_picture_of_ours_is_known() {
        let svg = STANDARD.encode("<svg/>");
        for wrong in [
            "https://example.org/logo.png".to_owned(),
            format!("data:text/html;base64,{svg}"),
            format!("data:image/png;base64,{svg}"),
            "data:image/svg+xml;base64,\"onload=x".to_owned(),
            "data:image/svg+xml,<svg/>".to_owned(),
            "logo.png".to_owned(),
        ] {
            assert!(!is_picture(&wrong), "{wrong}");
        }
    }
}
