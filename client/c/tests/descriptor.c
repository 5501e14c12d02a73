/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The hidden descriptor of process_vm_readv and process_vm_writev: from threads,
 * after fork(2) and closefrom(2), without the module, without permission.  Wants
 * FreeBSD, root, and the module loaded from /rwmem.ko.
 */
#include <sys/capsicum.h>
#include <sys/linker.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <pthread.h>
#include <rwmem.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tap.h"

#define	DEVICE	"/dev/rwmem"
#define	THREADS	8

static char text[] = "the text of the other process";
static pid_t target;
static const char *program;

/* 1 if "pid" can be read, else 0 and errno. */
static int
can_read(pid_t pid)
{
	char bytes[sizeof(text)] = "";
	struct iovec local = { bytes, sizeof(text) }, remote = { text, sizeof(text) };

	return (process_vm_readv(pid, &local, 1, &remote, 1, 0) == sizeof(text) && memcmp(bytes, text, sizeof(text)) == 0);
}

static int
can_write(pid_t pid)
{
	struct iovec local = { text, sizeof(text) }, remote = { text, sizeof(text) };

	return (process_vm_writev(pid, &local, 1, &remote, 1, 0) == sizeof(text));
}

/* A process that waits to be read. */
static pid_t
waiting_child(void)
{
	pid_t pid = fork();

	if (pid == 0)
		for (;;)
			pause();
	return (pid);
}

/* Runs "body" in a child whose library is fresh: its exit status must be 0. */
static void
in_child(int (*body)(void), const char *name)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0)
		_exit(body());
	waitpid(pid, &status, 0);
	if (!ok(status == 0, "%s", name))
		printf("# the child ended with status %#x\n", status);
	fflush(stdout);
}

/* How many descriptors of this process are the device. */
static int
devices(int *which)
{
	struct stat device, st;
	int found = 0;

	stat(DEVICE, &device);
	for (int fd = 0; fd < 256; fd++)
		if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == device.st_rdev) {
			found++;
			*which = fd;
		}
	return (found);
}

/* Each of these begins in a process that has not used the library yet. */

static int
one_descriptor(void)
{
	int fd = -1;

	for (int i = 0; i < 100; i++)
		if (!can_read(target) || !can_write(target))
			return (1);
	return (devices(&fd) == 1 && fd > 2 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? 0 : 2);
}

static int
closed_standard_descriptors(void)
{
	int fd = -1;

	close(0);
	close(1);
	close(2);
	return (can_read(target) && devices(&fd) == 1 && fd > 2 ? 0 : 1);
}

static int
not_loaded(void)
{
	int status;

	if (kldunload(kldfind("rwmem.ko")) == -1)
		return (1);
	status = can_read(target) || errno != ENOSYS ? 2 : can_write(target) || errno != ENOSYS ? 3 : 0;
	if (status == 0 && (rwmem_open(O_RDONLY) != -1 || errno != ENOENT))
		status = 4;
	if (kldload("/rwmem.ko") == -1)
		return (5);
	if (status == 0 && !can_read(target))
		status = 6;
	return (status);
}

static int
after_closefrom(void)
{
	if (!can_read(target))
		return (1);
	closefrom(3);
	return (can_read(target) && can_write(target) ? 0 : 2);
}

static int
number_used_by_others(void)
{
	int fd, null = open("/dev/null", O_RDWR), own, pipes[2];

	pipe(pipes);
	if (!can_read(target) || devices(&fd) != 1)
		return (1);
	/* Files of another kind. */
	dup2(null, fd);
	if (!can_read(target) || devices(&fd) != 1)
		return (2);
	dup2(pipes[1], fd);
	if (!can_write(target) || devices(&fd) != 1)
		return (3);
	/* The device, but for reading only. */
	own = open(DEVICE, O_RDONLY);
	dup2(own, fd);
	if (!can_read(target) || !can_write(target))
		return (4);
	/* Theirs were not closed. */
	return (fcntl(null, F_GETFD) != -1 && fcntl(pipes[1], F_GETFD) != -1 && fcntl(own, F_GETFD) != -1 ? 0 : 5);
}

static int
after_fork(void)
{
	pid_t pid;
	int status;

	if (!can_read(target))
		return (1);
	if ((pid = fork()) == 0) {
		/* The child's closing is not the parent's. */
		if (!can_read(target) || !can_write(target))
			_exit(1);
		closefrom(3);
		_exit(can_read(target) ? 0 : 2);
	}
	waitpid(pid, &status, 0);
	return (status == 0 && can_read(target) ? 0 : 2);
}

static atomic_int arrived;
static int closing;

static void *
first_user(void *failures)
{
	arrived++;
	while (arrived < 2)
		;
	if (!can_read(target))
		(*(atomic_int *)failures)++;
	return (NULL);
}

static int
first_use(void)
{
	atomic_int failures = 0;
	pthread_t thread;
	int fd;

	pthread_create(&thread, NULL, first_user, &failures);
	first_user(&failures);
	pthread_join(thread, NULL);
	return (failures != 0 ? 1 : devices(&fd) != 1 ? 2 : 0);
}

static int
first_uses(void)
{
	int status = 0;

	for (int i = 0; i < 30 && status == 0; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(first_use());
		waitpid(pid, &status, 0);
	}
	return (status == 0 ? 0 : WEXITSTATUS(status));
}

static void *
user(void *failures)
{
	int fd;

	for (int i = 0; i < 300; i++) {
		/* One of the threads takes the descriptor away now and then. */
		if (failures == NULL) {
			if (i % 10 == 0 && devices(&fd) > 0)
				close(fd);
		} else if (!can_read(target) || !can_write(target))
			(*(atomic_int *)failures)++;
	}
	return (NULL);
}

static int
threads(void)
{
	pthread_t thread[THREADS];
	atomic_int failures = 0;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, user, closing && i == 0 ? NULL : &failures);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	return (failures != 0);
}

static int
become_nobody(void)
{
	return (setgid(65534) == 0 && setuid(65534) == 0);
}

static int
device_closed_to_user(void)
{
	return (become_nobody() && !can_read(target) && errno == EPERM && !can_write(target) && errno == EPERM &&
	    rwmem_open(O_RDONLY) == -1 && errno == EACCES ? 0 : 1);
}

static int
device_open_to_user(void)
{
	/* One's own process, that of another, and that of another with the descriptor from before. */
	if (!become_nobody())
		return (1);
	/* setuid(2) makes a process that debuggers may not touch, until it executes a program: not even its child is. */
	return (!can_read(target) && errno == EPERM && can_read(getpid()) ? 0 : 2);
}

static int
readable_device(void)
{
	/* Opened to read where it may not be written. */
	if (!become_nobody() || !can_read(getpid()))
		return (1);
	return (!can_write(getpid()) && errno == EPERM ? 0 : 2);
}

static int
writing_later(void)
{
	int before, fd;

	if (seteuid(65534) == -1 || !can_read(getpid()) || can_write(getpid()))
		return (1);
	before = devices(&fd);
	if (seteuid(0) == -1 || !can_write(getpid()))
		return (2);
	return (before == 1 ? 0 : 3);
}

static int
privilege_dropped(void)
{
	return (can_read(target) && become_nobody() && !can_read(target) && errno == EPERM ? 0 : 1);
}

static int
capability_mode(void)
{
	if (!can_read(target) || cap_enter() == -1)
		return (1);
	return (!can_read(target) && errno == EPERM && can_read(getpid()) ? 0 : 2);
}

static int
capability_mode_first(void)
{
	return (cap_enter() == 0 && !can_read(target) && errno == EPERM ? 0 : 1);
}

static volatile int signals;

static void
on_alarm(int signal)
{
	(void)signal;
	if (can_read(target))
		signals++;
}

/* A long transfer is not ended by signals, and a signal handler may use the library. */
static int
interrupted(void)
{
	size_t len = 64UL << 20;
	char *from = malloc(len), *to = malloc(len);
	struct iovec local = { to, len }, remote = { from, len };
	struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };
	struct rwmem_seg segs[8] = { 0 };
	int fd = rwmem_open(O_RDONLY);

	memset(from, 7, len);
	memset(to, 0, len);
	for (int i = 0; i < 8; i++)
		segs[i] = (struct rwmem_seg){ .remote = (uintptr_t)from + i * (len / 8),
		    .local = (uintptr_t)to + i * (len / 8), .len = len / 8 };
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != (ssize_t)len)
		return (1);
	if (process_vm_writev(getpid(), &local, 1, &remote, 1, 0) != (ssize_t)len)
		return (2);
	memset(to, 0, len);
	if (rwmem_batch_read(fd, getpid(), segs, 8) != 0)
		return (3);
	setitimer(ITIMER_REAL, &never, NULL);
	return (memcmp(from, to, len) == 0 && signals > 0 ? 0 : 4);
}

/* A process inside execve(2) is waited for, as on Linux. */
static int
executing(void)
{
	char byte[1];
	struct iovec local = { byte, 1 }, remote = { text, 1 };
	int calls = 0, status;
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, program, "20", (char *)NULL);
		_exit(1);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (process_vm_readv(pid, &local, 1, &remote, 1, 0) == -1 && errno != EFAULT && errno != ESRCH) {
			printf("# errno %d, %s\n", errno, strerror(errno));
			return (1);
		}
		calls++;
	}
	printf("# %d calls\n", calls);
	fflush(stdout);
	return (status == 0 && calls > 20 ? 0 : 2);
}

static int
system_process(void)
{
	return (!can_read(1) && errno == EPERM && !can_read(2) && errno == EPERM ? 0 : 1);
}

/* Unlike Linux: a debugger's write makes a private copy of what is read-only. */
static int
read_only_memory(void)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *own = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANON, -1, 0);
	struct iovec local = { text, sizeof(text) }, remote = { own, sizeof(text) };

	if (process_vm_writev(getpid(), &local, 1, &remote, 1, 0) != sizeof(text))
		return (1);
	return (memcmp(own, text, sizeof(text)) == 0 ? 0 : 2);
}

int
main(int argc, char *argv[])
{
	char left[16];

	program = argv[0];
	if (argc > 1) {
		/* See executing(). */
		snprintf(left, sizeof(left), "%d", atoi(argv[1]) - 1);
		return (atoi(argv[1]) == 0 ? 0 : execl(program, program, left, (char *)NULL));
	}
	printf("# time limit: 300 s\n");
	fflush(stdout);
	alarm(290);
	/* First, for it unloads the module, which nobody may use then. */
	target = waiting_child();
	in_child(not_loaded, "the module is not loaded: ENOSYS, and it works when it is");
	in_child(one_descriptor, "one descriptor for all calls, closed on exec, above standard error");
	in_child(closed_standard_descriptors, "it does not become standard input, output or error");
	in_child(after_closefrom, "after closefrom(2)");
	in_child(number_used_by_others, "its number used for other files, which stay open");
	in_child(after_fork, "after fork(2), in the child and in the parent");
	in_child(first_uses, "two threads use it first at the same moment, and share one descriptor");
	in_child(threads, "8 threads use it together");
	closing = 1;
	in_child(threads, "8 threads, one of which closes it again and again");
	in_child(interrupted, "signals end no transfer, and their handlers may transfer");
	in_child(executing, "a process that executes one program after the other: no EBUSY");
	in_child(system_process, "system processes: EPERM");
	in_child(read_only_memory, "read-only memory is written as by a debugger");
	in_child(device_closed_to_user, "a user who may not open the device: EPERM");
	in_child(privilege_dropped, "a user who was root when it was opened: EPERM");
	in_child(capability_mode, "capability mode: EPERM, but for oneself");
	in_child(capability_mode_first, "capability mode before the first use: EPERM");
	chmod(DEVICE, 0644);
	in_child(readable_device, "a device that can only be read is opened for that; writing: EPERM");
	in_child(writing_later, "and opened to write when that is possible");
	chmod(DEVICE, 0666);
	in_child(device_open_to_user, "a user who may not touch the process: EPERM");
	chmod(DEVICE, 0600);
	kill(target, SIGKILL);
	waitpid(target, NULL, 0);
	return (0);
}
