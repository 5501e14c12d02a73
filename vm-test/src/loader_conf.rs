// SPDX-License-Identifier: BSD-2-Clause
//! The disc's /boot/loader.conf.

use crate::arch::Firmware;

/// The whole file, for a machine with this firmware, which loads the module itself where it is asked to.
pub fn text(firmware: Firmware, with_module: bool) -> String {
    let module = if with_module { MODULE } else { "" };
    format!("{SETTINGS}console=\"{}\"\n{module}", firmware.console())
}

/// As README.md and rwmem(4) tell people; the guest's tests know the number.
const MODULE: &str = r#"
rwmem_load="YES"
kern.rwmem.max_attached="7"
"#;

/// Settings, each with the reason why it is there.
const SETTINGS: &str = r#"# Made by vm-test.

# The console is the serial port, from the loader on.
boot_serial="YES"
autoboot_delay="-1"
beastie_disable="YES"
loader_logo="none"
verbose_loading="NO"
hostuuid_load="NO"

# The root is this disc, and /sbin/init on it the guest. Nothing else is worth waiting for.
vfs.root.mountfrom="cd9660:/dev/cd0"
vfs.mountroot.timeout="30"
kern.cam.boot_delay="0"
kern.cam.scsi_delay="100"

# A panic prints its backtrace and ends the machine at once: nobody is there to talk to the debugger.
debug.debugger_on_panic="0"
debug.trace_on_panic="1"
debug.witness.kdb="0"
debug.witness.trace="1"
kern.panic_reboot_wait_time="0"

# Nothing here is needed by the tests, and each of those that a machine has costs seconds in an emulated machine.
hw.memtest.tests="0"
hint.fdc.0.disabled="1"
hint.atkbdc.0.disabled="1"
hint.atkbd.0.disabled="1"
hint.psm.0.disabled="1"
hint.ppc.0.disabled="1"
hint.uart.1.disabled="1"
hint.sc.0.disabled="1"
hint.vga.0.disabled="1"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_comment_or_a_quoted_setting() {
        for line in text(Firmware::Efi, true)
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (name, value) = line.split_once('=').expect(line);
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || "._0123456789".contains(c)),
                "{line}"
            );
            assert!(
                value.len() >= 2 && value.starts_with('"') && value.ends_with('"'),
                "{line}"
            );
        }
    }
}
