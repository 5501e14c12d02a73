// SPDX-License-Identifier: BSD-2-Clause
//! The crates that are published are whole: what `cargo publish --dry-run` needs a network to find out later.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(tree)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn published_crates_have_what_crates_io_and_their_users_want() {
    let metadata = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    // `publish = false` is an empty list of registries.
    let published: Vec<&Value> = packages
        .iter()
        .filter(|package| package["publish"].is_null())
        .collect();
    let named = |name: &Value| published.iter().any(|package| package["name"] == *name);
    for name in [
        "freebsd-kernels",
        "freebsd-kpi",
        "freebsd-kpi-sys",
        "rwmem",
        "rwmem-abi",
    ] {
        assert!(named(&name.into()), "{name} is not published");
    }
    for package in &published {
        let name = package["name"].as_str().expect("a name");
        for key in ["description", "license", "readme", "rust_version"] {
            assert!(package[key].is_string(), "{name} has no {key}");
        }
        for key in ["categories", "keywords"] {
            assert!(
                package[key].as_array().is_some_and(|list| !list.is_empty()),
                "{name} has no {key}"
            );
        }
        let files = cargo(&["package", "--list", "--allow-dirty", "--package", name]);
        for file in ["README.md", "LICENSE", "src/lib.rs"] {
            assert!(
                files.lines().any(|line| line == file),
                "{name} is packed without {file}:\n{files}"
            );
        }
        let dependencies = package["dependencies"].as_array().expect("a list");
        for dependency in dependencies
            .iter()
            .filter(|one| one["kind"] != "dev" && one["path"].is_string())
        {
            let of = format!("{name}'s {}", dependency["name"]);
            assert!(named(&dependency["name"]), "{of} is not published");
            let version = format!("^{}", env!("CARGO_PKG_VERSION"));
            assert_eq!(dependency["req"], version.as_str(), "{of}");
        }
    }
}
