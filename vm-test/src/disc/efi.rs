// SPDX-License-Identifier: BSD-2-Clause
//! The FAT image from which EFI boots: FreeBSD's loader, under the name that firmware looks for, and where that finds
//! its root. It has no partition table, which firmware would take for a disk's.

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use fatfs::{FileSystem, FormatVolumeOptions, FsOptions, format_volume};

use crate::error::Error;

/// The default name of a boot loader on a removable medium, for a 64-bit ARM.
const LOADER: &str = "EFI/BOOT/BOOTAA64.EFI";
/// loader.efi(8) reads its settings from here before it looks for a root by itself.
const SETTINGS: &str = "EFI/FREEBSD/LOADER.ENV";
const ROOT: &[u8] = b"rootdev=cd0:\n";

/// Beside the loader, the image holds tables, folders and settings.
const TABLES: u64 = 256 << 10;
const SECTOR: u64 = 512;

/// Writes the image with the root's loader in it.
pub fn make(loader: &Path, image: &Path) -> Result<(), Error> {
    let content = fs::read(loader).map_err(Error::file("read", loader))?;
    write(&content, image).map_err(Error::file("write", image))
}

fn write(loader: &[u8], image: &Path) -> io::Result<()> {
    let mut file = fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(image)?;
    // A FAT that is nearly full is as good as any: nothing is ever added.
    let len = (loader.len() as u64 + TABLES).next_multiple_of(SECTOR);
    file.set_len(len)?;
    format_volume(&mut file, FormatVolumeOptions::new())?;
    let volume = FileSystem::new(&mut file, FsOptions::new())?;
    let top = volume.root_dir();
    for (place, content) in [(LOADER, loader), (SETTINGS, ROOT)] {
        let mut folder = top.clone();
        let (folders, name) = place.rsplit_once('/').unwrap_or(("", place));
        for one in folders.split('/') {
            folder = folder.create_dir(one)?;
        }
        let mut entry = folder.create_file(name)?;
        entry.write_all(content)?;
        entry.flush()?;
        // What was written is what is read, or no machine would say why it does not boot.
        entry.seek(SeekFrom::Start(0))?;
        let mut back = Vec::new();
        entry.read_to_end(&mut back)?;
        if back != content {
            return Err(io::Error::other(format!("{place} is not what was written")));
        }
    }
    drop(top);
    volume.unmount()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_a_fat_without_a_partition_table() {
        let folder = tempfile::tempdir().expect("a folder");
        let (loader, image) = (
            folder.path().join("loader.efi"),
            folder.path().join("efi.img"),
        );
        let content: Vec<u8> = (0..700_000u32).map(|n| (n / 7) as u8).collect();
        fs::write(&loader, &content).expect("written");
        make(&loader, &image).expect("made");

        let first = fs::read(&image).expect("readable");
        assert_eq!(&first[510..512], [0x55, 0xaa]);
        // Where a partition table would have its first entry's type and length.
        assert!(
            first[446..510].iter().all(|byte| *byte == 0),
            "{:?}",
            &first[446..510]
        );

        let file = fs::File::open(&image).expect("readable");
        let volume = FileSystem::new(ReadOnly(file), FsOptions::new()).expect("a FAT");
        for (place, content) in [(LOADER, content.as_slice()), (SETTINGS, ROOT)] {
            let mut back = Vec::new();
            let mut entry = volume.root_dir().open_file(place).expect(place);
            entry.read_to_end(&mut back).expect("readable");
            assert_eq!(back, content, "{place}");
        }
    }

    /// fatfs wants to be able to write.
    struct ReadOnly(fs::File);

    impl Read for ReadOnly {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Seek for ReadOnly {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    impl Write for ReadOnly {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ReadOnlyFilesystem.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
