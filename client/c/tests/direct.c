/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The direct calls of librwmem.  Wants FreeBSD, root, and the module loaded.
 */
#include <sys/param.h>
#include <sys/sysctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <rwmem.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

static char text[] = "the text of the other process";
static pid_t target;

static void
direct(void)
{
	char bytes[sizeof(text)] = "", page[2] = "";
	struct rwmem_info info;
	struct rwmem_seg *segs = calloc(3000, sizeof(*segs));
	char *many = calloc(3000, 1);
	uint64_t address = (uintptr_t)text;
	int fd = rwmem_open(O_RDWR), to_read = rwmem_open(O_RDONLY);

	ok(fd != -1 && to_read != -1, "rwmem_open");
	ok((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0, "rwmem_open: close-on-exec");
	is(rwmem_get_info(fd, &info), 0, "rwmem_get_info");
	ok(info.abi_version == RWMEM_ABI_VERSION && info.max_segs == RWMEM_MAX_SEGS && info.page_size == PAGE_SIZE,
	    "rwmem_get_info: what it says");
	fails(rwmem_get_info(STDOUT_FILENO, &info), ENOTTY, "rwmem_get_info of another file: ENOTTY");
	fails(rwmem_read(fd, address, bytes, 1), ENXIO, "rwmem_read, not attached: ENXIO");
	fails(rwmem_attach(fd, 99999), ESRCH, "rwmem_attach, no such process: ESRCH");
	fails(rwmem_attach(fd, 1), EINVAL, "rwmem_attach, a system process: EINVAL");
	is(rwmem_attach(fd, target), 0, "rwmem_attach");
	is(rwmem_read(fd, address, bytes, sizeof(text)), sizeof(text), "rwmem_read");
	ok(memcmp(bytes, text, sizeof(text)) == 0, "rwmem_read: what it read");
	is(rwmem_write(fd, address, "The", 3), 3, "rwmem_write");
	is(rwmem_read(fd, address, bytes, sizeof(text)), sizeof(text), "rwmem_read again");
	ok(memcmp(bytes, "The text", 8) == 0, "rwmem_write: what it wrote");
	is(rwmem_write(fd, address, "the", 3), 3, "rwmem_write, back again");
	fails(rwmem_read(fd, 0, page, 1), EFAULT, "rwmem_read at 0: EFAULT");
	fails(rwmem_read(fd, UINT64_MAX, page, 2), EINVAL, "rwmem_read around the end: EINVAL");
	is(rwmem_read(fd, 0, page, 0), 0, "rwmem_read of nothing");
	fails(rwmem_write(to_read, address, "x", 1), EBADF, "rwmem_write, opened to read: EBADF");

	for (int i = 0; i < 3000; i++)
		segs[i] = (struct rwmem_seg){ .remote = i % 1000 == 999 ? 0 : address + i % sizeof(text),
		    .local = (uintptr_t)&many[i], .len = 1, .done = 9 };
	is(rwmem_batch_read(fd, RWMEM_PID_ATTACHED, segs, 3000), 3, "rwmem_batch_read of 3,000 segments, 3 of them bad");
	int good = 1;
	for (int i = 0; i < 3000; i++)
		good &= i % 1000 == 999 ? segs[i].error == EFAULT && segs[i].done == 0 && many[i] == 0 :
		    segs[i].error == 0 && segs[i].done == 1 && many[i] == text[i % sizeof(text)];
	ok(good, "rwmem_batch_read: each one's result");
	is(rwmem_batch_read(to_read, target, segs, 1024), 1, "rwmem_batch_read by pid");
	is(rwmem_batch_read(fd, target, NULL, 0), 0, "rwmem_batch_read of nothing");
	fails(rwmem_batch_read(fd, 99999, NULL, 0), ESRCH, "rwmem_batch_read of nothing, no such process: ESRCH");
	fails(rwmem_batch_read(fd, target, NULL, 1), EFAULT, "rwmem_batch_read, no segments there: EFAULT");
	segs[0] = (struct rwmem_seg){ .remote = address, .local = (uintptr_t)"T", .len = 1 };
	is(rwmem_batch_write(fd, target, segs, 1), 0, "rwmem_batch_write");
	is(rwmem_read(fd, address, bytes, 1), 1, "rwmem_read after it");
	ok(bytes[0] == 'T', "rwmem_batch_write: what it wrote");
	fails(rwmem_batch_write(to_read, target, segs, 1), EBADF, "rwmem_batch_write, opened to read: EBADF");
	is(rwmem_current(fd), 0, "rwmem_current");
	fails(rwmem_current(to_read), ENXIO, "rwmem_current, not attached: ENXIO");
	is(rwmem_snapshot(to_read, target), 0, "rwmem_snapshot");
	is(rwmem_write(fd, address, "later", 5), 5, "rwmem_write after the snapshot");
	is(rwmem_read(to_read, address, bytes, sizeof(text)), sizeof(text), "rwmem_read of the snapshot");
	ok(memcmp(bytes, "The text", 8) == 0, "rwmem_read of the snapshot: what was there");
	fails(rwmem_current(to_read), EOPNOTSUPP, "rwmem_current of a snapshot: EOPNOTSUPP");
	is(rwmem_snapshot(fd, target), 0, "rwmem_snapshot in the place of what was attached");
	fails(rwmem_write(fd, address, "The t", 5), EROFS, "rwmem_write into a snapshot: EROFS");
	is(rwmem_detach(to_read), 0, "rwmem_detach of a snapshot");
	is(rwmem_attach(fd, target), 0, "rwmem_attach in the place of a snapshot");
	is(rwmem_write(fd, address, "the t", 5), 5, "rwmem_write, back again");
	fails(rwmem_snapshot(fd, 99999), ESRCH, "rwmem_snapshot, no such process: ESRCH");
	is(rwmem_detach(fd), 0, "rwmem_detach");
	fails(rwmem_detach(fd), ENXIO, "rwmem_detach again: ENXIO");
	is(rwmem_close(fd), 0, "rwmem_close");
	fails(rwmem_close(fd), EBADF, "rwmem_close again: EBADF");
	rwmem_close(to_read);
	free(segs);
	free(many);
}

/* Requests to write so far. */
static uint64_t
writes(void)
{
	uint64_t number = 0;
	size_t length = sizeof(number);

	sysctlbyname("kern.rwmem.writes", &number, &length, NULL, 0);
	return (number);
}

/* What is in pieces is one request, and nothing is written after the one that fails. */
static void
together(void)
{
	char to[] = "TO THE OTHER", bytes[sizeof(text)] = "";
	struct iovec local = { to, 12 }, remote[4] = { { text, 3 }, { text + 4, 4 }, { NULL, 1 }, { text + 12, 4 } };
	struct iovec own = { bytes, sizeof(text) }, theirs = { text, sizeof(text) };
	uint64_t before = writes();

	is(process_vm_writev(target, &local, 1, remote, 4, 0), 7, "process_vm_writev, up to the piece that fails");
	is(writes() - before, 1, "process_vm_writev of many pieces is one request");
	process_vm_readv(target, &own, 1, &theirs, 1, 0);
	ok(memcmp(bytes, "TO  THE  of the other", 21) == 0, "process_vm_writev: nothing is written after it");
	if (memcmp(bytes, "TO  THE  of the other", 21) != 0)
		printf("# %s\n", bytes);
}

int
main(void)
{
	if ((target = fork()) == 0)
		for (;;)
			pause();
	direct();
	together();
	kill(target, SIGKILL);
	waitpid(target, NULL, 0);
	return (0);
}
