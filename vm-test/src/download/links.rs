// SPDX-License-Identifier: BSD-2-Clause
//! Symbolic links that leave the root. In FreeBSD they could not; here, whoever follows them (and the disc's
//! maker does) would come to files of this machine.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use super::tree::{Fault, Kind, Tree};

/// After so many links the kernel gives up as well.
const MOST_LINKS: usize = 32;

/// Follows each link as the kernel would. Only the finished tree can be judged: a link may lead through any other.
pub fn check(tree: &Tree) -> Result<(), Fault> {
    for (name, kind) in tree.entries() {
        let Kind::Link(target) = kind else { continue };
        if leaves(tree, name.path(), target) {
            let (name, target) = (name.path().display(), target.display());
            return Err(Fault::Set(format!(
                "its link \"{name}\" -> \"{target}\" leaves the root"
            )));
        }
    }
    Ok(())
}

fn leaves(tree: &Tree, name: &Path, target: &Path) -> bool {
    let mut at = name.parent().unwrap_or(Path::new("")).to_owned();
    let mut way: VecDeque<OsString> = VecDeque::new();
    let mut links = 0;
    let prepend = |way: &mut VecDeque<OsString>, path: &PathBuf| {
        for part in path.components().rev() {
            way.push_front(part.as_os_str().to_owned());
        }
    };
    prepend(&mut way, &target.to_owned());
    while let Some(part) = way.pop_front() {
        match Path::new(&part).components().next() {
            Some(Component::ParentDir) => {
                if !at.pop() {
                    return true;
                }
            }
            Some(Component::Normal(part)) => {
                at.push(part);
                match tree.kind_at(&at) {
                    Some(Kind::Link(next)) => {
                        links += 1;
                        if links > MOST_LINKS {
                            return false;
                        }
                        at.pop();
                        prepend(&mut way, next);
                    }
                    Some(Kind::Folder) => {}
                    // The kernel stops here with an error.
                    Some(Kind::File) | None => return false,
                }
            }
            Some(Component::RootDir | Component::Prefix(_)) => return true,
            Some(Component::CurDir) | None => {}
        }
    }
    false
}
