// SPDX-License-Identifier: BSD-2-Clause
use super::*;
use crate::download::links;

fn tree() -> (tempfile::TempDir, Tree) {
    let dir = tempfile::tempdir().expect("a folder");
    let tree = Tree::new(dir.path().to_owned());
    (dir, tree)
}

fn name(text: &str) -> Name {
    Name::read(text.as_bytes())
        .expect("in order")
        .expect("not the root")
}

fn why(fault: Fault) -> String {
    match fault {
        Fault::Set(why) => why,
        Fault::Store(error) => panic!("{error}"),
    }
}

#[test]
fn names_lose_their_dots_and_doubled_slashes() {
    for text in ["./etc/x", "etc/x/", "etc//x", "././etc/./x"] {
        assert_eq!(name(text).path(), Path::new("etc/x"));
    }
    for text in ["", ".", "./", ".//."] {
        assert_eq!(Name::read(text.as_bytes()).expect("in order"), None);
    }
    // Such are names as well.
    assert_eq!(name("...").path(), Path::new("..."));
    assert_eq!(name("..x/x..").path(), Path::new("..x/x.."));
}

#[test]
fn a_link_to_an_absolute_path_leads_there_from_any_depth() {
    let (dir, mut tree) = tree();
    tree.file(&name("a/file"), false).expect("made");
    for (link, target) in [
        ("l", "/a/file"),
        ("b/l", "//a/file"),
        ("b/c/d/l", "/a/../a/file"),
    ] {
        tree.link(&name(link), target.as_bytes()).expect("made");
        assert!(dir.path().join(link).is_file(), "{link} -> {target}");
        let kept = fs::read_link(dir.path().join(link)).expect("a link");
        assert_eq!(tree.kind(&name(link)), Some(&Kind::Link(kept)));
    }
    links::check(&tree).expect("all within");
}

#[test]
fn links_are_followed_as_the_kernel_would() {
    for (links, within) in [
        (&[("a/b/up", ".."), ("a/x", "b/up/../y")][..], true),
        (&[("a/b/up", ".."), ("a/x", "b/up/../../y")], false),
        (&[("x", "none/../../y")], true),
        (&[("x", "file/../../y")], true),
        (&[("x", "./../y")], false),
        (&[("x", "y"), ("y", "x")], true),
        (&[("a/x", "/../y")], false),
    ] {
        let (_dir, mut tree) = tree();
        tree.folder(&name("a/b")).expect("made");
        tree.file(&name("file"), false).expect("made");
        for (link, target) in links {
            tree.link(&name(link), target.as_bytes()).expect("made");
        }
        assert_eq!(links::check(&tree).is_ok(), within, "{links:?}");
    }
}

#[test]
fn links_to_nothing_are_refused() {
    let (_dir, mut tree) = tree();
    for target in [&b""[..], b"a\0b", &[b'a'; LONGEST_NAME + 1]] {
        let fault = tree.link(&name("l"), target).expect_err("no path");
        assert!(why(fault).contains("points to no path"));
    }
}

#[test]
fn there_is_an_end_to_entries() {
    let (_dir, mut tree) = tree();
    for at in 0..MOST_ENTRIES {
        tree.entries.insert(name(&at.to_string()), Kind::Folder);
    }
    let fault = tree.folder(&name("x")).expect_err("too many");
    assert!(why(fault).contains("more than 100000 entries"));
}
