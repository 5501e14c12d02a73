// SPDX-License-Identifier: BSD-2-Clause
//! What goes where on the disc.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// Paths on the disc, without the leading slash, and the file or folder that goes there. Of two for one path,
/// the later counts.
pub type Grafts = BTreeMap<String, PathBuf>;

/// Lines of `/place=file` as mkisofs wants them: `=` and `\` of a place are escaped, those of a file are not
/// special.
pub fn path_list(grafts: &Grafts) -> Vec<u8> {
    let mut list = Vec::new();
    for (place, file) in grafts {
        let place = place.replace('\\', "\\\\").replace('=', "\\=");
        list.extend_from_slice(format!("/{place}=").as_bytes());
        list.extend_from_slice(file.as_os_str().as_bytes());
        list.push(b'\n');
    }
    list
}
