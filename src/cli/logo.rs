//! A coach's logo, read from beside the request and carried inside the plan.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::finding::Finding;
use crate::render::picture::{self, data_address};
use crate::request::Request;

/// Puts the picture itself where the request names its file.
///
/// # Errors
/// A finding where the file cannot be read, lies outside the folder of the request, is too large or no picture.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
pub(super) fn embed(request: &mut Request, path: &Path) -> Result<(), Finding> {
    let Some(logo) = request.coach.as_mut().and_then(|coach| coach.logo.as_mut()) else { return Ok(()) };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    logo.value = read(folder, &logo.value).map_err(|finding| finding.at(logo.place.clone()))?;
    Ok(())
}

/// The picture of a file inside a folder, as a `data:` address.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
fn read(folder: &Path, name: &str) -> Result<String, Finding> {
    let found = |code: &str| Finding::error(code).with("got", name);
    let unread = |error: std::io::Error| found("logo-unread").with("what", error.to_string());
    let root = folder.canonicalize().map_err(unread)?;
    // A link is followed before it is judged, so that none leads out.
    let file = folder.join(name).canonicalize().map_err(unread)?;
    if !file.starts_with(&root) {
        return Err(found("logo-outside"));
    }
    if !file.is_file() {
        return Err(found("logo-unread").with("what", ""));
    }
    let mut bytes = Vec::new();
    fs::File::open(&file).and_then(|file| file.take(picture::LARGEST + 1).read_to_end(&mut bytes)).map_err(unread)?;
    if bytes.len() as u64 > picture::LARGEST {
        return Err(found("logo-too-large").with("most", picture::LARGEST / 1024));
    }
    data_address(&bytes).ok_or_else(|| found("logo-no-picture"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_read_from_the_folder_of_the_request_and_from_nowhere_else() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.svg"), "<svg/>").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let inside = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        inside("logo.svg", b"<svg/>");
        inside("text.png", b"no picture");
        inside("big.svg", format!("<svg>{}</svg>", " ".repeat(300 * 1024)).as_bytes());
        assert!(read(folder.path(), "logo.svg").unwrap().starts_with("data:image/svg+xml;base64,"));
        let up = format!("../{}/secret.svg", outside.path().file_name().unwrap().to_string_lossy());
        let whole = outside.path().join("secret.svg").display().to_string();
        for (name, code) in [
            ("text.png", "logo-no-picture"),
            ("big.svg", "logo-too-large"),
            ("nowhere.svg", "logo-unread"),
            (".", "logo-unread"),
            (&up, "logo-outside"),
            (&whole, "logo-outside"),
        ] {
            assert_eq!(read(folder.path(), name).unwrap_err().code, code, "{name}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&whole, folder.path().join("link.svg")).unwrap();
            assert_eq!(read(folder.path(), "link.svg").unwrap_err().code, "logo-outside");
        }
    }
}
