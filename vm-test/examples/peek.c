/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * peek PID ADDR LEN: prints LEN bytes at address ADDR of process PID.
 * Build it on FreeBSD with: cc -I abi/include -o peek vm-test/examples/peek.c
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include <rwmem/abi.h>

static uint64_t
number(const char *text, uint64_t max)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (end == text || *end != '\0' || *text == '-' || errno != 0 || value > max)
		errx(2, "%s: not a number from 0 to %ju", text, (uintmax_t)max);
	return (value);
}

int
main(int argc, char *argv[])
{
	struct rwmem_xfer x = { 0 };
	unsigned char *bytes;
	uint64_t i, j;
	int fd;

	if (argc != 4)
		errx(2, "usage: peek PID ADDR LEN");
	x.pid = number(argv[1], INT32_MAX);
	x.remote = number(argv[2], UINT64_MAX);
	x.len = number(argv[3], 1 << 30);
	if ((bytes = malloc(x.len + 1)) == NULL)
		err(1, "no memory for %s bytes", argv[3]);
	x.local = (uintptr_t)bytes;

	if ((fd = open("/dev/rwmem", O_RDONLY)) == -1)
		err(1, "/dev/rwmem (is rwmem loaded, are you root?)");
	if (ioctl(fd, RWMEM_READ, &x) == -1)
		err(1, "cannot read process %s", argv[1]);

	for (i = 0; i < x.done; i += 16) {
		printf("%016jx ", (uintmax_t)(x.remote + i));
		for (j = i; j < i + 16; j++)
			j < x.done ? printf(" %02x", bytes[j]) : printf("   ");
		printf("  ");
		for (j = i; j < i + 16 && j < x.done; j++)
			putchar(isprint(bytes[j]) ? bytes[j] : '.');
		putchar('\n');
	}
	if (fflush(stdout) != 0)
		err(1, "stdout");
	if (x.error != 0)
		errc(1, x.error, "stopped after %ju of %ju bytes",
		    (uintmax_t)x.done, (uintmax_t)x.len);
	return (0);
}
