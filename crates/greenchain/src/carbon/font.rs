//! A font with the report's letters, from the system or as named.

use super::args::Lang;
use crate::folder;
use anyhow::{Result, bail};
use report::esg::Report;
use std::path::{Path, PathBuf};

/// Where systems keep fonts.
const FOLDERS: [&str; 4] =
    ["/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts"];
/// Letters that a font for Chinese must have.
const SAMPLE: &str = "碳排放范围温室气体运输包装，。";
/// Faces of a collection that are tried.
const FACES_MAX: u32 = 16;

/// The report as PDF. English needs no other font than the one that is built in.
pub(crate) fn pdf(report: &Report, lang: Lang, named: Option<&Path>) -> Result<Vec<u8>> {
    if lang == Lang::En && named.is_none() {
        return Ok(report.pdf(None)?);
    }
    let mut candidates = Vec::new();
    match named {
        Some(path) => candidates.push(path.to_owned()),
        None => FOLDERS.iter().for_each(|place| collect(Path::new(place), &mut candidates)),
    }
    for path in &candidates {
        let bytes = folder::bytes(path)?;
        for index in 0..FACES_MAX {
            if report::font::covers(&bytes, index, SAMPLE) {
                return Ok(report.pdf(Some(&report::font::Fonts { bytes, index }))?);
            }
        }
    }
    match named {
        Some(path) => bail!("{}: has no Chinese letters. Name another --font", path.display()),
        None => bail!(
            "no font with Chinese letters is installed. Install one (on Debian: fonts-droid-fallback), or name one with --font; --html needs none"
        ),
    }
}

/// Font files of a folder and those below it, by name.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    // A folder that is not there has no fonts.
    let Ok(entries) = folder.read_dir() else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| {
            ["ttf", "ttc", "otf", "otc"].iter().any(|known| ending.eq_ignore_ascii_case(known))
        }) {
            found.push(path);
        }
    }
}
