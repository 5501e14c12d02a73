// SPDX-License-Identifier: BSD-2-Clause
//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::address::Address;
use crate::bytes::{self, HexBytes};
use crate::number;
use crate::pattern::{Endian, Kind};

const EXIT_STATUS: &str = "\
Exit status:
  0  done                                4  no permission
  1  nothing found, or done in part      5  no such process
  2  the call is wrong                   6  not mapped
  3  the module is not loaded            7  another failure

An address is a number (0x1000, 4096), or a name and an offset from its
beginning (libc.so.7+0x1000): the name of a file that is mapped, exe, heap or
stack. See rwmem(1).";

/// Reads and writes the memory of running processes, without stopping them.
#[derive(Debug, Parser)]
#[command(name = "rwmem", version, after_help = EXIT_STATUS, max_term_width = 100)]
pub struct Arguments {
    /// Print JSON: one document; for search and watch one a line
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print memory: as a hex dump to a terminal, else as it is
    Read(Read),
    /// Change memory to what comes from the standard input
    Write(Write),
    /// List what is mapped where
    Maps(Maps),
    /// Write all readable memory into a core file for a debugger
    Dump(Dump),
    /// Find a pattern in all readable memory
    Search(Search),
    /// Show changes of memory as they happen
    Watch(Watch),
    /// Show what the module is, can do and has done
    Info,
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Args, Debug)]
pub struct Read {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
    /// Where to begin
    pub address: Address,
    /// How many bytes: 16, 0x10, 4K, 1M
    #[arg(value_name = "LENGTH", value_parser = number::length)]
    pub length: u64,
    /// Print a hex dump, wherever it goes
    #[arg(long, conflicts_with = "raw")]
    pub hex: bool,
    /// Print the bytes as they are, even to a terminal
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
}

#[derive(Args, Debug)]
pub struct Write {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
    /// Where to begin
    pub address: Address,
    /// Write these bytes, in hexadecimal, not the standard input
    #[arg(long, value_name = "BYTES", value_parser = bytes::parse_argument)]
    pub hex: Option<HexBytes>,
}

#[derive(Args, Debug)]
pub struct Maps {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
}

#[derive(Args, Debug)]
pub struct Dump {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
    /// The core file to write
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: PathBuf,
    /// Overwrite the file
    #[arg(long)]
    pub force: bool,
    /// Read the process while it runs, not a snapshot of one instant
    #[arg(long)]
    pub live: bool,
}

#[derive(Args, Debug)]
pub struct Search {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
    /// What to look for: bytes in hexadecimal, unless --type says otherwise
    #[arg(allow_negative_numbers = true)]
    pub pattern: String,
    /// What the pattern is
    #[arg(short = 't', long = "type", value_name = "TYPE", default_value = "hex")]
    pub kind: Kind,
    /// The order of the bytes of numbers and of UTF-16 [default: this machine's]
    #[arg(short, long, value_name = "ORDER")]
    pub endian: Option<Endian>,
    /// The bits that count: bytes in hexadecimal, for an integer an integer
    #[arg(short, long)]
    pub mask: Option<String>,
    /// Stop after this many matches
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Only at addresses that are multiples of this
    #[arg(short, long, value_name = "BYTES", value_parser = number::length, default_value = "1", hide_default_value = true)]
    pub align: u64,
    /// Only in what is mapped of this file, or exe, heap or stack
    #[arg(long = "in", value_name = "MAPPING")]
    pub within: Vec<String>,
    /// Only in what the process may write to
    #[arg(short, long)]
    pub writable: bool,
    /// Look again at what was found, and keep what the lines of the standard input say: changed, less, = 5, ...
    #[arg(long, conflicts_with = "limit")]
    pub live: bool,
    /// Search a snapshot, the memory as it is at one instant
    #[arg(long, conflicts_with = "live")]
    pub snapshot: bool,
}

#[derive(Args, Debug)]
pub struct Watch {
    /// The process
    #[arg(value_parser = number::pid)]
    pub pid: i32,
    /// Where to begin
    pub address: Address,
    /// How many bytes: 16, 0x10, 4K
    #[arg(value_name = "LENGTH", value_parser = number::length)]
    pub length: u64,
    /// Seconds from one look to the next
    #[arg(short, long, value_name = "SECONDS", default_value = "1", value_parser = number::seconds)]
    pub interval: Duration,
    /// Stop after this many looks
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
}

#[derive(Args, Debug)]
pub struct Completions {
    pub shell: Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn clap_finds_no_contradiction() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (line, wanted) in [
            ("rwmem read 0 0x1000 16", "\"0\" is no process id"),
            ("rwmem read 7 +5 16", "\"+5\" is no address"),
            ("rwmem read 7 0x10 lots", "\"lots\" is no length"),
            (
                "rwmem write 7 0x10 --hex abc",
                "the last byte has one digit",
            ),
            ("rwmem search 7 ff -n 0", "0 is not in 1.."),
            (
                "rwmem search 7 ff --type u7",
                "possible values: hex, string",
            ),
            (
                "rwmem watch 7 0 8 -i soon",
                "\"soon\" is no number of seconds",
            ),
            ("rwmem read 7 0 8 --json --raw", "cannot be used with"),
            ("rwmem dump 7", "--output <FILE>"),
        ] {
            let text = parse(line).expect_err(line).to_string();
            assert!(text.contains(wanted), "{line}: {text}");
        }
    }

    #[test]
    fn a_negative_number_is_a_pattern() {
        let Ok(Command::Search(search)) = parse("rwmem search 7 -5 -t i32").map(|all| all.command)
        else {
            panic!("not understood");
        };
        assert_eq!((search.pattern.as_str(), search.kind), ("-5", Kind::I32));
    }

    #[test]
    fn json_may_stand_anywhere() {
        for line in ["rwmem --json info", "rwmem info --json"] {
            assert!(parse(line).is_ok_and(|all| all.json), "{line}");
        }
    }
}
