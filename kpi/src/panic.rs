// SPDX-License-Identifier: BSD-2-Clause
//! What a Rust panic would do: panic(9), with its message and place. A release build contains none of it, for
//! no panic is reachable there; `ko-check` proves that on the linked module.
use core::ffi::c_char;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

use crate::sys;

/// A C string of bounded length: what does not fit is cut.
struct Message {
    text: [u8; 256],
    len: usize,
}

impl Write for Message {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        // The last byte stays NUL.
        let room = self.text.len().saturating_sub(1);
        for &byte in s.as_bytes() {
            if let Some(place) = self.text[..room].get_mut(self.len) {
                *place = byte;
                self.len += 1;
            }
        }
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut message = Message {
        text: [0; 256],
        len: 0,
    };
    // Message::write_str cannot fail, and a panic here has nowhere to go.
    let _ = write!(message, "{info}");
    let format: *const c_char = c"%s".as_ptr();
    // SAFETY: both strings are NUL-terminated (`text` starts zeroed and its last byte is never written), and
    // "%s" takes exactly one.
    unsafe { sys::panic(format, message.text.as_ptr()) }
}
