/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Memory beside ptrace(2) and mlock(2): what FreeBSD's own tests (mlock_test,
 * ptrace_test) have a debugger do to memory by PT_READ_D and PT_WRITE_D, or to
 * what it stops, done by librwmem.  Wants FreeBSD, root, and the module loaded.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <rwmem.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

#if defined(__amd64__) || defined(__i386__)
static const unsigned char breakpoint[] = { 0xcc };
#elif defined(__aarch64__)
static const unsigned char breakpoint[] = { 0x00, 0x00, 0x20, 0xd4 };
#endif

static size_t page;

static ssize_t
move(int write, pid_t pid, void *local, void *remote, size_t len)
{
	struct iovec l = { local, len }, r = { remote, len };

	return (write ? process_vm_writev(pid, &l, 1, &r, 1, 0) : process_vm_readv(pid, &l, 1, &r, 1, 0));
}

/* Waits until the child stops itself; 0 if it ends instead. */
static int
stopped_by(pid_t child, int signal)
{
	int status;

	return (waitpid(child, &status, 0) == child && WIFSTOPPED(status) && WSTOPSIG(status) == signal);
}

/* The child's exit status, or -1. */
static int
ended(pid_t child)
{
	int status;

	return (waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

/* Two pages of the program's file that may not be written: one of them is whole, whatever a page's size is. */
static const unsigned char constants[2 << 14] = { 1 };

static int __attribute__((noinline))
forty_two(void)
{
	__asm__ volatile("");
	return (42);
}

/*
 * A page that its process keeps in memory and may not write: a write makes a
 * private copy of it, which is kept as well, and can be let go of.
 */
static void
locked_copy(const char *name, void *address, int traced)
{
	unsigned char was[8], now[8];
	pid_t child;
	int status;

	if ((child = fork()) == 0) {
		if (mlock(address, page) != 0)
			_exit(1);
		/* Tracing tells when it stops; where nobody is to, it is let go then. */
		if (ptrace(PT_TRACE_ME, 0, NULL, 0) != 0)
			_exit(2);
		raise(SIGSTOP);
		if (((volatile unsigned char *)address)[page - 1] != 0x5a)
			_exit(3);
		_exit(munlock(address, page) == 0 ? 0 : 4);
	}
	if (!ok(stopped_by(child, SIGSTOP), "%s: locked", name))
		return;
	/* It has not stopped at once: what would have it go on before that, would be lost. */
	if (!traced && !ok(ptrace(PT_DETACH, child, NULL, SIGSTOP) == 0 && waitpid(child, &status, WUNTRACED) == child &&
	    WIFSTOPPED(status), "%s: let go, and stopped", name))
		return;
	is(move(0, child, was, address, 8), 8, "it is read");
	is(move(1, child, was, address, 8), 8, "and written with what it has");
	is(move(1, child, (unsigned char[]){ 0x5a }, (unsigned char *)address + page - 1, 1), 1, "and with another byte");
	is(move(0, child, now, address, 8), 8, "and read again");
	ok(memcmp(was, now, 8) == 0 && ((unsigned char *)address)[page - 1] != 0x5a,
	    "%s: only the byte has changed, and only there", name);
	if (traced)
		ptrace(PT_CONTINUE, child, (caddr_t)1, 0);
	else
		kill(child, SIGCONT);
	is(ended(child), 0, "its process finds the byte, and unlocks the page");
}

/*
 * A mapping whose object is cut off and grows again.  Pages that are locked are
 * kept by the kernel, and are zeros to their process: so they are here.
 */
static void
cut_off(int locked)
{
	unsigned char bytes[2] = { 1, 1 };
	int object = shm_open(SHM_ANON, O_RDWR, 0600);
	unsigned char *address;
	pid_t child;

	ftruncate(object, page);
	address = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
	if ((child = fork()) == 0) {
		if (ptrace(PT_TRACE_ME, 0, NULL, 0) != 0 || (locked && mlock(address, page) != 0))
			_exit(1);
		memset(address, 1, page);
		raise(SIGSTOP);
		_exit(address[0] == 7 && (!locked || munlock(address, page) == 0) ? 0 : 2);
	}
	ok(stopped_by(child, SIGSTOP), "a mapping of an object, %s", locked ? "locked" : "not locked");
	is(move(0, child, bytes, address, 1), 1, "is read");
	ftruncate(object, 0);
	if (locked) {
		is(move(0, child, bytes, address, 1), 1, "where the object is cut off, its locked page can be read");
		is(bytes[0], 0, "and is zeros");
	} else {
		fails(move(0, child, bytes, address, 1), EFAULT, "where the object is cut off, it cannot be read: EFAULT");
		fails(move(1, child, bytes, address, 1), EFAULT, "nor written");
	}
	ftruncate(object, page);
	is(move(0, child, bytes, address, 2), 2, "where it has grown again, it can be read");
	ok(bytes[0] == 0 && bytes[1] == 0, "and is zeros");
	is(move(1, child, (unsigned char[]){ 7 }, address, 1), 1, "and is written");
	ptrace(PT_CONTINUE, child, (caddr_t)1, 0);
	is(ended(child), 0, "which its process finds");
	munmap(address, page);
	close(object);
}

/* The same of a large page that another mapping has as a whole, and read-only. */
static void
large(void)
{
	size_t sizes[MAXPAGESIZES];
	int object = shm_open(SHM_ANON, O_RDWR, 0600), good = 1;
	unsigned char *writable, *locked, *bytes;
	pid_t child;

	if (getpagesizes(sizes, MAXPAGESIZES) < 2) {
		printf("ok - a large page that is cut off # SKIP this machine has no large pages\n");
		return;
	}
	size_t len = sizes[1];
	bytes = malloc(len);
	ftruncate(object, len);
	writable = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ALIGNED_SUPER, object, 0);
	locked = mmap(NULL, len, PROT_READ, MAP_SHARED | MAP_ALIGNED_SUPER, object, 0);
	memset(writable, 0x42, len);
	if ((child = fork()) == 0) {
		ptrace(PT_TRACE_ME, 0, NULL, 0);
		if (mlock(locked, len) != 0)
			_exit(1);
		raise(SIGSTOP);
		_exit(munlock(locked, page) == 0 ? 0 : 2);
	}
	ok(stopped_by(child, SIGSTOP), "a large page, locked and read-only");
	is(move(0, child, bytes, locked, len), len, "is read");
	ftruncate(object, len - page);
	bytes[len - page] = 1;
	is(move(0, child, bytes, locked, len), len, "and still without its last page, for that is kept");
	is(bytes[len - page], 0, "as zeros");
	ftruncate(object, len);
	writable[len - 1] = 0x43;
	is(move(0, child, bytes, locked, len), len, "and whole again");
	for (size_t i = 0; i < len; i++)
		good &= bytes[i] == (i < len - page ? 0x42 : i < len - 1 ? 0 : 0x43);
	ok(good, "it has what was written to the other mapping");
	ptrace(PT_CONTINUE, child, (caddr_t)1, 0);
	is(ended(child), 0, "and a part of it is unlocked");
	munmap(writable, len);
	munmap(locked, len);
	close(object);
	free(bytes);
}

/* A breakpoint in the text of a process that somebody traces. */
static void
stops_at_breakpoint(void)
{
	unsigned char *function = (unsigned char *)(uintptr_t)forty_two, text[sizeof(breakpoint)], seen[sizeof(breakpoint)];
	struct ptrace_io_desc io = { .piod_op = PIOD_READ_I, .piod_offs = function, .piod_addr = seen, .piod_len = sizeof(seen) };
	pid_t child;

	if ((child = fork()) == 0) {
		ptrace(PT_TRACE_ME, 0, NULL, 0);
		raise(SIGSTOP);
		_exit(forty_two());
	}
	ok(stopped_by(child, SIGSTOP), "a traced process stops");
	is(move(0, child, text, function, sizeof(text)), sizeof(text), "its text is read");
	is(move(1, child, (void *)(uintptr_t)breakpoint, function, sizeof(breakpoint)), sizeof(breakpoint),
	    "a breakpoint is written there");
	is(ptrace(PT_IO, child, (caddr_t)&io, 0), 0, "PT_IO reads it");
	ok(memcmp(seen, breakpoint, sizeof(seen)) == 0, "as it was written");
	is(forty_two(), 42, "this process's own text is as it was");
	ptrace(PT_CONTINUE, child, (caddr_t)1, 0);
	ok(stopped_by(child, SIGTRAP), "it stops at the breakpoint");
	is(move(1, child, text, function, sizeof(text)), sizeof(text), "the text is written back");
	ptrace(PT_CONTINUE, child, (caddr_t)function, 0);
	is(ended(child), 42, "and it goes on from there");
}

/* What a debugger has stopped by attaching to it can be read and written by a third process, and runs on afterwards. */
static void
attached_by_another(void)
{
	volatile int *word = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
	pid_t child, third;

	if ((child = fork()) == 0) {
		while (*word == 0)
			usleep(1000);
		_exit(*word);
	}
	is(ptrace(PT_ATTACH, child, NULL, 0), 0, "a process is attached to by a debugger");
	ok(stopped_by(child, SIGSTOP), "and stopped");
	if ((third = fork()) == 0) {
		int seen = 1;

		if (move(0, child, &seen, (void *)(uintptr_t)word, sizeof(seen)) != sizeof(seen) || seen != 0)
			_exit(1);
		seen = 9;
		_exit(move(1, child, &seen, (void *)(uintptr_t)word, sizeof(seen)) == sizeof(seen) ? 0 : 2);
	}
	is(ended(third), 0, "a third process reads and writes it meanwhile");
	is(waitpid(child, NULL, WNOHANG), 0, "it stays stopped");
	ptrace(PT_DETACH, child, NULL, 0);
	is(ended(child), 9, "and finds what was written when it runs on");
}

int
main(void)
{
	page = getpagesize();
	void *untouched = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANON, -1, 0);
	void *constant = (void *)(((uintptr_t)constants + page - 1) & ~(uintptr_t)(page - 1));

	if (untouched == MAP_FAILED)
		return (1);
	printf("# time limit: 120 s\n");
	fflush(stdout);
	locked_copy("anonymous memory", untouched, 1);
	locked_copy("a page of the file", constant, 1);
	locked_copy("anonymous memory, not traced", untouched, 0);
	locked_copy("a page of the file, not traced", constant, 0);
	cut_off(0);
	cut_off(1);
	large();
	stops_at_breakpoint();
	attached_by_another();
	return (0);
}
