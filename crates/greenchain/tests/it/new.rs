//! `greenchain new`.

use crate::stand::{fresh, greenchain, plan, succeed, text};
use std::fs;

#[test]
fn the_starter_is_valid_and_can_be_planned_at_once() {
    let folder = fresh("new-starter").join("my-city");
    succeed(&["new", text(&folder)]);
    succeed(&["check", text(&folder)]);
    let (out, summary) = plan(&folder);
    assert_eq!(summary["orders"], 12);
    assert!(out.join("report.html").exists());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = fresh("new-taken");
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let output = greenchain(&["new", text(&folder)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not empty"));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn json_names_the_files() {
    let folder = fresh("new-json").join("city");
    let output = succeed(&["new", text(&folder), "--json"]);
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(answer["files"].as_array().unwrap().iter().any(|name| name == "greenchain.toml"));
}

#[test]
fn every_verb_explains_itself_with_an_example() {
    for verb in ["run", "check", "new"] {
        let output = succeed(&[verb, "--help"]);
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("Example"), "{verb}: {help}");
    }
    assert_eq!(greenchain(&["fly"]).status.code(), Some(2), "an unknown verb is wrong use");
}
