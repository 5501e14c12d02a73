/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * peek-poke PID ADDRESS [VALUE]: prints the long at ADDRESS of a process, and
 * changes it to VALUE, as a debugger does, but while the process runs.
 */
#include <sys/types.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <rwmem.h>
#include <stdio.h>
#include <stdlib.h>

/* As ptrace(PT_READ_D), of as much as is wanted, and without stopping it. */
static int
peek(int fd, uint64_t address, void *value, size_t length)
{
	ssize_t done = rwmem_read(fd, address, value, length);

	if (done != -1 && (size_t)done < length)
		errno = EFAULT;
	return (done != -1 && (size_t)done == length ? 0 : -1);
}

/* As ptrace(PT_WRITE_I): into read-only text, too, of this process alone. */
static int
poke(int fd, uint64_t address, const void *value, size_t length)
{
	ssize_t done = rwmem_write(fd, address, value, length);

	if (done != -1 && (size_t)done < length)
		errno = EFAULT;
	return (done != -1 && (size_t)done == length ? 0 : -1);
}

int
main(int argc, char **argv)
{
	uint64_t address;
	long value;
	pid_t pid;
	int fd;

	if (argc != 3 && argc != 4)
		errx(2, "usage: peek-poke PID ADDRESS [VALUE]");
	pid = atoi(argv[1]);
	address = strtoull(argv[2], NULL, 0);
	if ((fd = rwmem_open(argc == 4 ? O_RDWR : O_RDONLY)) == -1 ||
	    rwmem_attach(fd, pid) == -1)
		err(1, "process %d", pid);
	if (peek(fd, address, &value, sizeof(value)) == -1)
		err(1, "read at %#jx", (uintmax_t)address);
	printf("%ld\n", value);
	if (argc == 4) {
		value = strtol(argv[3], NULL, 0);
		if (poke(fd, address, &value, sizeof(value)) == -1)
			err(1, "write at %#jx", (uintmax_t)address);
	}
	/* What was read or written is no more where this fails. */
	if (rwmem_current(fd) == -1 && errno != ENOTTY)
		err(1, "process %d has left that memory", pid);
	return (0);
}
