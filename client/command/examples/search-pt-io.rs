// SPDX-License-Identifier: BSD-2-Clause
//! For the benchmark: `rwmem search` as it would be without rwmem. Everything is the same, but the memory is read by
//! `ptrace(PT_IO)`, for which the process must be stopped. The command line is that of `rwmem`.

use std::process::ExitCode;

#[cfg(target_os = "freebsd")]
fn main() -> ExitCode {
    ExitCode::from(pt_io::main() as u8)
}

#[cfg(not(target_os = "freebsd"))]
fn main() -> ExitCode {
    eprintln!("search-pt-io: there is no PT_IO here");
    ExitCode::FAILURE
}

#[cfg(target_os = "freebsd")]
mod pt_io {
    use std::io;
    use std::ptr;

    use clap::Parser;
    use rwmem::Memory;
    use rwmem_command::arguments::{Arguments, Command};
    use rwmem_command::failure::{Exit, Failure};
    use rwmem_command::output::Output;
    use rwmem_command::run::end::{End, end};
    use rwmem_command::run::search;

    pub fn main() -> Exit {
        let arguments = Arguments::parse();
        let mut output = Output::new(arguments.json);
        let result = run(&arguments, &mut output);
        end(result, output)
    }

    fn run(arguments: &Arguments, output: &mut Output) -> Result<End, Failure> {
        let Command::Search(arguments) = &arguments.command else {
            return Err(Failure::Usage("only search can be done here".into()));
        };
        let pattern = search::pattern(arguments)?;
        let stopped = Stopped::attach(arguments.pid).map_err(|Error(error)| Failure::Kernel {
            what: "stop the process",
            source: error,
        })?;
        search::search(arguments, pattern, &stopped, output)
    }

    pub struct Error(io::Error);

    impl From<Error> for Failure {
        fn from(Error(source): Error) -> Failure {
            Failure::Kernel {
                what: "read by PT_IO",
                source,
            }
        }
    }

    /// A process that is traced and stopped, until this is dropped.
    struct Stopped(i32);

    impl Stopped {
        fn attach(pid: i32) -> Result<Stopped, Error> {
            ptrace(libc::PT_ATTACH, pid, ptr::null_mut())?;
            let stopped = Stopped(pid);
            // SAFETY: no status is asked for.
            match unsafe { libc::waitpid(pid, ptr::null_mut(), 0) } {
                -1 => Err(Error(io::Error::last_os_error())),
                _ => Ok(stopped),
            }
        }
    }

    impl Drop for Stopped {
        fn drop(&mut self) {
            // From where it stopped. A process that is gone needs no detaching.
            let _ = ptrace(libc::PT_DETACH, self.0, ptr::without_provenance_mut(1));
        }
    }

    impl Memory for Stopped {
        type Error = Error;

        fn read_at(&self, address: u64, buffer: &mut [u8]) -> Result<usize, Error> {
            let mut request = libc::ptrace_io_desc {
                piod_op: libc::PIOD_READ_D,
                piod_offs: ptr::without_provenance_mut(address as usize),
                piod_addr: buffer.as_mut_ptr().cast(),
                piod_len: buffer.len(),
            };
            match ptrace(libc::PT_IO, self.0, (&raw mut request).cast()) {
                Ok(()) => Ok(request.piod_len),
                Err(Error(error)) if error.raw_os_error() == Some(libc::EFAULT) => Ok(0),
                Err(error) => Err(error),
            }
        }
    }

    fn ptrace(request: i32, pid: i32, address: *mut libc::c_char) -> Result<(), Error> {
        // SAFETY: these requests change another process only, but for PT_IO, which is given a descriptor of a buffer
        // that may be written.
        match unsafe { libc::ptrace(request, pid, address, 0) } {
            -1 => Err(Error(io::Error::last_os_error())),
            _ => Ok(()),
        }
    }
}
