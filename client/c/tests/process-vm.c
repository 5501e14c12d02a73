/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process_vm_readv and process_vm_writev, sentence by sentence from Linux's
 * manual page process_vm_readv(2).  It is a program for Linux: what it says is
 * first of all true there, and the library must make it true on FreeBSD.
 * Where the manual page and Linux differ, or Linux and FreeBSD must,
 * the test says so.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

#ifdef __FreeBSD__
#include <pthread_np.h>
#define	thread_id()	pthread_getthreadid_np()
#else
#include <sys/syscall.h>
#define	thread_id()	((pid_t)syscall(SYS_gettid))
#endif

#define	PAGES		8
#define	UNMAPPED	4	/* pages of the region, in the child */
#define	NO_ACCESS	6
#define	BIG		(16UL << 20)

static size_t page;
static unsigned char *region;	/* the child's own, at the same address here */
static unsigned char *seen;	/* shared: the child shows its region here */
static unsigned char *big;	/* the child's own, too */
static int to_child[2], from_child[2];
static pid_t child;

static unsigned char
pattern(size_t i)
{
	return ((unsigned char)(i * 7 + (i >> 8) * 13 + 3));
}

static void
fill_region(void)
{
	for (size_t i = 0; i < PAGES * page; i++)
		if (i / page != UNMAPPED && i / page != NO_ACCESS)
			region[i] = pattern(i);
}

/* The child: does what the parent asks for until there is no parent. */
static void
serve(void)
{
	char request;

	munmap(region + UNMAPPED * page, page);
	fill_region();
	mprotect(region + NO_ACCESS * page, page, PROT_NONE);
	for (size_t i = 0; i < BIG; i++)
		big[i] = pattern(i);
	close(to_child[1]);
	write(from_child[1], "!", 1);
	while (read(to_child[0], &request, 1) == 1) {
		if (request == 'f')
			fill_region();
		for (size_t i = 0; i < PAGES * page; i++)
			if (i / page != UNMAPPED && i / page != NO_ACCESS)
				seen[i] = region[i];
		write(from_child[1], "!", 1);
	}
	_exit(0);
}

static void
ask(char request)
{
	char answer;

	write(to_child[1], &request, 1);
	if (read(from_child[0], &answer, 1) != 1) {
		printf("not ok - the child answers\n");
		exit(1);
	}
}

static void
start_child(void)
{
	char answer;

	pipe(to_child);
	pipe(from_child);
	if ((child = fork()) == 0)
		serve();
	read(from_child[0], &answer, 1);
}

static struct iovec
at(void *base, size_t len)
{
	return ((struct iovec){ .iov_base = base, .iov_len = len });
}

static int
matches(const unsigned char *bytes, size_t from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != pattern(from + i))
			return (0);
	return (1);
}

static int
all(const unsigned char *bytes, unsigned char value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != value)
			return (0);
	return (1);
}

static void
whole_transfers(void)
{
	unsigned char bytes[64] = { 0 }, more[64] = { 0 };
	struct iovec l[3], r[3];

	l[0] = at(bytes, 64);
	r[0] = at(region, 64);
	is(process_vm_readv(child, l, 1, r, 1, 0), 64, "readv returns the number of bytes read");
	ok(matches(bytes, 0, 64), "readv transfers from the remote process to the local one");

	memset(bytes, 0xa5, 64);
	is(process_vm_writev(child, l, 1, r, 1, 0), 64, "writev returns the number of bytes written");
	ask('?');
	ok(all(seen, 0xa5, 64) && matches(seen + 64, 64, 64),
	    "writev transfers from the local process to the remote one, and no more");
	ok(all(region, 0, 64), "and does not touch the same address of the local process");
	ask('f');

	memset(bytes, 0, 64);
	l[0] = at(bytes, 10);
	l[1] = at(more, 10);
	r[0] = at(region + 100, 20);
	is(process_vm_readv(child, l, 2, r, 1, 0), 20, "one remote element is split over two local ones");
	ok(matches(bytes, 100, 10) && matches(more, 110, 10) && bytes[10] == 0 && more[10] == 0,
	    "local_iov[0] is filled completely before local_iov[1]");

	memset(bytes, 0, 64);
	l[0] = at(bytes, 20);
	r[0] = at(region + 50, 10);
	r[1] = at(region + 20, 10);
	is(process_vm_readv(child, l, 1, r, 2, 0), 20, "two remote elements merge into one local one");
	ok(matches(bytes, 50, 10) && matches(bytes + 10, 20, 10),
	    "remote_iov[0] is read completely before remote_iov[1]");

	memset(bytes, 0, 64);
	memset(more, 0, 64);
	l[0] = at(bytes, 3);
	l[1] = at(more, 0);
	l[2] = at(more, 17);
	r[0] = at(region + 9, 11);
	r[1] = at(region + 300, 0);
	r[2] = at(region + 200, 9);
	is(process_vm_readv(child, l, 3, r, 3, 0), 20, "vectors of different shape, with empty elements");
	ok(matches(bytes, 9, 3) && matches(more, 12, 8) && matches(more + 8, 200, 9) && more[17] == 0,
	    "their bytes are where they belong");

	memset(bytes, 1, 64);
	memset(more, 2, 64);
	l[0] = at(bytes, 10);
	l[1] = at(more, 20);
	r[0] = at(region, 25);
	r[1] = at(region + 40, 5);
	is(process_vm_writev(child, l, 2, r, 2, 0), 30, "writev with vectors of different shape");
	ask('?');
	ok(all(seen, 1, 10) && all(seen + 10, 2, 15) && all(seen + 40, 2, 5),
	    "writev writes out local_iov[0] before local_iov[1], fills remote_iov[0] before remote_iov[1]");
	ok(matches(seen + 25, 25, 15) && matches(seen + 45, 45, 19), "and nothing between them");
	ask('f');

	l[0] = at(bytes, 64);
	r[0] = at(region, 8);
	is(process_vm_readv(child, l, 1, r, 1, 0), 8, "the shorter side says how much: remote");
	l[0] = at(bytes, 8);
	r[0] = at(region, 64);
	is(process_vm_readv(child, l, 1, r, 1, 0), 8, "the shorter side says how much: local");
}

static void
arguments(void)
{
	unsigned char bytes[16];
	struct iovec *many = calloc(IOV_MAX + 1, sizeof(*many));
	unsigned char *local = calloc(IOV_MAX + 1, 1);
	struct iovec l = at(bytes, 16), r = at(region, 16), big_one[2];
	int i;

	memset(bytes, 0x11, 16);
	fails(process_vm_readv(child, &l, 1, &r, 1, 1), EINVAL, "readv: flags must be 0");
	fails(process_vm_readv(child, &l, 1, &r, 1, 1UL << 63), EINVAL, "readv: flags must be 0, all bits of them");
	fails(process_vm_writev(child, &l, 1, &r, 1, 1), EINVAL, "writev: flags must be 0");

	is(sysconf(_SC_IOV_MAX), IOV_MAX, "sysconf(_SC_IOV_MAX) is IOV_MAX");
	for (i = 0; i <= IOV_MAX; i++)
		many[i] = at(region + i, 1);
	l = at(local, IOV_MAX + 1);
	is(process_vm_readv(child, &l, 1, many, IOV_MAX, 0), IOV_MAX, "riovcnt may be IOV_MAX");
	ok(matches(local, 0, IOV_MAX) && local[IOV_MAX] == 0, "and all of it is read");
	memset(local, 0x11, IOV_MAX);
	fails(process_vm_readv(child, &l, 1, many, IOV_MAX + 1, 0), EINVAL, "readv: riovcnt may not be more");
	fails(process_vm_writev(child, &l, 1, many, IOV_MAX + 1, 0), EINVAL, "writev: riovcnt may not be more");
	ok(all(local, 0x11, IOV_MAX), "and none of the vectors is processed");
	for (i = 0; i <= IOV_MAX; i++)
		many[i] = at(local + i, 1);
	r = at(region, IOV_MAX + 1);
	is(process_vm_readv(child, many, IOV_MAX, &r, 1, 0), IOV_MAX, "liovcnt may be IOV_MAX");
	ok(matches(local, 0, IOV_MAX) && local[IOV_MAX] == 0, "and all of it is filled");
	memset(local, 0x11, IOV_MAX);
	fails(process_vm_readv(child, many, IOV_MAX + 1, &r, 1, 0), EINVAL, "readv: liovcnt may not be more");
	fails(process_vm_writev(child, many, IOV_MAX + 1, &r, 1, 0), EINVAL, "writev: liovcnt may not be more");
	fails(process_vm_readv(child, many, ULONG_MAX, &r, 1, 0), EINVAL, "liovcnt may not be ULONG_MAX");
	ok(all(local, 0x11, IOV_MAX), "and none of the vectors is processed");
	ask('?');
	ok(matches(seen, 0, page), "and nothing is written");

	r = at(region, 16);
	fails(process_vm_readv(child, NULL, 1, &r, 1, 0), EFAULT, "an invalid local_iov is found before any transfer");
	l = at(bytes, 16);
	fails(process_vm_readv(child, &l, 1, NULL, 1, 0), EFAULT, "and so is an invalid remote_iov");

	is(process_vm_readv(child, NULL, 0, &r, 1, 0), 0, "no local element: 0");
	is(process_vm_readv(child, &l, 1, NULL, 0, 0), 0, "no remote element: 0");
	is(process_vm_readv(0x7ffffff0, NULL, 0, NULL, 0, 0), 0, "none at all: 0, whatever the process");
	l.iov_len = 0;
	is(process_vm_readv(child, &l, 1, &r, 1, 0), 0, "an empty local element: 0");
	l.iov_len = 16;
	r.iov_len = 0;
	is(process_vm_readv(child, &l, 1, &r, 1, 0), 0, "an empty remote element: 0");

#ifdef __FreeBSD__
	/* As the manual page has it; Linux answers EFAULT, or cuts the sum. */
	r = at(region, 16);
	big_one[0] = at(bytes, SSIZE_MAX);
	big_one[1] = at(bytes, 1);
	fails(process_vm_readv(child, big_one, 2, &r, 1, 0), EINVAL,
	    "the sum of local_iov's lengths may not overflow a ssize_t");
	fails(process_vm_readv(child, &l, 1, big_one, 2, 0), EINVAL,
	    "the sum of remote_iov's lengths may not overflow a ssize_t");
	big_one[0] = at(bytes, SIZE_MAX);
	fails(process_vm_readv(child, &l, 1, big_one, 2, 0), EINVAL, "nor a size_t");
#else
	r = at(region, 16);
#endif
	big_one[0] = at(bytes, (size_t)SSIZE_MAX + 1);
	fails(process_vm_readv(child, big_one, 1, &r, 1, 0), EINVAL, "one length may not overflow a ssize_t");
	free(many);
	free(local);
}

/* What Linux looks at, in which order, before it transfers anything. */
static void
edges(void)
{
	unsigned char bytes[32];
	struct iovec empty = at(bytes, 0), l = at(bytes, 16), r = at(region, 16), two[2];
	struct iovec long_one = at(region, SIZE_MAX);
	void *kernel = (void *)0xffffffff80000000UL;

	memset(bytes, 0x11, 32);
	is(process_vm_readv(child, &empty, 1, NULL, 1, 0), 0, "an empty local side: remote_iov may be NULL");
	is(process_vm_writev(child, &empty, 1, NULL, 1, 0), 0, "for writev, too");
	is(process_vm_readv(child, NULL, 0, NULL, 1, 0), 0, "no local element: remote_iov may be NULL");
	is(process_vm_readv(child, &empty, 1, (struct iovec *)16, 1, 0), 0, "or not mapped");
	is(process_vm_readv(child, &empty, 1, &r, IOV_MAX + 1, 0), 0, "or too long");
	is(process_vm_readv(child, &empty, 1, &long_one, 1, 0), 0, "or have lengths that overflow");
	is(process_vm_readv(0x7ffffff0, &empty, 1, NULL, 1, 0), 0, "whatever the process");
	fails(process_vm_readv(child, &empty, 1, NULL, 1, 1), EINVAL, "but flags must be 0");
	fails(process_vm_readv(child, &empty, IOV_MAX + 1, NULL, 1, 0), EINVAL, "and liovcnt not more than IOV_MAX");
	fails(process_vm_readv(child, NULL, 1, NULL, 0, 0), EFAULT, "and local_iov be there");

	two[0] = at(bytes, 8);
	two[1] = at(kernel, 8);
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EFAULT, "a later local buffer of the kernel: EFAULT, at once");
	ok(all(bytes, 0x11, 32), "and nothing is read");
	fails(process_vm_writev(child, two, 2, &r, 1, 0), EFAULT, "for writev, too");
	ask('?');
	ok(matches(seen, 0, 16), "and nothing is written");
	r.iov_len = 4;
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EFAULT, "even if it is never reached");
	fails(process_vm_readv(0x7ffffff0, two, 2, &r, 1, 0), EFAULT, "whatever the process");
	fails(process_vm_readv(child, two, 2, NULL, 0, 0), EFAULT, "and the other side");
	r.iov_len = 16;
	two[1].iov_len = 0;
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EFAULT, "even if it is empty");
	two[1] = at(bytes + 8, SSIZE_MAX - 16);
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EFAULT, "a later local buffer that goes into the kernel: EFAULT");
	two[1] = at((void *)(UINTPTR_MAX - 7), 16);
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EFAULT, "or around the end of the address space");
	two[0] = at(kernel, 8);
	two[1] = at(bytes, SIZE_MAX);
	fails(process_vm_readv(child, two, 2, &r, 1, 0), EINVAL, "but a length that overflows counts first: EINVAL");
	/* Linux looks at 2 GiB of it; the stack may be nearer than that to the end of what a process has. */
	static char low[16];
	struct iovec longest = at(low, SSIZE_MAX);
	is(process_vm_readv(child, &longest, 1, &r, 1, 0), 16, "a single local buffer may be as long as can be said");

	two[0] = at(region, 8);
	two[1] = at(kernel, 8);
	is(process_vm_readv(child, &l, 1, two, 2, 0), 8, "a later remote address of the kernel ends it there");
}

static void
partial_transfers(void)
{
	unsigned char *bytes = calloc(3, page);
	struct iovec l[3], r[3];
	unsigned char *hole = region + UNMAPPED * page;

	l[0] = at(bytes, 48);
	r[0] = at(region, 16);
	r[1] = at(hole, 16);
	r[2] = at(region + 32, 16);
	is(process_vm_readv(child, l, 1, r, 3, 0), 16, "an invalid remote element makes a partial read");
	ok(matches(bytes, 0, 16), "which has what came before it");

	memset(bytes, 0x22, 48);
	is(process_vm_writev(child, l, 1, r, 3, 0), 16, "an invalid remote element makes a partial write");
	ask('?');
	ok(all(seen, 0x22, 16), "which has written what came before it");
	ok(matches(seen + 16, 16, 64), "and no further writes are attempted beyond that point");
	ask('f');

	fails(process_vm_readv(child, l, 1, r + 1, 2, 0), EFAULT, "readv: nothing before the invalid element: EFAULT");
	fails(process_vm_writev(child, l, 1, r + 1, 2, 0), EFAULT, "writev: nothing before the invalid element: EFAULT");
	ask('?');
	ok(matches(seen + 32, 32, 16), "and nothing is written after it");

	/* The manual page's advice for strings of unknown length. */
	memset(bytes, 0, 2 * page);
	l[0] = at(bytes, page + 20);
	r[0] = at(hole - 20, 20);
	r[1] = at(hole, page);
	is(process_vm_readv(child, l, 1, r, 2, 0), 20, "a read that is split where the page ends gives what is before");
	ok(matches(bytes, UNMAPPED * page - 20, 20), "and it is right");

	/*
	 * "These system calls won't perform a partial transfer that splits a
	 * single iovec element", says the manual page.  Linux does so.
	 */
	memset(bytes, 0, 2 * page);
	r[0] = at(hole - 20, 40);
	is(process_vm_readv(child, l, 1, r, 1, 0), 20, "an element into an unmapped page is read up to that page");
	ok(matches(bytes, UNMAPPED * page - 20, 20) && bytes[20] == 0, "and it is right");
	r[0] = at(hole - page - 20, 2 * page);
	l[0] = at(bytes, 2 * page);
	is(process_vm_readv(child, l, 1, r, 1, 0), page + 20, "the same with more pages");
	memset(bytes, 0x33, 2 * page);
	is(process_vm_writev(child, l, 1, r, 1, 0), page + 20, "and for writev");
	ask('?');
	ok(all(seen + (UNMAPPED - 1) * page - 20, 0x33, page + 20), "which has written up to that page");
	ask('f');

	r[0] = at(region + NO_ACCESS * page, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "PROT_NONE cannot be read");
	fails(process_vm_writev(child, l, 1, r, 1, 0), EFAULT, "PROT_NONE cannot be written");
	r[0] = at(NULL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "the remote address 0: EFAULT");
	r[0] = at((void *)0xffffffff80000000UL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "a remote address of the kernel: EFAULT");
	r[0] = at((void *)(UINTPTR_MAX - 7), 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "a remote range around the end of the address space: EFAULT");

	/* Local memory that cannot be accessed. */
	munmap(region + UNMAPPED * page, page);
	r[0] = at(region, 48);
	l[0] = at(hole, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "readv: local memory that is not mapped: EFAULT");
	fails(process_vm_writev(child, l, 1, r, 1, 0), EFAULT, "writev: local memory that is not mapped: EFAULT");
	l[0] = at((void *)0xffffffff80000000UL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "local memory of the kernel: EFAULT");
	/* "None of the vectors will be processed", says the manual page.  Linux looks only when it gets there. */
	memset(bytes, 0, 16);
	l[0] = at(bytes, 16);
	l[1] = at(hole, 16);
	is(process_vm_readv(child, l, 2, r, 1, 0), 16, "unmapped local memory after good memory makes a partial read");
	ok(matches(bytes, 0, 16), "which has what came before it");
	is(process_vm_writev(child, l, 2, r, 1, 0), 16, "and a partial write");
	ask('f');
	free(bytes);
}

static void *
other_thread(void *answer)
{
	*(pid_t *)answer = thread_id();
	write(to_child[1], "?", 1);
	pause();
	return (NULL);
}

static void
processes(void)
{
	unsigned char bytes[16];
	struct iovec l = at(bytes, 16), r = at(region, 16);
	pid_t gone, tid = 0;
	pthread_t thread;
	int status;
	char answer;

	if ((gone = fork()) == 0)
		_exit(0);
	while (process_vm_readv(gone, &l, 1, &r, 1, 0) == 16)
		usleep(1000);
	fails(process_vm_readv(gone, &l, 1, &r, 1, 0), ESRCH, "a zombie: ESRCH");
	waitpid(gone, &status, 0);
	fails(process_vm_readv(gone, &l, 1, &r, 1, 0), ESRCH, "readv: no such process: ESRCH");
	fails(process_vm_writev(gone, &l, 1, &r, 1, 0), ESRCH, "writev: no such process: ESRCH");
	fails(process_vm_readv(0, &l, 1, &r, 1, 0), ESRCH, "process 0: ESRCH");
	fails(process_vm_readv(-1, &l, 1, &r, 1, 0), ESRCH, "process -1: ESRCH");
	fails(process_vm_readv(INT_MIN, &l, 1, &r, 1, 0), ESRCH, "the most negative process: ESRCH");

	memcpy(region, "0123456789abcdef", 16);
	is(process_vm_readv(getpid(), &l, 1, &r, 1, 0), 16, "one's own process");
	ok(memcmp(bytes, region, 16) == 0, "and it is right");

	pthread_create(&thread, NULL, other_thread, &tid);
	read(from_child[0], &answer, 1);
	memset(bytes, 0, 16);
#ifdef __FreeBSD__
	fails(process_vm_readv(tid, &l, 1, &r, 1, 0), ESRCH, "a thread's id is not a process's: ESRCH, unlike on Linux");
#else
	is(process_vm_readv(tid, &l, 1, &r, 1, 0), 16, "a thread's id stands for its process");
#endif

	/* Another user, who may not. */
	if (getuid() != 0) {
		printf("ok - another user: EPERM # SKIP only root can become another user\n");
		return;
	}
	if ((gone = fork()) == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(2);
		_exit(process_vm_readv(child, &l, 1, &r, 1, 0) == -1 && errno == EPERM &&
		    process_vm_writev(child, &l, 1, &r, 1, 0) == -1 && errno == EPERM ? 0 : 1);
	}
	waitpid(gone, &status, 0);
	is(status, 0, "another user: EPERM");
}

static void
much(void)
{
	unsigned char *bytes = malloc(BIG);
	struct iovec *l = calloc(IOV_MAX, sizeof(*l)), *r = calloc(IOV_MAX, sizeof(*r));
	size_t i, ll = 0, rl = 0;

	l[0] = at(bytes, BIG);
	r[0] = at(big, BIG);
	is(process_vm_readv(child, l, 1, r, 1, 0), BIG, "16 MiB at once");
	ok(matches(bytes, 0, BIG), "and all of it is right");

	/* Ragged on both sides: 2,046 pieces. */
	memset(bytes, 0, BIG);
	for (i = 0; i < IOV_MAX; i++) {
		l[i] = at(bytes + ll, 100 + i % 7);
		r[i] = at(big + rl, 100 + i % 5);
		ll += l[i].iov_len;
		rl += r[i].iov_len;
	}
	rl = ll < rl ? ll : rl;
	is(process_vm_readv(child, l, IOV_MAX, r, IOV_MAX, 0), rl, "IOV_MAX elements on both sides, all of different length");
	ok(matches(bytes, 0, rl) && bytes[rl] == 0, "and all of it is right");
	free(l);
	free(r);
	free(bytes);
}

int
main(void)
{
	page = sysconf(_SC_PAGESIZE);
	region = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
	seen = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
	big = mmap(NULL, BIG, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
	if (region == MAP_FAILED || seen == MAP_FAILED || big == MAP_FAILED)
		return (1);
	printf("# time limit: 300 s\n");
	fflush(stdout);
	alarm(290);
	start_child();
	whole_transfers();
	arguments();
	edges();
	partial_transfers();
	processes();
	much();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return (0);
}
