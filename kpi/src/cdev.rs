// SPDX-License-Identifier: BSD-2-Clause
//! Devices in /dev (`make_dev(9)`): a type that implements [`Cdev`] is what one does, a [`Device`] is the node while it exists.
mod cdevsw;
mod device;
mod driver;
mod open_file;

pub use device::Device;
pub use driver::{Call, Cdev, Ioctl, current};
pub use open_file::OpenFile;
