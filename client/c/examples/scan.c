/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * scan PID TEXT: where TEXT is in the memory of a process that runs on.  It
 * goes from contents to contents, so that what the process has only reserved
 * costs nothing, and does not become memory by being read.
 */
#include <sys/types.h>

#include <err.h>
#include <fcntl.h>
#include <rwmem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	PIECE	(256 * 1024)

/* Prints where the text begins from "at" on, before "end". */
static void
scan(int fd, off_t at, off_t end, const char *text, size_t length)
{
	static char buffer[2 * PIECE];
	char *found;
	ssize_t got;
	size_t want;

	for (; at < end; at += PIECE) {
		/* With the beginning of the next piece, so that none is divided. */
		want = PIECE + length - 1;
		if ((off_t)want > end - at)
			want = end - at;
		/* It may have been unmapped by now. */
		if ((got = rwmem_read(fd, at, buffer, want)) == -1)
			continue;
		for (found = buffer; (found = memmem(found,
		    buffer + got - found, text, length)) != NULL; found++)
			printf("%#jx\n", (uintmax_t)(at + (found - buffer)));
	}
}

int
main(int argc, char **argv)
{
	off_t at, end;
	size_t length;
	int fd;

	if (argc != 3 || (length = strlen(argv[2])) == 0 || length > PIECE)
		errx(2, "usage: scan PID TEXT");
	if ((fd = rwmem_open(O_RDONLY)) == -1 ||
	    rwmem_attach(fd, atoi(argv[1])) == -1)
		err(1, "process %s", argv[1]);
	for (at = 0; (at = lseek(fd, at, SEEK_DATA)) != -1; at = end) {
		if ((end = lseek(fd, at, SEEK_HOLE)) == -1)
			err(1, "the end of what is at %#jx", (uintmax_t)at);
		scan(fd, at, end, argv[2], length);
	}
	return (0);
}
