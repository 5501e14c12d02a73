// SPDX-License-Identifier: BSD-2-Clause
//! Processes to read from and write to.

use crate::sys::file::{self, Fd};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, signal, time};
use crate::text::Text;
use core::ffi::CStr;

/// How long a process may take to go away, in milliseconds.
pub const PATIENCE: u64 = 60_000;

/// A child that does what it is asked, killed and reaped on drop.
pub struct Target {
    pid: i32,
    questions: Option<Fd>,
    answers: Fd,
    reaped: bool,
}

impl Target {
    /// Forks a child that first prepares itself and then answers questions. Returns when it is ready.
    pub fn spawn(
        prepare: impl FnOnce() -> Result<(), Errno>,
        answer: impl FnMut(u64) -> u64,
    ) -> Result<Target, Errno> {
        Self::start(|link| {
            if prepare().is_ok() {
                link.serve(answer);
            }
        })
    }

    /// A child that does nothing.
    pub fn idle() -> Result<Target, Errno> {
        Self::spawn(|| Ok(()), |_| 0)
    }

    /// Forks a child that runs `body` and ends. Returns when it first says something.
    pub fn start(body: impl FnOnce(Link)) -> Result<Target, Errno> {
        let (question_out, question_in) = file::pipe()?;
        let (answer_out, answer_in) = file::pipe()?;
        let pid = process::fork()?;
        if pid == 0 {
            drop(question_in);
            drop(answer_out);
            body(Link {
                questions: question_out,
                answers: answer_in,
            });
            process::exit(0);
        }
        let target = Target {
            pid,
            questions: Some(question_in),
            answers: answer_out,
            reaped: false,
        };
        drop(answer_in);
        target.hear()?;
        Ok(target)
    }

    /// Forks a child that executes this program again, as `uid` where that is given: one whose credentials
    /// did not change since its image began, and whose text is its own mapping of the file.
    pub fn executed(program: &CStr, role: Role, uid: Option<u32>) -> Result<Target, Errno> {
        Self::start(|link| {
            if uid.map_or(Ok(()), process::become_user).is_ok() {
                link.become_role(program, role);
            }
        })
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Asks without waiting for the answer.
    pub fn tell(&self, question: u64) -> Result<(), Errno> {
        self.tell_all([question])
    }

    /// The next answer; ESRCH if the process went away instead.
    pub fn hear(&self) -> Result<u64, Errno> {
        self.hear_all().map(|[answer]| answer)
    }

    /// A question of several words.
    pub fn tell_all<const N: usize>(&self, question: [u64; N]) -> Result<(), Errno> {
        let questions = self.questions.as_ref().ok_or(Errno::EBADF)?;
        questions
            .write(question.map(u64::to_ne_bytes).as_flattened())
            .map(drop)
    }

    /// The next answer, of several words.
    pub fn hear_all<const N: usize>(&self) -> Result<[u64; N], Errno> {
        words(&self.answers)?.ok_or(Errno::ESRCH)
    }

    pub fn ask(&self, question: u64) -> Result<u64, Errno> {
        self.tell(question)?;
        self.hear()
    }

    pub fn kill(&self) -> Result<(), Errno> {
        process::kill(self.pid, signal::SIGKILL)
    }

    pub fn kinfo(&self) -> Result<Kinfo, Errno> {
        Kinfo::of(self.pid)
    }

    /// Waits for the process's end; ETIMEDOUT if it is still there after so many milliseconds.
    pub fn wait(&mut self, milliseconds: u64) -> Result<Ended, Errno> {
        let mut result = Ok(None);
        time::wait_until(milliseconds, || {
            result = process::reap(self.pid, Patience::Look);
            !matches!(result, Ok(None))
        });
        let (_, ended) = result?.ok_or(Errno::ETIMEDOUT)?;
        self.reaped = true;
        Ok(ended)
    }

    /// Kills the process, and waits for its end.
    pub fn end(&mut self) -> Result<Ended, Errno> {
        self.kill()?;
        self.wait(PATIENCE)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.reaped {
            // Where killing is not allowed (any more), a child that hears nothing further ends by itself. One
            // that stays nevertheless is found by the runner.
            let _ = self.kill();
            self.questions = None;
            let _ = self.wait(PATIENCE);
        }
    }
}

/// So many words from a pipe; `None` if it is closed.
fn words<const N: usize>(pipe: &Fd) -> Result<Option<[u64; N]>, Errno> {
    let mut bytes = [[0; 8]; N];
    let len = pipe.read(bytes.as_flattened_mut())?;
    Ok((len == 8 * N).then(|| bytes.map(u64::from_ne_bytes)))
}

/// The child's side.
pub struct Link {
    questions: Fd,
    answers: Fd,
}

impl Link {
    /// Says that all is prepared, then answers questions until the link is closed.
    pub fn serve(&self, mut answer: impl FnMut(u64) -> u64) {
        self.say(0);
        while let Some(question) = self.listen() {
            self.say(answer(question));
        }
    }

    pub fn say(&self, answer: u64) {
        self.say_all([answer]);
    }

    pub fn listen(&self) -> Option<u64> {
        self.listen_all().map(|[question]| question)
    }

    pub fn say_all<const N: usize>(&self, answer: [u64; N]) {
        // If the other end is closed, there will be no further question.
        let _ = self
            .answers
            .write(answer.map(u64::to_ne_bytes).as_flattened());
    }

    /// A debugger that wrote to this process while it waits here has the wait end with EINTR when it detaches
    /// (FreeBSD 15): it goes on.
    pub fn listen_all<const N: usize>(&self) -> Option<[u64; N]> {
        loop {
            match words(&self.questions) {
                Err(Errno::EINTR) => (),
                heard => return heard.ok().flatten(),
            }
        }
    }

    /// Waits inside vfork(2) for a child that says its pid, and ends when it is asked something.
    pub fn vfork(&self) {
        process::vfork_and_wait(self.questions.number(), self.answers.number());
    }

    /// Executes this program anew, in a role, which says that it is ready through the same link.
    pub fn become_role(&self, program: &CStr, role: Role) {
        self.become_role_in(program, program, role);
    }

    /// The same in another file, whose image is still told that `program` is this program's.
    pub fn become_role_in(&self, file: &CStr, program: &CStr, role: Role) {
        let questions = Text::<16>::of(format_args!("{}", self.questions.number()));
        let answers = Text::<16>::of(format_args!("{}", self.answers.number()));
        let error = process::execute(
            file,
            [
                program,
                ROLE,
                role.name(),
                questions.as_c_str(),
                answers.as_c_str(),
            ],
        );
        crate::console::remark!("cannot execute {file:?}: {error}");
    }

    /// The link of an image that [`Link::become_role`] began.
    pub fn from_numbers(questions: i32, answers: i32) -> Link {
        Link {
            questions: Fd::from_number(questions),
            answers: Fd::from_number(answers),
        }
    }
}

/// The argument that makes this program a target.
pub const ROLE: &CStr = c"--role";

/// What a newly executed image does: see `roles`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing.
    Idle,
    /// Answers with [`crate::patch::value`].
    Value,
    /// Nothing, and forbids to be debugged.
    NoTrace,
    /// What [`crate::tests::privilege`] orders.
    Agent,
    /// Executes itself again at once, for ever.
    Restless,
    /// The same, in the later images: they need not say that they are ready.
    RestlessStill,
}

impl Role {
    const ALL: [Role; 6] = [
        Role::Idle,
        Role::Value,
        Role::NoTrace,
        Role::Agent,
        Role::Restless,
        Role::RestlessStill,
    ];

    fn name(self) -> &'static CStr {
        match self {
            Role::Idle => c"idle",
            Role::Value => c"value",
            Role::NoTrace => c"notrace",
            Role::Agent => c"agent",
            Role::Restless => c"restless",
            Role::RestlessStill => c"restless-still",
        }
    }

    pub fn from_name(name: &CStr) -> Option<Role> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}
