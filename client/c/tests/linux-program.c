/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A program for Linux, after the example of process_vm_readv(2): reads 20 bytes
 * of another process, 10 into each of two buffers, and changes them.  Nothing in
 * it knows of FreeBSD: it is compiled there as it is, with
 *	cc linux-program.c $(pkg-config --cflags --libs rwmem)
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char secret[] = "not known to you yet";

static int
test(int passed, const char *name)
{
	printf("%s - %s\n", passed ? "ok" : "not ok", name);
	return (passed);
}

int
main(void)
{
	char buf1[10];
	char buf2[10];
	char ready;
	pid_t pid;
	ssize_t n;
	int to[2], from[2], status;
	struct iovec local[2];
	struct iovec remote[1];

	if (pipe(to) == -1 || pipe(from) == -1 || (pid = fork()) == -1) {
		perror("linux-program");
		exit(EXIT_FAILURE);
	}
	if (pid == 0) {
		close(to[1]);
		memcpy(secret, "now only this child!", 20);
		write(from[1], "", 1);
		read(to[0], &ready, 1);
		_exit(memcmp(secret, "And now the parent's", 20) == 0 ? 0 : 1);
	}
	read(from[0], &ready, 1);

	local[0].iov_base = buf1;
	local[0].iov_len = 10;
	local[1].iov_base = buf2;
	local[1].iov_len = 10;
	remote[0].iov_base = (void *)secret;
	remote[0].iov_len = 20;

	n = process_vm_readv(pid, local, 2, remote, 1, 0);
	if (n == -1)
		perror("process_vm_readv");
	test(n == 20, "a program for Linux reads 20 bytes of another process");
	test(memcmp(buf1, "now only t", 10) == 0 && memcmp(buf2, "his child!", 10) == 0, "into two buffers");

	memcpy(buf1, "And now th", 10);
	memcpy(buf2, "e parent's", 10);
	n = process_vm_writev(pid, local, 2, remote, 1, 0);
	if (n == -1)
		perror("process_vm_writev");
	test(n == 20, "and writes them");
	close(to[1]);
	waitpid(pid, &status, 0);
	test(status == 0, "which the other process sees");
	return (EXIT_SUCCESS);
}
