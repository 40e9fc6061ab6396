//! PDF: the page printed by a browser that is installed here, within a time, leaving nothing behind.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::calendar::Date;
use crate::finding::Finding;

/// The words by which our own PDF is known again: they stand where the browser would name itself.
pub const MARK: &str = "stepback.plan/1";

/// How long a browser may take: a page takes two seconds, and a cold machine ten.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often we look whether it is done.
const BLINK: Duration = Duration::from_millis(20);

/// What browsers that can print without a window are called on the PATH.
const NAMES: [&str; 11] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "brave-browser",
    "chrome.exe",
    "msedge.exe",
];

/// Where they stand otherwise; `$NAME` at the start is a folder that the system names.
const PLACES: [&str; 15] = [
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
    "/usr/lib/chromium/chromium",
    "/var/lib/flatpak/exports/bin/org.chromium.Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "$HOME/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "$ProgramFiles/Google/Chrome/Application/chrome.exe",
    "$ProgramFiles(x86)/Google/Chrome/Application/chrome.exe",
    "$LocalAppData/Google/Chrome/Application/chrome.exe",
    "$ProgramFiles/Microsoft/Edge/Application/msedge.exe",
    "$ProgramFiles(x86)/Microsoft/Edge/Application/msedge.exe",
];

/// Prints a page with the browser that was named, or with the first that is found. The dates that a browser writes into
/// a file become the first day of the season, so that the same page printed by the same browser is the same file.
///
/// # Errors
/// A finding where there is no browser, or it does not print, or not in time.
#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
pub(super) fn print(html: &str, date: Date, browser: Option<&Path>) -> Result<Vec<u8>, Finding> {
    let browser = match browser {
        Some(named) => named.to_owned(),
        None => find().ok_or_else(|| Finding::error("no-browser"))?,
    };
    let pdf = print_with(&browser, html, PATIENCE)?;
    Ok(marked(pdf, date))
}

#[expect(clippy::result_large_err, reason = "a finding is made once, where the work ends")]
fn print_with(browser: &Path, html: &str, patience: Duration) -> Result<Vec<u8>, Finding> {
    let failed = |what: String| {
        Finding::error("browser-failed").with("browser", browser.display().to_string()).with("what", what)
    };
    let system = |error: std::io::Error| failed(error.to_string());
    // Page, profile and print stand in a folder that goes with everything in it, however this ends.
    let folder = tempfile::Builder::new().prefix("stepback-").tempdir().map_err(system)?;
    let (page, print) = (folder.path().join("page.html"), folder.path().join("page.pdf"));
    fs::write(&page, html).map_err(system)?;
    let said = fs::File::create(folder.path().join("said")).map_err(system)?;
    let mut command = Command::new(browser);
    command
        .args(["--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"])
        // A page fetches nothing; this keeps the browser itself at home as well.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .args(["--no-pdf-header-footer", "--generate-pdf-document-outline"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--print-to-pdf={}", print.display()));
    if is_root(folder.path()) {
        // Chromium refuses to run as root with its sandbox; anybody else keeps it.
        command.arg("--no-sandbox");
    }
    command.arg(address(&page)).stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
    let mut child = alone(&mut command).spawn().map_err(system)?;
    let ended = wait(&mut child, patience);
    // What a browser leaves running would write into the folder while it is taken away.
    end(&mut child);
    match ended {
        Err(error) => return Err(system(error)),
        Ok(None) => {
            let finding = Finding::error("browser-too-slow").with("browser", browser.display().to_string());
            return Err(finding.with("seconds", patience.as_secs()));
        }
        Ok(Some(_)) => {}
    }
    let mut pdf = Vec::new();
    match fs::File::open(&print).and_then(|mut file| file.read_to_end(&mut pdf)) {
        Ok(_) if pdf.starts_with(b"%PDF-") => Ok(pdf),
        _ => Err(failed(last_words(&folder.path().join("said")))),
    }
}

/// The last line that the browser said, in which it mostly says why.
fn last_words(path: &Path) -> String {
    let said = fs::read(path).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    last.chars().take(300).collect()
}

/// A browser on the PATH, or in one of the usual places.
fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    let on_path = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let elsewhere = PLACES.iter().filter_map(|place| match place.strip_prefix('$') {
        Some(place) => {
            let (name, rest) = place.split_once('/')?;
            Some(PathBuf::from(env::var_os(name)?).join(rest))
        }
        None => Some(PathBuf::from(place)),
    });
    on_path.chain(elsewhere).find(|path| can_run(path))
}

#[cfg(unix)]
fn can_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn can_run(path: &Path) -> bool {
    path.is_file()
}

/// Whether we are root: then so is the owner of what we have just made.
#[cfg(unix)]
fn is_root(made: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    made.metadata().is_ok_and(|about| about.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_made: &Path) -> bool {
    false
}

/// With a process group of its own, so that a browser can be ended with all its helpers.
#[cfg(unix)]
fn alone(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0)
}

#[cfg(not(unix))]
fn alone(command: &mut Command) -> &mut Command {
    command
}

/// Waits for a browser; nothing where it takes too long.
fn wait(child: &mut Child, patience: Duration) -> std::io::Result<Option<std::process::ExitStatus>> {
    let until = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        thread::sleep(BLINK);
    }
}

/// Ends a browser and its helpers, if they still run.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        let group = format!("-{}", child.id());
        let quiet =
            |command: &mut Command| command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        // Where there is no group any more, there is nothing to end.
        let _ = quiet(Command::new("kill").args(["-KILL", "--", &group]));
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A file as an address.
fn address(path: &Path) -> String {
    use std::fmt::Write as _;
    let path = path.display().to_string().replace('\\', "/");
    let mut address = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            write!(address, "%{byte:02X}").expect("a string takes every word");
        }
    }
    address
}

/// With our mark instead of the browser's name, and the season's first day instead of the clock. Nothing changes its
/// length, for a PDF finds its parts by their places.
fn marked(mut pdf: Vec<u8>, date: Date) -> Vec<u8> {
    if let Some(said) = string_after(&pdf, b"/Creator (")
        && said.len() >= MARK.len()
    {
        let mark = format!("{MARK:width$}", width = said.len());
        pdf[said].copy_from_slice(mark.as_bytes());
    }
    let day = format!("{:04}{:02}{:02}000000", date.year(), date.month(), date.day());
    for key in [&b"/CreationDate (D:"[..], b"/ModDate (D:"] {
        if let Some(said) = string_after(&pdf, key)
            && said.len() >= day.len()
        {
            pdf[said.start..said.start + day.len()].copy_from_slice(day.as_bytes());
        }
    }
    pdf
}

/// Where the text of a PDF's string stands, after the words that lead to it.
fn string_after(pdf: &[u8], words: &[u8]) -> Option<std::ops::Range<usize>> {
    let start = pdf.windows(words.len()).take(8192).position(|window| window == words)? + words.len();
    let mut escaped = false;
    let mut depth = 0;
    for (at, byte) in pdf.iter().enumerate().skip(start).take(2048) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(start..at),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_and_a_date_take_the_place_of_the_browsers_and_nothing_moves() {
        let pdf = b"%PDF-1.4\n<</Title (a) /Creator (Mozilla/5.0 \\(X11; Linux\\) Chrome) /CreationDate (D:20261122203000+00'00')>>";
        let ours = marked(pdf.to_vec(), "2026-11-16".parse().unwrap());
        assert_eq!(ours.len(), pdf.len());
        let text = String::from_utf8(ours).unwrap();
        assert!(text.contains("/Creator (stepback.plan/1 ") && text.contains("(D:20261116000000+00'00')"), "{text}");
        let other = b"%PDF-1.4 nothing of the kind".to_vec();
        assert_eq!(marked(other.clone(), "2026-11-16".parse().unwrap()), other);
    }

    #[test]
    fn a_file_is_an_address_whatever_its_name() {
        assert_eq!(address(Path::new("/tmp/a b/é.html")), "file:///tmp/a%20b/%C3%A9.html");
        assert_eq!(address(Path::new("C:\\Temp\\page.html")), "file:///C:/Temp/page.html");
    }

    /// A program that stands for a browser.
    #[cfg(unix)]
    fn browser(folder: &Path, does: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join("browser");
        fs::write(&path, format!("#!/bin/sh\n{does}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(unix)]
    #[test]
    fn a_browser_that_hangs_is_ended_with_all_its_helpers() {
        let folder = tempfile::tempdir().unwrap();
        let says = folder.path().join("pid");
        let slow = browser(folder.path(), &format!("sleep 300 &\necho $! > {}\nwait", says.display()));
        let start = Instant::now();
        let finding = print_with(&slow, "page", Duration::from_millis(700)).unwrap_err();
        assert_eq!(finding.code, "browser-too-slow");
        assert!(start.elapsed() < Duration::from_secs(20));
        let helper = fs::read_to_string(&says).unwrap();
        let alive = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", helper.trim())).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        };
        let until = Instant::now() + Duration::from_secs(5);
        while alive() && Instant::now() < until {
            thread::sleep(BLINK);
        }
        assert!(!alive(), "its helper still runs");
    }

    #[cfg(unix)]
    #[test]
    fn a_browser_that_prints_nothing_is_quoted_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let says = folder.path().join("args");
        let broken = browser(folder.path(), &format!("echo \"$@\" > {}\necho no display >&2\nexit 1", says.display()));
        let finding = print_with(&broken, "page", PATIENCE).unwrap_err();
        assert_eq!(finding.code, "browser-failed");
        assert_eq!(finding.args["what"], "no display");
        let args = fs::read_to_string(&says).unwrap();
        let profile = args.split("--user-data-dir=").nth(1).unwrap().split(' ').next().unwrap();
        assert!(!Path::new(profile).parent().unwrap().exists(), "{profile}");
        let missing = print_with(&folder.path().join("nowhere"), "page", PATIENCE).unwrap_err();
        assert_eq!(missing.code, "browser-failed");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_browser_prints_is_handed_on() {
        let folder = tempfile::tempdir().unwrap();
        let does = "for a in \"$@\"; do case $a in --print-to-pdf=*) printf '%%PDF-1.4 x' > \"${a#*=}\";; esac; done";
        let good = browser(folder.path(), does);
        assert_eq!(print_with(&good, "page", PATIENCE).unwrap(), b"%PDF-1.4 x");
    }
}
