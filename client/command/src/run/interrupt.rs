// SPDX-License-Identifier: BSD-2-Clause
//! Ctrl-C, for commands that have something to bring to an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::Failure;

/// A signal that asks the command to end: it is looked for between two steps.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on SIGINT and SIGTERM do not kill.
    pub fn listen() -> Result<Interrupt, Failure> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Twice, the second kills: something may hang.
            let result =
                signal_hook::flag::register_conditional_shutdown(signal, 130, flag.clone())
                    .and_then(|_| signal_hook::flag::register(signal, flag.clone()));
            result.map_err(|source| Failure::Kernel {
                what: "listen for signals",
                source,
            })?;
        }
        Ok(Interrupt(flag))
    }

    pub fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
