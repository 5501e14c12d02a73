// SPDX-License-Identifier: BSD-2-Clause
//! A FreeBSD to boot, where there is none: a release's MANIFEST, base.txz and kernel.txz from a mirror, checked,
//! and of them what a disc needs, in the cache folder.
//!
//! Everything is made in a folder of its own beside the final one (`NAME.part`), and becomes the final one by a
//! single rename when it is complete. So whatever interrupts it (a signal, a power cut, a full disk) leaves
//! nothing that looks complete, and a download that was cut off goes on where it was. The sets come from
//! elsewhere: what they hold is judged before it is written (`unpack`).

mod bar;
mod client;
mod error;
mod links;
mod manifest;
mod needed;
mod order;
mod sparse;
mod store;
mod stream;
mod sum;
mod transfer;
mod tree;
mod unpack;
mod version;

use std::fs;
use std::path::{Path, PathBuf};

pub use self::error::Error;
pub use self::needed::MODULES;
pub use self::order::Order;
pub use self::version::Version;

use self::client::Client;
use self::manifest::Manifest;
use self::store::Store;
use crate::say;

/// The sets that hold what is needed. None of a release's sets has a kernel with INVARIANTS: kernel.txz is
/// GENERIC, and kernel-dbg.txz is its symbols.
const SETS: [&str; 2] = ["base.txz", "kernel.txz"];

/// The root of the release ordered, in `cache`: the one that is there, else fetched. May take minutes, shows its
/// progress on standard error, and may be ended at any point, so call it before signals are caught.
/// `missing` says what a folder lacks to make a disc of it: the sets may be what they should be, and still not a FreeBSD.
pub fn fetch(
    order: &Order,
    cache: &Path,
    missing: impl FnOnce(&Path) -> Vec<String>,
) -> Result<PathBuf, Error> {
    let folder = cache.join(order.folder());
    let Some(store) = Store::lock(&folder)? else {
        return Ok(folder);
    };
    say::aside(&format!(
        "vm-test: there is no FreeBSD at hand; fetching {} into {}",
        order.version(),
        folder.display()
    ));
    let (client, manifest) = manifest::find(order)?;
    fetch_sets(order, &client, &manifest, &store)?;
    let mut tree = store.empty_tree()?;
    for name in SETS {
        unpack::unpack(&store.part(name), &mut tree)?;
    }
    links::check(&tree).map_err(|fault| unpack::in_set(&store.part(SETS[0]), fault))?;
    let missing = missing(tree.dir());
    if !missing.is_empty() {
        return Err(Error::Incomplete {
            version: order.version().to_string(),
            missing,
        });
    }
    // Kept to show where it is from, and what it was checked by.
    let kept = tree.dir().join("MANIFEST");
    fs::write(&kept, manifest.text()).map_err(Error::store("write", &kept))?;
    store.publish(&tree)
}

fn fetch_sets(
    order: &Order,
    client: &Client,
    manifest: &Manifest,
    store: &Store,
) -> Result<(), Error> {
    // All sums first: what is wrong with MANIFEST is said before anything large is fetched.
    let sums: Result<Vec<_>, _> = SETS.iter().map(|name| manifest.sum(name)).collect();
    for (name, sum) in SETS.into_iter().zip(sums?) {
        transfer::fetch(client, order, &manifest.url(name), &store.part(name), &sum)?;
    }
    Ok(())
}
