// SPDX-License-Identifier: BSD-2-Clause
use super::*;

fn around(variable: Option<&str>, home: Option<&str>, on_freebsd: bool) -> Surroundings {
    Surroundings {
        variable: variable.map(Into::into),
        home: home.map(Into::into),
        on_freebsd,
        ..Surroundings::default()
    }
}

fn chosen(option: Option<&str>, around: &Surroundings) -> Vec<PathBuf> {
    let candidates = candidates(option.map(Into::into), around, &mut Words::default());
    let candidates = candidates.expect("a root is named");
    candidates.into_iter().map(|one| one.dir).collect()
}

#[test]
fn the_option_wins_then_the_variable_then_this_machine_then_the_cache() {
    let home = tempfile::tempdir().expect("a folder");
    let cache = home.path().join(".cache/rwmem");
    for name in [
        "freebsd-14-amd64",
        "freebsd-15-arm64",
        "freebsd-15-amd64.part",
        "other",
    ] {
        fs::create_dir_all(cache.join(name)).expect("made");
    }
    let home = home.path().to_str();
    let everything = around(Some("/variable"), home, true);
    assert_eq!(chosen(Some("/option"), &everything), [Path::new("/option")]);
    assert_eq!(chosen(None, &everything), [Path::new("/variable")]);
    assert_eq!(chosen(None, &around(None, home, true)), [Path::new("/")]);
    let both = ["freebsd-14-amd64", "freebsd-15-arm64"].map(|name| cache.join(name));
    assert_eq!(chosen(None, &around(None, home, false)), both);
}

#[test]
fn without_home_there_is_no_root() {
    let error = candidates(None, &Surroundings::default(), &mut Words::default());
    assert_eq!(error.expect_err("nothing to choose").exit().code(), 77);
}

#[test]
fn a_relative_cache_is_none() {
    let around = |cache: &str| Surroundings {
        cache: Some(cache.into()),
        ..around(None, Some("/home"), false)
    };
    assert_eq!(around("/c").cache(), Some("/c/rwmem".into()));
    assert_eq!(around("c").cache(), Some("/home/.cache/rwmem".into()));
}
