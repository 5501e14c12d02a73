/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A process with an invariant over much memory, as a database has one: two
 * threads take turns to count on every page, in an order that goes to and fro,
 * without end.  So at every instant the count of no page is above that of the
 * page before it in that order, nor is the first more than one above the last.
 *
 * in-step MIB prints where that is, as target does, and lives until it is
 * killed.  in-step check reads such memory from the standard input: it fails,
 * and says where, if there never was an instant at which that was its state.
 */
#include <sys/mman.h>

#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	PAGE	4096
#define	STRIDE	1021	/* a prime number: every page has its turn */

static char *memory;
static size_t pages;
static atomic_size_t next;	/* how many pages were counted on */
static atomic_int whose;	/* turn it is */

/* Which page comes then. */
static size_t
page_of(size_t n)
{
	return (n % pages * STRIDE % pages);
}

static void *
count(void *mine)
{
	size_t n;
	uint64_t *word;
	int me = (int)(uintptr_t)mine;

	for (;;) {
		while (atomic_load(&whose) != me)
			sched_yield();
		/* Many pages in a turn, or nearly all the time would go for waiting. */
		n = atomic_load(&next);
		for (size_t end = n + 64; n < end; n++) {
			word = (uint64_t *)(void *)(memory + page_of(n) * PAGE);
			atomic_store((_Atomic uint64_t *)word, *word + 1);
		}
		atomic_store(&next, n);
		atomic_store(&whose, 1 - me);
	}
	return (NULL);
}

static int
check(void)
{
	static char page[PAGE];
	uint64_t *counts = NULL, first, before, here;
	size_t n, room = 0;

	for (pages = 0; fread(page, sizeof(page), 1, stdin) == 1; pages++) {
		if (pages == room) {
			room = room == 0 ? 4096 : 2 * room;
			if ((counts = realloc(counts, room * sizeof(*counts))) == NULL)
				err(1, "counts");
		}
		memcpy(&counts[pages], page, sizeof(*counts));
	}
	if (pages < 2 || (first = before = counts[0]) < 2)
		errx(1, "nothing was counted in %zu pages", pages);
	for (n = 0; n < pages; n++, before = here) {
		here = counts[page_of(n)];
		if (here > before || here + 1 < first)
			errx(1, "page %zu counts %ju, the one before %ju and the first %ju", page_of(n),
			    (uintmax_t)here, (uintmax_t)before, (uintmax_t)first);
	}
	printf("%zu pages are in step at %ju\n", pages, (uintmax_t)before);
	return (0);
}

int
main(int argc, char **argv)
{
	pthread_t thread;

	if (argc == 2 && strcmp(argv[1], "check") == 0)
		return (check());
	if (argc != 2 || (pages = strtoul(argv[1], NULL, 10) << 8) == 0 || pages % STRIDE == 0)
		errx(2, "usage: in-step MIB | check");
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE, -1, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	for (size_t n = 0; n < pages; n++)
		*(uint64_t *)(void *)(memory + n * PAGE) = 2;
	if (pthread_create(&thread, NULL, count, (void *)1) != 0)
		errx(1, "no thread");
	printf("pid=%d\nregion=%p\nsize=%zu\nready=1\n", (int)getpid(), (void *)memory, pages * PAGE);
	fflush(stdout);
	count((void *)0);
}
