//! The folder of a run: all of it appears at the end, or nothing does.
//!
//! A run writes to `.NAME.partial-PID` beside its target. When it succeeds, that folder is flushed
//! to disk and becomes the target, by one rename. Where the target exists, it is first renamed to
//! `.NAME.commit-PID`: from then on the run has happened, and what it wrote is moved into the
//! target piece by piece. A run killed before that leaves the target as it was; killed after, the
//! next run finishes the moving first. A lock on the folder tells a run that lives from one that
//! was killed; the system drops it with the process.

use crate::StoreError;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process;

/// Where a run writes until it has succeeded; removed with all in it if dropped before
/// [`commit`](Self::commit).
#[derive(Debug)]
pub struct OutputFolder {
    places: Places,
    partial: PathBuf,
    /// Held, not read: unlocked when dropped.
    _lock: File,
}

impl OutputFolder {
    /// Makes the folder in which a run writes, and clears away what killed runs left.
    ///
    /// `target` need not exist, nor the folder above it. Refused where it is a file, cannot be
    /// written to, or another run is writing to it.
    pub fn begin(target: &Path) -> Result<Self, StoreError> {
        let places = Places::of(target)?;
        places.clear_leftovers()?;
        let partial = places.named(PARTIAL, process::id());
        fs::create_dir(&partial).map_err(StoreError::io("create", &partial))?;
        let lock = File::open(&partial).map_err(StoreError::io("open", &partial))?;
        if is_locked_by_another(&lock) {
            // A run that began at the same moment is clearing this folder away.
            return Err(StoreError::Busy(places.target));
        }
        let folder = Self { places, partial, _lock: lock };
        folder.places.probe()?;
        Ok(folder)
    }

    /// Where to write; gone after [`commit`](Self::commit).
    pub fn path(&self) -> &Path {
        &self.partial
    }

    /// Writes a file of the run.
    #[expect(clippy::disallowed_methods, reason = "the store writes files, into a run's folder")]
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.partial.join(name);
        fs::write(&path, bytes).map_err(StoreError::io("write", &path))
    }

    /// Puts what was written in place.
    ///
    /// In a target that exists a file replaces the file of its name and a folder the whole folder
    /// of its name; all else stays.
    pub fn commit(self) -> Result<(), StoreError> {
        flush(&self.partial)?;
        let Places { target, base, .. } = &self.places;
        if target.exists() {
            let decided = self.places.named(COMMIT, process::id());
            rename(&self.partial, &decided)?;
            sync(base)?;
            put_in_place(&decided, target)
        } else {
            rename(&self.partial, target)?;
            sync(base)
        }
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        // After a commit there is nothing of this name. A failure cannot be told from here: the
        // next run's begin removes what is left, or tells why it cannot.
        fs::remove_dir_all(&self.partial).ok();
    }
}

const PARTIAL: &str = "partial";
const COMMIT: &str = "commit";

/// A target, and the folder in which runs for it are prepared.
#[derive(Debug)]
struct Places {
    target: PathBuf,
    /// On the file system of the target, so that renames are possible: the folder above, or the
    /// target itself where it is mounted there.
    base: PathBuf,
    name: OsString,
}

impl Places {
    fn of(target: &Path) -> Result<Self, StoreError> {
        let known = target.symlink_metadata().is_ok();
        if known && !target.is_dir() {
            return Err(StoreError::NotAFolder(target.to_owned()));
        }
        // Follows links and `..`, so that the folder above is the one above in truth.
        let target = if known {
            target.canonicalize().map_err(StoreError::io("read", target))?
        } else {
            target.to_owned()
        };
        let (Some(name), Some(above)) = (target.file_name(), target.parent()) else {
            return Err(StoreError::NoName(target));
        };
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        fs::create_dir_all(above).map_err(StoreError::io("create", above))?;
        let device = |path: &Path| {
            fs::metadata(path).map(|data| data.dev()).map_err(StoreError::io("read", path))
        };
        let mounted = known && device(&target)? != device(above)?;
        let base = if mounted { target.clone() } else { above.to_owned() };
        let name = name.to_owned();
        Ok(Self { target, base, name })
    }

    /// `.NAME.STAGE-PID`.
    fn named(&self, stage: &str, pid: u32) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(format!(".{stage}-{pid}"));
        self.base.join(name)
    }

    /// Removes the folders of runs killed while writing, and finishes those killed while
    /// committing.
    fn clear_leftovers(&self) -> Result<(), StoreError> {
        for path in entries(&self.base)? {
            let pid_of = |stage| self.pid_of(&path, stage);
            let (partial, commit) = (pid_of(PARTIAL).is_some(), pid_of(COMMIT).is_some());
            if !(partial || commit) || !is_folder(&path) {
                continue;
            }
            let lock = File::open(&path).map_err(StoreError::io("open", &path))?;
            if is_locked_by_another(&lock) {
                return Err(StoreError::Busy(self.target.clone()));
            }
            if commit && self.target.exists() {
                put_in_place(&path, &self.target)?;
            } else {
                fs::remove_dir_all(&path).map_err(StoreError::io("remove", &path))?;
            }
        }
        Ok(())
    }

    /// The process id in a name made by [`named`](Self::named).
    fn pid_of(&self, path: &Path, stage: &str) -> Option<u32> {
        let name = path.file_name()?.to_str()?;
        let pid = name.strip_prefix('.')?.strip_prefix(self.name.to_str()?)?;
        pid.strip_prefix('.')?.strip_prefix(stage)?.strip_prefix('-')?.parse().ok()
    }

    /// Finds out before a long run whether its end could be put in place.
    fn probe(&self) -> Result<(), StoreError> {
        if !self.target.exists() || self.base == self.target {
            return Ok(());
        }
        let probe = self.target.join(format!(".greenchain-probe-{}", process::id()));
        fs::create_dir(&probe).map_err(StoreError::io("write to", &self.target))?;
        fs::remove_dir(&probe).map_err(StoreError::io("write to", &self.target))
    }
}

/// Moves all of `from` into `target` and removes `from`; done again after an interruption, it
/// goes on where it stopped.
fn put_in_place(from: &Path, target: &Path) -> Result<(), StoreError> {
    for new in entries(from)? {
        let name = new.file_name().unwrap_or(OsStr::new(""));
        if name.as_encoded_bytes().starts_with(REPLACED.as_bytes()) {
            continue;
        }
        let place = target.join(name);
        // A rename replaces a file in one step, but not a folder that holds something: that is
        // moved out of the way first, and goes when `from` goes.
        if is_folder(&place) || (is_folder(&new) && place.symlink_metadata().is_ok()) {
            let mut aside = OsString::from(REPLACED);
            aside.push(name);
            rename(&place, &from.join(aside))?;
        }
        rename(&new, &place)?;
    }
    sync(target)?;
    fs::remove_dir_all(from).map_err(StoreError::io("remove", from))
}

/// Begins the name of what was moved out of the way.
const REPLACED: &str = ".replaced-";

/// Not a link to a folder: that is replaced like a file.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_dir())
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
        .map_err(StoreError::io("read", folder))?;
    paths.sort();
    Ok(paths)
}

/// Takes the lock of a folder; true where another process, or another run of this one, has it.
fn is_locked_by_another(folder: &File) -> bool {
    // A file system without locks cannot tell a live run: there every leftover counts as killed.
    matches!(folder.try_lock(), Err(TryLockError::WouldBlock))
}

fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(StoreError::io("replace", to))
}

/// Forces all of a folder to disk, files before the folders that name them.
fn flush(folder: &Path) -> Result<(), StoreError> {
    for path in entries(folder)? {
        if is_folder(&path) { flush(&path)? } else { sync(&path)? }
    }
    sync(folder)
}

/// Forces a file, or the names in a folder, to disk.
fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(StoreError::io("flush", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// By path: files with their text, links with their end, empty folders.
    fn tree(folder: &Path) -> Vec<String> {
        let mut all = Vec::new();
        for path in entries(folder).unwrap() {
            let name = path.file_name().unwrap().to_str().unwrap();
            if is_folder(&path) {
                let below = tree(&path);
                all.extend(below.iter().map(|file| format!("{name}/{file}")));
                all.extend(below.is_empty().then(|| format!("{name}/")));
            } else if let Ok(to) = path.read_link() {
                all.push(format!("{name} -> {}", to.display()));
            } else {
                let text = std::io::read_to_string(File::open(&path).unwrap()).unwrap();
                all.push(format!("{name}: {text}"));
            }
        }
        all
    }

    /// What a first run and its user left: `out/` with two files, a ledger of two parts, notes.
    fn earlier_run(scratch: &Scratch) -> (PathBuf, Vec<String>) {
        let target = scratch.path().join("out");
        for (name, text) in [
            ("notes.txt", "mine"),
            ("summary.json", "old"),
            ("ledger/part-0.parquet", "old"),
            ("ledger/part-1.parquet", "old"),
        ] {
            write(&target.join(name), text);
        }
        (target, tree(scratch.path()))
    }

    fn write_run(folder: &Path) {
        write(&folder.join("summary.json"), "new");
        write(&folder.join("report.html"), "new");
        write(&folder.join("ledger/part-0.parquet"), "new");
    }

    const BOTH_RUNS: [&str; 4] = [
        "out/ledger/part-0.parquet: new",
        "out/notes.txt: mine",
        "out/report.html: new",
        "out/summary.json: new",
    ];
    const SECOND_RUN: [&str; 3] =
        ["out/ledger/part-0.parquet: new", "out/report.html: new", "out/summary.json: new"];

    #[test]
    fn a_new_target_appears_whole() {
        let scratch = Scratch::new("new-target");
        let target = scratch.path().join("not/yet/out");
        let folder = OutputFolder::begin(&target).unwrap();
        write_run(folder.path());
        assert!(!target.exists(), "nothing is there before the commit");
        folder.commit().unwrap();
        assert_eq!(tree(target.parent().unwrap()), SECOND_RUN);
    }

    #[test]
    fn in_a_target_that_existed_only_what_was_written_is_replaced() {
        let scratch = Scratch::new("existing-target");
        let (target, before) = earlier_run(&scratch);
        let folder = OutputFolder::begin(&target).unwrap();
        write_run(folder.path());
        let meanwhile: Vec<_> =
            tree(scratch.path()).into_iter().filter(|file| file.starts_with("out/")).collect();
        assert_eq!(meanwhile, before, "the target is as it was before the commit");
        folder.commit().unwrap();
        assert_eq!(tree(scratch.path()), BOTH_RUNS, "of the old ledger nothing is left");
    }

    #[test]
    fn a_file_and_a_folder_of_one_name_replace_each_other() {
        let scratch = Scratch::new("kinds");
        let target = scratch.path().join("out");
        write(&target.join("a/inner"), "old");
        write(&target.join("b"), "old");
        let folder = OutputFolder::begin(&target).unwrap();
        write(&folder.path().join("a"), "new");
        write(&folder.path().join("b/inner"), "new");
        folder.commit().unwrap();
        assert_eq!(tree(&target), ["a: new", "b/inner: new"]);
    }

    #[test]
    fn a_run_that_gives_up_leaves_the_target_as_it_was() {
        let scratch = Scratch::new("gives-up");
        let (target, before) = earlier_run(&scratch);
        let folder = OutputFolder::begin(&target).unwrap();
        write_run(folder.path());
        drop(folder);
        assert_eq!(tree(scratch.path()), before);
    }

    /// Set in the process that [`a_killed_run_leaves_the_target_as_it_was`] kills.
    const TARGET_OF_CHILD: &str = "GREENCHAIN_STORE_TEST_TARGET";

    #[test]
    #[ignore = "the child of a_killed_run_leaves_the_target_as_it_was"]
    fn child_that_waits_to_be_killed() {
        let target = std::env::var_os(TARGET_OF_CHILD).expect("started by the other test");
        let folder = OutputFolder::begin(Path::new(&target)).unwrap();
        write_run(folder.path());
        std::io::stderr().write_all(b"written\n").unwrap();
        std::io::stdin().read_line(&mut String::new()).unwrap();
        folder.commit().unwrap();
    }

    #[test]
    fn a_killed_run_leaves_the_target_as_it_was() {
        let scratch = Scratch::new("killed");
        let (target, before) = earlier_run(&scratch);
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("output::tests::child_that_waits_to_be_killed")
            .env(TARGET_OF_CHILD, &target)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
        let second = OutputFolder::begin(&target).map(|_| ());
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(said, "written\n");
        assert!(matches!(second, Err(StoreError::Busy(_))), "while a run lives: {second:?}");
        assert_ne!(tree(scratch.path()), before, "the killed run could not clean up");
        let next = OutputFolder::begin(&target).unwrap();
        assert_eq!(entries(next.path()).unwrap(), [""; 0].map(PathBuf::from), "a fresh start");
        drop(next);
        assert_eq!(tree(scratch.path()), before, "the next run has cleared the leftovers");
    }

    #[test]
    fn a_run_killed_while_committing_is_finished_by_the_next() {
        let scratch = Scratch::new("half-committed");
        let (target, _) = earlier_run(&scratch);
        let decided = scratch.path().join(".out.commit-4242");
        write_run(&decided);
        fs::rename(target.join("ledger"), decided.join(".replaced-ledger")).unwrap();
        fs::rename(decided.join("report.html"), target.join("report.html")).unwrap();
        drop(OutputFolder::begin(&target).unwrap());
        assert_eq!(tree(scratch.path()), BOTH_RUNS);
    }

    #[test]
    fn only_leftovers_of_this_target_are_cleared() {
        let scratch = Scratch::new("neighbours");
        for name in [".out.partial-notes", ".outer.partial-7", "out.partial-7"] {
            write(&scratch.path().join(name).join("file"), "kept");
        }
        write(&scratch.path().join(".out.partial-8"), "a file is no leftover");
        let before = tree(scratch.path());
        write(&scratch.path().join(".out.partial-7/file"), "left by a killed run");
        drop(OutputFolder::begin(&scratch.path().join("out")).unwrap());
        assert_eq!(tree(scratch.path()), before);
    }

    #[test]
    fn targets_that_cannot_be_are_refused_at_the_start() {
        let scratch = Scratch::new("refused");
        let (file, link) = (scratch.path().join("file"), scratch.path().join("link"));
        write(&file, "a file");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let before = tree(scratch.path());
        for (target, expect, why) in [
            (file.clone(), "is not a folder", "a file"),
            (link, "is not a folder", "a link to nothing"),
            (file.join("out"), "cannot create", "below a file"),
            (PathBuf::from("/proc/greenchain-out"), "cannot create", "nobody may write there"),
            (PathBuf::from("/"), "cannot be an output folder", "the root has no name"),
        ] {
            let error = OutputFolder::begin(&target).expect_err(why).to_string();
            assert!(error.contains(expect), "{why}: {error}");
        }
        assert_eq!(tree(scratch.path()), before, "a refusal leaves nothing behind");
    }
}
