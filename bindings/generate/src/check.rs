// SPDX-License-Identifier: BSD-2-Clause
//! Whether the vendored files are what the headers say: by making them anew, and by asking a C compiler.
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use crate::bind;
use crate::kernel::{self, Source};
use crate::{LIST, layout, release};

/// Enough of a difference or of a compiler's errors to see what is wrong.
const SHOWN_LINES: usize = 60;

pub struct Given<'a> {
    pub project: &'a Path,
    pub bindings: &'a Path,
    /// For what is made
    pub scratch: &'a Path,
    pub sources: &'a [Source],
    /// Of other releases: roots and source trees
    pub headers: &'a [PathBuf],
}

/// Checks every kernel, prints a line for each check and their sum, and returns how many failed.
pub fn run(given: &Given) -> Result<usize> {
    let Given {
        project,
        bindings,
        scratch,
        sources,
        headers,
    } = *given;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut report = |result: Result<String>, what: String| match result {
        Ok(note) => {
            println!("ok - {what}{note}");
            passed += 1;
        }
        Err(error) => {
            println!("not ok - {what}\n{error:#}");
            failed += 1;
        }
    };
    fs::create_dir_all(scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    report(
        compare(
            &bindings.join(LIST),
            kernel::list(),
            &scratch.join("kernels.rs"),
        ),
        "kernels.rs has the kernels of kernels.toml".into(),
    );
    for source in sources {
        let name = source.kernel.bindings();
        let vendored = source.rust_file(&bindings.join("src"));
        report(
            bind::generate(source, bindings)
                .and_then(|made| compare(&vendored, made, &source.rust_file(scratch))),
            format!("{name}.rs is what bindgen makes of kpi.h"),
        );
        report(
            compile(source, project, bindings, scratch),
            format!("{name}.rs has the layouts that C has"),
        );
    }
    for folder in headers {
        let others = release::sources(folder, scratch)?;
        if others.is_empty() {
            let shown = folder.display();
            println!(
                "ok - the headers in {shown} # SKIP no kernel headers of a listed kernel there"
            );
            skipped += 1;
        }
        for other in others {
            let first = sources.iter().find(|one| one.kernel == other.kernel);
            let name = other.kernel.bindings();
            report(
                first
                    .context("the kernel is not listed")
                    .and_then(|first| release::compare(&other, first, bindings)),
                format!(
                    "{name}.rs and the shim hold for the headers of {} in {}",
                    other.version,
                    folder.display()
                ),
            );
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    Ok(failed)
}

fn compare(vendored: &Path, made: String, scratch: &Path) -> Result<String> {
    let vendored = read(vendored)?;
    write(scratch, &made)?;
    if made == vendored {
        return Ok(String::new());
    }
    let difference = TextDiff::from_lines(&vendored, &made);
    let difference = difference
        .unified_diff()
        .header("vendored", "made anew")
        .to_string();
    bail!(
        "{}They differ: 'make bindings' writes the vendored file anew.",
        first_lines(&difference)
    )
}

fn compile(source: &Source, project: &Path, bindings: &Path, scratch: &Path) -> Result<String> {
    let path = source.rust_file(&bindings.join("src"));
    let file =
        syn::parse_file(&read(&path)?).with_context(|| format!("{} is no Rust", path.display()))?;
    let (text, count) = layout::c_source(&file, "kpi.h")?;
    let source_path = scratch.join(source.kernel.bindings()).with_extension("c");
    write(&source_path, &text)?;
    let mut compiler = source.c_compiler(project);
    let output = compiler
        .args(["-ferror-limit=0", "-c", "-o"])
        .arg(source_path.with_extension("o"))
        .arg("-I")
        .arg(bindings)
        .arg(&source_path)
        .output()
        .with_context(|| format!("cannot run {compiler:?}"))?;
    if output.status.success() {
        return Ok(format!(" ({count} assertions)"));
    }
    bail!(
        "{}{} does not compile",
        first_lines(&String::from_utf8_lossy(&output.stderr)),
        source_path.display()
    )
}

fn first_lines(text: &str) -> String {
    let mut shown: String = text.split_inclusive('\n').take(SHOWN_LINES).collect();
    let more = text.lines().count().saturating_sub(SHOWN_LINES);
    if more > 0 {
        shown += &format!("... and {more} lines more\n");
    }
    shown
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
