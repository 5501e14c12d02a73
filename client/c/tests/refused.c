/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * What process_vm_readv and process_vm_writev refuse, of the cases that the
 * tests of LTP (process_vm01) and gVisor have and the others here have not.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

typedef ssize_t (*call)(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);

static const struct {
	call move;
	const char *name;
} calls[] = { { process_vm_readv, "readv" }, { process_vm_writev, "writev" } };

static size_t page;
static unsigned char *here, *there;

static struct iovec
at(void *base, size_t len)
{
	return ((struct iovec){ .iov_base = base, .iov_len = len });
}

/* The same test for each of the two calls. */
static void
refused(ssize_t got, int want, const char *call, const char *what)
{
	char name[160];

	snprintf(name, sizeof(name), "%s: %s", call, what);
	fails(got, want, name);
}

static void
numbers(call move, const char *name)
{
	static const long flags[] = { -1, -INT_MAX, 10, INT_MAX, LONG_MAX };
	static const unsigned long counts[] = { IOV_MAX + 2, IOV_MAX + 8, LONG_MAX, ULONG_MAX };
	struct iovec l = at(here, page), r = at(there, page);

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		refused(move(getpid(), &l, 1, &r, 1, flags[i]), EINVAL, name, "other flags than 0: EINVAL");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		refused(move(getpid(), &l, counts[i], &r, 1, 0), EINVAL, name, "too many local elements: EINVAL");
		refused(move(getpid(), &l, 1, &r, counts[i], 0), EINVAL, name, "too many remote elements: EINVAL");
	}
	l.iov_len = r.iov_len = SIZE_MAX;
	refused(move(getpid(), &l, 1, &r, 1, 0), EINVAL, name, "lengths of -1 on both sides: EINVAL");
	l.iov_len = r.iov_len = page;
	ok(move(getpid(), &l, 1, &r, 1, 0) == (ssize_t)page, "%s: and without any of that, it works", name);
}

static void
addresses(call move, const char *name)
{
	void *nowhere = (void *)-1, *closed = mmap(NULL, page, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0);
	struct iovec l = at(nowhere, page), r = at(there, page);

	refused(move(getpid(), &l, 1, &r, 1, 0), EFAULT, name, "a local buffer at -1: EFAULT");
	l.iov_base = closed;
	refused(move(getpid(), &l, 1, &r, 1, 0), EFAULT, name, "a local buffer with PROT_NONE: EFAULT");
	l.iov_base = here;
	r.iov_base = nowhere;
	refused(move(getpid(), &l, 1, &r, 1, 0), EFAULT, name, "a remote address of -1: EFAULT");
	r.iov_base = closed;
	refused(move(getpid(), &l, 1, &r, 1, 0), EFAULT, name, "one's own PROT_NONE as the remote side: EFAULT");
	r.iov_base = there;
	refused(move(getpid(), NULL, 1, &r, 1, 0), EFAULT, name, "no local array: EFAULT");
	refused(move(getpid(), &l, 1, NULL, 1, 0), EFAULT, name, "no remote array: EFAULT");
	munmap(closed, page);
}

/* An array that cannot be read: Linux's kernel looks at it, here the library does. */
static void
arrays(call move, const char *name)
{
	struct iovec good = at(here, 1), *bad = (struct iovec *)-16;

	for (int local = 0; local < 2; local++) {
#ifdef __FreeBSD__
		int status;
		pid_t child = fork();

		if (child == 0) {
			move(getpid(), local ? bad : &good, 1, local ? &good : bad, 1, 0);
			_exit(0);
		}
		waitpid(child, &status, 0);
		ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV,
		    "%s: a %s array that is not mapped: SIGSEGV, unlike on Linux", name, local ? "local" : "remote");
#else
		refused(move(getpid(), local ? bad : &good, 1, local ? &good : bad, 1, 0), EFAULT, name,
		    "an array that is not mapped: EFAULT");
#endif
	}
}

static void
processes(call move, const char *name)
{
	struct iovec l = at(here, page), r = at(there, page), none = at(NULL, 8);
	siginfo_t info;
	pid_t gone;

	refused(move(-1, &l, 1, &r, 1, 0), ESRCH, name, "process -1: ESRCH");
#ifdef __FreeBSD__
	refused(move(99999 + 1, &l, 1, &r, 1, 0), ESRCH, name, "one more than the largest pid: ESRCH");
#else
	refused(move(0x400000 + 1, &l, 1, &r, 1, 0), ESRCH, name, "one more than the largest pid: ESRCH");
#endif
	if ((gone = fork()) == 0)
		_exit(0);
	waitid(P_PID, gone, &info, WEXITED | WNOWAIT);
	refused(move(gone, &none, 1, &none, 1, 0), ESRCH, name, "a zombie, and buffers that are nowhere: ESRCH");
	waitpid(gone, NULL, 0);
}

/* Of two elements the second is not mapped, on either side: what the first has is moved. */
static void
second_is_bad(call move, const char *name)
{
	unsigned char a[8] = "1234", b[8] = "5678";
	struct iovec whole[2] = { at(a, 4), at(a + 4, 4) };
	struct iovec broken[2] = { at(b, 4), at((void *)0xdeadb000UL, 42) };

	ok(move(getpid(), whole, 2, broken, 2, 0) == 4, "%s: a second remote element that is not mapped: what was before", name);
	ok(memcmp(a, b, 4) == 0, "%s: which has been moved", name);
	memcpy(a, "abcd", 4);
	ok(move(getpid(), broken, 2, whole, 2, 0) == 4, "%s: a second local element that is not mapped: what was before", name);
	ok(memcmp(a, b, 4) == 0 && a[4] == 0, "%s: which has been moved, and no more", name);
}

int
main(void)
{
	page = sysconf(_SC_PAGESIZE);
	here = malloc(page);
	there = malloc(page);
	memset(here, 'h', page);
	memset(there, 't', page);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		numbers(calls[i].move, calls[i].name);
		addresses(calls[i].move, calls[i].name);
		arrays(calls[i].move, calls[i].name);
		processes(calls[i].move, calls[i].name);
		second_is_bad(calls[i].move, calls[i].name);
	}
	return (0);
}
