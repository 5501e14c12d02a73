/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * As process-vm.c: what process_vm_readv and process_vm_writev refuse.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <stdint.h>

#include "child.h"

#ifdef __FreeBSD__
#include <pthread_np.h>
#define	thread_id()	pthread_getthreadid_np()
#else
#include <sys/syscall.h>
#define	thread_id()	((pid_t)syscall(SYS_gettid))
#endif

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
	/* As the manual page has it; Linux returns EFAULT, or cuts the sum. */
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

static void *
other_thread(void *id)
{
	*(pid_t *)id = thread_id();
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
	char byte;

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
	read(from_child[0], &byte, 1);
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
tests(void)
{
	arguments();
	edges();
	processes();
}

int
main(void)
{
	return (with_child(tests));
}
