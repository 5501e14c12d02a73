/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Vectors of every shape, in one's own process and in the parent, to and fro: the
 * cases that gVisor's tests and LTP's (process_vm_readv02 and 03,
 * process_vm_writev02) have, and more of the same.
 */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tap.h"

#define	MOST	1024
#define	ROOM	(128UL << 10)

/* One side: elements in a buffer, and what all of it held at first. */
struct side {
	unsigned char *bytes;
	size_t total;
	int count;
	struct iovec iov[MOST];
};

static struct side *local, *remote;

static unsigned char
first_of(const struct side *side, size_t i)
{
	return ((unsigned char)((i * 31 + (i >> 8)) ^ (side == local ? 0x55 : 0)));
}

static void
begin(struct side *side)
{
	side->total = 0;
	side->count = 0;
	for (size_t i = 0; i < ROOM; i++)
		side->bytes[i] = first_of(side, i);
}

/* An element behind the last one; one without bytes is nowhere. */
static void
add(struct side *side, size_t len)
{
	side->iov[side->count++] = (struct iovec){ .iov_base = len > 0 ? side->bytes + side->total : NULL, .iov_len = len };
	side->total += len;
}

/* The first bytes of "to" are those of "from"; all others are what they were, and "from" is, too. */
static int
moved(const struct side *to, const struct side *from, size_t len)
{
	for (size_t i = 0; i < ROOM; i++)
		if (to->bytes[i] != (i < len ? first_of(from, i) : first_of(to, i)) || from->bytes[i] != first_of(from, i))
			return (0);
	return (1);
}

/* In "pid", which is this process, or has the remote side where this one has it. */
static int
move(pid_t pid, int write)
{
	size_t len = local->total < remote->total ? local->total : remote->total;
	ssize_t got = write ? process_vm_writev(pid, local->iov, local->count, remote->iov, remote->count, 0) :
	    process_vm_readv(pid, local->iov, local->count, remote->iov, remote->count, 0);

	return (got == (ssize_t)len);
}

/* Each direction, here and by a child in its parent, whose memory must be the parent's own: so the buffers are not shared. */
static void
all_ways(const char *name)
{
	size_t len = local->total < remote->total ? local->total : remote->total;
	size_t locals = local->total, remotes = remote->total;
	int here[2] = { local->count, remote->count }, status;

	for (int write = 0; write < 2; write++) {
		struct side *to = write ? remote : local, *from = write ? local : remote;

		for (int by_child = 0; by_child < 2; by_child++) {
			begin(local);
			begin(remote);
			local->total = locals;
			remote->total = remotes;
			local->count = here[0];
			remote->count = here[1];
			if (by_child) {
				pid_t child = fork();

				if (child == 0)
					_exit(move(getppid(), write) && (write || moved(local, remote, len)) ? 0 : 1);
				waitpid(child, &status, 0);
				/* What the child has read, it has; what it has written, this process has. */
				ok(status == 0 && moved(remote, local, write ? len : 0),
				    "%s: %s, by a child in its parent", name, write ? "writev" : "readv");
			} else
				ok(move(getpid(), write) && moved(to, from, len), "%s: %s, in the same process", name,
				    write ? "writev" : "readv");
		}
	}
}

static void
listed(void)
{
	static const struct {
		const char *name;
		size_t local[4], remote[4];	/* until a 0 that is not the first */
	} shapes[] = {
		{ "nothing on both sides", { 0 }, { 0 } },
		{ "nothing on the local side", { 0 }, { 13 } },
		{ "nothing on the remote side", { 28 }, { 0 } },
		{ "one byte", { 1 }, { 1 } },
		{ "a longer remote side, in pieces", { 12 }, { 3, 7, 14, 18 } },
		{ "a longer local side, in pieces", { 5, 23 }, { 16 } },
		{ "pieces on both sides", { 52, 47 }, { 22, 8, 16, 18 } },
		{ "pieces that end together", { 9, 4096, 1 }, { 4000, 106 } },
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		begin(local);
		begin(remote);
		for (int n = 0; n < 4 && (n == 0 || shapes[i].local[n] > 0); n++)
			add(local, shapes[i].local[n]);
		for (int n = 0; n < 4 && (n == 0 || shapes[i].remote[n] > 0); n++)
			add(remote, shapes[i].remote[n]);
		all_ways(shapes[i].name);
	}
}

/* So many elements of any length, many of them none, and all together "total". */
static void
divide(struct side *side, size_t total, int count)
{
	begin(side);
	for (int i = 1; i < count; i++)
		add(side, random() % ((total - side->total) / 2 + 1));
	add(side, total - side->total);
}

static void
divided(void)
{
	static const size_t totals[] = { 1024, ROOM };
	char name[80];

	srandom(1);
	for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++)
		for (int count = 8; count <= MOST; count *= 2) {
			divide(local, totals[i], count);
			divide(remote, totals[i], MOST * 8 / count);
			snprintf(name, sizeof(name), "%zu bytes, local in %d elements and remote in %d", totals[i], count,
			    MOST * 8 / count);
			all_ways(name);
		}
}

/* A process tells where its memory is; another, not its parent, reads and writes it. */
static void
siblings(void)
{
	const size_t len = 100000, edge = 10;
	unsigned char *address;
	int told[2], done[2], status;
	pid_t owner, visitor;
	char byte;

	if (pipe(told) != 0 || pipe(done) != 0)
		exit(1);
	if ((owner = fork()) == 0) {
		unsigned char *own = malloc(len + 2 * edge);

		close(done[1]);
		memset(own, 53, len + 2 * edge);
		memcpy(own + edge, "a word of the owner's", 21);
		write(told[1], &own, sizeof(own));
		/* Until the visitor is gone. */
		read(done[0], &byte, 1);
		for (size_t i = 0; i < len + 2 * edge; i++)
			if (own[i] != (i < edge || i >= edge + len ? 53 : (unsigned char)i))
				_exit(1);
		_exit(0);
	}
	read(told[0], &address, sizeof(address));
	close(done[0]);
	if ((visitor = fork()) == 0) {
		unsigned char *mine = malloc(len);
		struct iovec l = { mine, 21 }, r = { address + edge, 21 };

		if (process_vm_readv(owner, &l, 1, &r, 1, 0) != 21 || memcmp(mine, "a word of the owner's", 21) != 0)
			_exit(1);
		for (size_t i = 0; i < len; i++)
			mine[i] = (unsigned char)(i + edge);
		l.iov_len = r.iov_len = len;
		_exit(process_vm_writev(owner, &l, 1, &r, 1, 0) == (ssize_t)len ? 0 : 2);
	}
	waitpid(visitor, &status, 0);
	is(status, 0, "a process reads a word of its sibling's, and writes 100,000 bytes");
	close(done[1]);
	waitpid(owner, &status, 0);
	is(status, 0, "which that finds, and nothing else changed beside them");
}

int
main(void)
{
	printf("# time limit: 300 s\n");
	fflush(stdout);
	local = calloc(1, sizeof(*local));
	remote = calloc(1, sizeof(*remote));
	local->bytes = malloc(ROOM);
	remote->bytes = malloc(ROOM);
	listed();
	divided();
	siblings();
	return (0);
}
