// SPDX-License-Identifier: BSD-2-Clause
//! The archive: ustar headers, since everything fits in them, with absolute names, which is what pkg looks for.

use std::io::{self, Write};

use liblzma::write::XzEncoder;
use tar::{EntryType, Header};

use crate::files::{Content, File};
use crate::manifest::Manifests;

const LEVEL: u32 = 6;

pub fn pack(manifests: &Manifests, files: &[File], time: u64) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(XzEncoder::new(Vec::new(), LEVEL));
    let texts = [
        ("+COMPACT_MANIFEST", &manifests.compact),
        ("+MANIFEST", &manifests.whole),
    ];
    for (name, text) in texts {
        let header = header(name, EntryType::Regular, text.len() as u64, 0o644, time)?;
        archive.append(&header, text.as_bytes())?;
    }
    for file in files {
        match &file.content {
            Content::Plain { bytes, mode } => {
                let header = header(&file.place, EntryType::Regular, file.size(), *mode, time)?;
                archive.append(&header, bytes.as_slice())?;
            }
            Content::Link { to } => {
                let mut header = header(&file.place, EntryType::Symlink, 0, file.mode(), time)?;
                header.set_link_name(to)?;
                header.set_cksum();
                archive.append(&header, io::empty())?;
            }
        }
    }
    let mut encoder = archive.into_inner()?;
    encoder.flush()?;
    encoder.finish()
}

fn header(name: &str, kind: EntryType, size: u64, mode: u32, time: u64) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    // set_path refuses absolute names.
    let field = &mut header.as_old_mut().name;
    let Some(place) = field.get_mut(..name.len()) else {
        let words = format!("{name} is too long a name for a ustar header");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    };
    place.copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_username("root")?;
    header.set_groupname("wheel")?;
    header.set_mtime(time);
    header.set_cksum();
    Ok(header)
}
