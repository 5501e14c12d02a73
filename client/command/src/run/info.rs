// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem info`

use rwmem::{Counters, Features, Info, abi};
use serde::Serialize;

use super::end::End;
use crate::failure::Failure;
use crate::number::grouped;
use crate::output::Output;

#[derive(Serialize)]
struct Document {
    device: &'static str,
    module: Module,
    counters: Option<Counters>,
}

#[derive(Serialize)]
struct Module {
    version: String,
    abi_version: u32,
    features: Vec<String>,
    max_segments: u32,
    max_length: u64,
    page_size: u32,
}

pub fn run(output: &mut Output) -> Result<End, Failure> {
    let counters = Counters::query().ok();
    let info = Info::query().map_err(Failure::from);
    let module = info.as_ref().ok().map(Module::from);
    if !output.json {
        // The counters are for everybody, the device is not.
        let text = table(module.as_ref(), counters.as_ref());
        output.write(|out| out.write_all(text.as_bytes()))?;
        output.flush()?;
    }
    let module = match (info, module) {
        (Ok(_), Some(module)) if output.json => module,
        (info, _) => return info.map(|_| End::Done),
    };
    output.json_document(&Document {
        device: rwmem::DEVICE,
        module,
        counters,
    })?;
    Ok(End::Done)
}

impl From<&Info> for Module {
    fn from(info: &Info) -> Module {
        Module {
            version: info.version.clone(),
            abi_version: info.abi_version,
            features: features(info.features),
            max_segments: info.max_segs,
            max_length: info.max_len,
            page_size: info.page_size,
        }
    }
}

fn features(features: Features) -> Vec<String> {
    const KNOWN: [(Features, &str); 7] = [
        (Features::XFER, "transfer"),
        (Features::BATCH, "batch"),
        (Features::ATTACH, "attach"),
        (Features::SEEK, "seek"),
        (Features::CURRENT, "current"),
        (Features::STOP, "stop"),
        (Features::SNAPSHOT, "snapshot"),
    ];
    let mut names: Vec<String> = KNOWN
        .into_iter()
        .filter(|(feature, _)| features.contains(*feature))
        .map(|(_, name)| name.to_owned())
        .collect();
    let known = KNOWN.into_iter().map(|(feature, _)| feature).collect();
    let others = features.difference(known).bits();
    if others != 0 {
        names.push(format!("{others:#x}"));
    }
    names
}

fn table(module: Option<&Module>, counters: Option<&Counters>) -> String {
    let mut lines = Vec::new();
    let mut line = |name: &str, value: String| lines.push(format!("{name:<16}{value}\n"));
    if let Some(module) = module {
        line("module", format!("rwmem {}, loaded", module.version));
        line("device", rwmem::DEVICE.to_owned());
        let spoken = abi::ABI_VERSION;
        line(
            "ABI version",
            match module.abi_version == spoken {
                true => spoken.to_string(),
                false => format!(
                    "{} (this command was made for {spoken})",
                    module.abi_version
                ),
            },
        );
        line("features", module.features.join(", "));
        line(
            "limits",
            format!(
                "{} segments in a batch, {} bytes in a transfer",
                grouped(module.max_segments.into()),
                grouped(module.max_length)
            ),
        );
        line(
            "page size",
            format!("{} bytes", grouped(module.page_size.into())),
        );
    }
    if let Some(counters) = counters {
        line(
            "reads",
            format!(
                "{}, {} bytes",
                grouped(counters.reads),
                grouped(counters.bytes_read)
            ),
        );
        line(
            "writes",
            format!(
                "{}, {} bytes",
                grouped(counters.writes),
                grouped(counters.bytes_written)
            ),
        );
        line("faults", grouped(counters.faults));
        line("denied", grouped(counters.denied));
        line("stale", grouped(counters.stale));
        line("attached now", grouped(counters.attached));
    }
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_table() {
        let module = Module {
            version: "0.2.0".into(),
            abi_version: 2,
            features: features(Features::from_bits_retain(0x855)),
            max_segments: 1024,
            max_length: i64::MAX as u64,
            page_size: 4096,
        };
        let counters = Counters {
            reads: 3,
            writes: 1,
            bytes_read: 123_456,
            bytes_written: 4,
            faults: 0,
            denied: 2,
            stale: 0,
            attached: 1,
        };
        insta::assert_snapshot!(table(Some(&module), Some(&counters)), @r"
        module          rwmem 0.2.0, loaded
        device          /dev/rwmem
        ABI version     2 (this command was made for 1)
        features        transfer, attach, current, snapshot, 0x800
        limits          1,024 segments in a batch, 9,223,372,036,854,775,807 bytes in a transfer
        page size       4,096 bytes
        reads           3, 123,456 bytes
        writes          1, 4 bytes
        faults          0
        denied          2
        stale           0
        attached now    1
        ");
    }
}
