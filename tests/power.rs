//! Files when the power goes: a run that is killed at any moment, a disk that is full. What stands in its place is the old
//! file or the new one, whole.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::{home, inside, stepback};

/// A folder with the request of a story in it, as `sara.toml`, and its plans in kilometres and in miles.
fn desk() -> (TempDir, [Vec<Vec<u8>>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(home("plans/dubai-half-winter/request.toml"), folder.path().join("sara.toml")).unwrap();
    let plans = ["mi", "km"].map(|units| {
        let output = stepback(folder.path(), &["plan", "sara.toml", "-f", "md,html,json,ics", "--units", units]);
        assert!(output.status.success());
        read(folder.path())
    });
    (folder, plans)
}

const FILES: [&str; 4] = ["sara.md", "sara.html", "sara.json", "sara.ics"];

fn read(folder: &Path) -> Vec<Vec<u8>> {
    FILES.iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

fn unfinished(folder: &Path) -> usize {
    inside(folder).iter().filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(".stepback-")).count()
}

#[test]
fn a_run_that_is_killed_leaves_the_old_file_or_the_new_one_whole() {
    let (folder, plans) = desk();
    let mut killed = 0;
    for turn in 0..40_u64 {
        let units = ["mi", "km"][usize::try_from(turn % 2).unwrap()];
        let mut run = Command::new(env!("CARGO_BIN_EXE_stepback"))
            .current_dir(folder.path())
            .args(["plan", "sara.toml", "-f", "md,html,json,ics", "--units", units])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Moments all over a run, which takes some tens of milliseconds or some hundred.
        std::thread::sleep(Duration::from_micros(turn * turn * 251));
        killed += usize::from(run.try_wait().unwrap().is_none());
        run.kill().unwrap();
        run.wait().unwrap();
        for ((name, now), (miles, km)) in FILES.iter().zip(read(folder.path())).zip(plans[0].iter().zip(&plans[1])) {
            assert!(now == *miles || now == *km, "{name} is neither the old nor the new one");
        }
    }
    assert!(killed > 5, "only {killed} runs were killed while they ran");
    // What such runs leave is hidden, is in nobody's way, and goes once it is old.
    for path in inside(folder.path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with(".stepback-") || name == "sara.toml" || FILES.contains(&name.as_str()), "{name}");
        if name.starts_with(".stepback-") {
            let file = fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(file.metadata().unwrap().modified().unwrap() - Duration::from_secs(2 * 3600)).unwrap();
        }
    }
    assert!(stepback(folder.path(), &["plan", "sara.toml", "-f", "md"]).status.success());
    assert_eq!(unfinished(folder.path()), 0);
}

#[test]
fn a_roster_that_is_killed_leaves_whole_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut roster = "name,weekly,days,start\n".to_owned();
    roster.extend((0..60).map(|n| format!("Ann {n},{} km,mon wed sat,2027-01-04\n", 20 + n % 20)));
    fs::write(folder.path().join("all.csv"), roster).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder.path())
        .args(["plan", "all.csv", "-o", "plans", "-f", "json"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..2000 {
        if fs::read_dir(folder.path().join("plans")).is_ok_and(|plans| plans.count() > 5) {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let whole = |path: &Path| serde_json::from_slice::<serde_json::Value>(&fs::read(path).unwrap()).is_ok();
    let plans = inside(&folder.path().join("plans"));
    let plans: Vec<_> = plans.iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect();
    assert!(!plans.is_empty());
    assert!(plans.iter().all(|path| whole(path)));
}

/// A disk of some bytes; none where this machine lets nobody make one.
struct Disk(TempDir);

impl Disk {
    fn of(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_leaves_the_old_file_and_says_so() {
    let Some(disk) = Disk::of("512k") else {
        println!("skipped: no disk can be mounted here");
        return;
    };
    let (folder, _) = desk();
    let out = disk.0.path();
    let plan = |formats: &str, units: &str| {
        let out = out.to_str().unwrap();
        stepback(folder.path(), &["plan", "sara.toml", "-o", out, "-f", formats, "--units", units])
    };
    assert!(plan("md,ics", "km").status.success());
    let before = ["sara.md", "sara.ics"].map(|name| fs::read(out.join(name)).unwrap());
    // Somebody else takes what is left.
    let _ = fs::write(out.join("holiday.jpg"), vec![7; 1 << 20]);
    let output = plan("md,ics", "mi");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the disk is full; nothing was written"), "{said}");
    let after = ["sara.md", "sara.ics"].map(|name| fs::read(out.join(name)).unwrap());
    assert!(before == after, "the old files stay as they were");
    assert_eq!(unfinished(out), 0);
}

#[test]
fn output_that_cannot_be_taken_is_told() {
    let (folder, _) = desk();
    let full = fs::File::options().write(true).open("/dev/full");
    let Ok(full) = full else {
        println!("skipped: this system has no device that is always full");
        return;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_stepback"))
        .current_dir(folder.path())
        .args(["plan", "sara.toml", "-f", "json", "-o", "-"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the disk is full"));
}
