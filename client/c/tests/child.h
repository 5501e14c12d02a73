/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The child whose memory the tests of process_vm_readv and process_vm_writev
 * read and write, and what it has there.
 */
#ifndef CHILD_H
#define	CHILD_H

#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

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

static void __attribute__((unused))
ask(char request)
{
	char byte;

	write(to_child[1], &request, 1);
	if (read(from_child[0], &byte, 1) != 1) {
		printf("not ok - the child is alive\n");
		exit(1);
	}
}

static void
start_child(void)
{
	char byte;

	pipe(to_child);
	pipe(from_child);
	if ((child = fork()) == 0)
		serve();
	read(from_child[0], &byte, 1);
}

static struct iovec
at(void *base, size_t len)
{
	return ((struct iovec){ .iov_base = base, .iov_len = len });
}

static int __attribute__((unused))
matches(const unsigned char *bytes, size_t from, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != pattern(from + i))
			return (0);
	return (1);
}

static int __attribute__((unused))
all(const unsigned char *bytes, unsigned char value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != value)
			return (0);
	return (1);
}

/* Runs the tests, with a child. */
static int
with_child(void (*tests)(void))
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
	tests();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return (0);
}

#endif
