/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A process for the tests of the command: three threads, and memory of which
 * it says what is where.  target [MIB [hidden | sparse | FILES]] prints
 * NAME=VALUE lines, the last of which is ready=1, and lives until it is killed.
 * A hidden one forbids to be debugged; a sparse one has a gigabyte of which it
 * has touched a page, and a file that is mapped far beyond its end; one with
 * FILES makes and maps so many in the folder "many".  SIGUSR1 makes it execute
 * another program, SIGUSR2 write "it is changed" behind the address "note" and
 * add one to the number behind "number", SIGINFO take a copy of its memory for
 * itself, as rfork(2) without a new process does where somebody else has it too.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/procctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	PAGE	4096
#define	MIB	(1024 * 1024)
#define	DEPTH	8

static char *region;
static size_t size;
static volatile uint64_t *counter;
static volatile sig_atomic_t changes, done;
static void *volatile last_frame;

/* Something that a search for zeros or for text does not find. */
static void
fill(void)
{
	uint64_t x;
	size_t i;

	x = 88172645463325252;
	for (i = 0; i < size / sizeof(x); i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		((uint64_t *)(void *)region)[i] = x;
	}
}

static void *
count(void *unused)
{
	for (;;) {
		usleep(20000);
		++*counter;
	}
	return (unused);
}

static void *
rest(void *unused)
{
	for (;;)
		pause();
	return (unused);
}

static void
change(int signal)
{
	if (signal == SIGUSR1) {
		execl("/bin/sleep", "sleep", "1000", (char *)NULL);
		_exit(1);
	}
	if (signal == SIGINFO) {
		rfork(0);
		return;
	}
	memcpy(region + 0x6000, "it is changed", 14);
	++*(volatile uint32_t *)(void *)(region + 0x6100);
	changes++;
}

/* A file of one page that is mapped with three: two cannot be read. */
static char *
map_beyond(void)
{
	char name[] = "/tmp/target.XXXXXX", *memory;
	int fd;

	if ((fd = mkstemp(name)) == -1 || ftruncate(fd, PAGE) == -1)
		err(1, "%s", name);
	memory = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap of %s", name);
	strcpy(memory, "a page of a file");
	if (unlink(name) == -1)
		err(1, "unlink of %s", name);
	return (memory);
}

/* Memory that is no part of another mapping's object. */
static char *
map_apart(size_t length)
{
	char *memory;

	memory = mmap(NULL, length + 64 * MIB, PROT_NONE, MAP_GUARD, -1, 0);
	if (memory != MAP_FAILED)
		memory = mmap(memory + 32 * MIB, length, PROT_READ | PROT_WRITE,
		    MAP_ANON | MAP_PRIVATE | MAP_FIXED, -1, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap");
	return (memory);
}

/* What a runtime reserves, and a database maps: much more than there is. */
static void
map_sparse(void)
{
	char name[] = "/tmp/target.XXXXXX", *reserved, *far;
	int fd;

	reserved = map_apart(1024UL * MIB);
	strcpy(reserved + 512UL * MIB, "a page of a gigabyte");
	memcpy(reserved + 512UL * MIB + PAGE - 4, "edge", 4);
	if ((fd = mkstemp(name)) == -1 || ftruncate(fd, MIB) == -1 ||
	    pwrite(fd, "a megabyte of a terabyte", 24, MIB - 64) != 24)
		err(1, "%s", name);
	far = mmap(NULL, 1024UL * 1024 * MIB, PROT_READ, MAP_SHARED, fd, 0);
	if (far == MAP_FAILED || unlink(name) == -1)
		err(1, "mmap of %s", name);
	close(fd);
	printf("reserved=%p\nfar=%p\n", (void *)reserved, (void *)far);
}

/* The same file, in two places that have nothing to do with each other. */
static void
map_twice(void)
{
	int fd, i;

	if ((fd = open("twice", O_RDWR | O_CREAT, 0600)) == -1 ||
	    ftruncate(fd, PAGE) == -1)
		err(1, "twice");
	for (i = 0; i < 2; i++)
		if (mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
			err(1, "mmap of twice");
	close(fd);
}

static void
map_many(int files)
{
	char name[32];
	int fd, i;

	if (mkdir("many", 0700) == -1)
		err(1, "many");
	for (i = 0; i < files; i++) {
		snprintf(name, sizeof(name), "many/%06d.sst", i);
		if ((fd = open(name, O_RDWR | O_CREAT, 0600)) == -1 ||
		    ftruncate(fd, PAGE) == -1 ||
		    mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
			err(1, "%s", name);
		close(fd);
	}
}

/* Says where its frame is, below DEPTH others of its own, and waits there. */
static __attribute__((noinline)) void
wait_below(int depth)
{
	void *frame = __builtin_frame_address(0);

	if (depth > 0) {
		wait_below(depth - 1);
	} else {
		printf("frame=%p\ndepth=%d\nready=1\n", frame, DEPTH);
		fflush(stdout);
		while (!done)
			pause();
	}
	/* So that the call above is no jump. */
	last_frame = frame;
}

int
main(int argc, char **argv)
{
	pthread_t thread;
	char *beyond, *untouched;
	int hide = PROC_TRACE_CTL_DISABLE;

	size = (argc > 1 ? strtoul(argv[1], NULL, 10) : 4) * MIB;
	region = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANON | MAP_PRIVATE,
	    -1, 0);
	if (region == MAP_FAILED)
		err(1, "mmap");
	untouched = map_apart(16 * MIB);
	fill();
	strcpy(region + 0x100, "the needle is here");
	memcpy(region + 0x2ffc, "straddle", 8);
	memset(region + 0x3000 + 0x100, 0, 64);
	counter = (void *)(region + 0x3100);
	*(uint32_t *)(void *)(region + 0x4010) = 0x12345678;
	*(uint16_t *)(void *)(region + 0x4021) = 0x2143;
	memset(region + 0x6000, 0, 64);
	strcpy(region + 0x6000, "it is quiet");
	*(uint32_t *)(void *)(region + 0x6100) = 0x0badcafe;
	*(uint32_t *)(void *)(region + 0x6104) = 0x0badcafe;
	memcpy(region + size - 8, "the end!", 8);
	/* The region is four mappings now: one that nobody reads, one of text. */
	if (mprotect(region + 0x8000, PAGE, PROT_NONE) == -1 ||
	    mprotect(region + 0xa000, PAGE, PROT_READ) == -1)
		err(1, "mprotect");
	beyond = map_beyond();
	map_twice();
	if (argc > 2 && strcmp(argv[2], "sparse") == 0)
		map_sparse();
	else if (argc > 2 && strcmp(argv[2], "hidden") != 0)
		map_many(atoi(argv[2]));
	else if (argc > 2 && procctl(P_PID, getpid(), PROC_TRACE_CTL, &hide) == -1)
		err(1, "procctl");
	signal(SIGUSR1, change);
	signal(SIGUSR2, change);
	signal(SIGINFO, change);
	if (pthread_create(&thread, NULL, count, NULL) != 0 ||
	    pthread_create(&thread, NULL, rest, NULL) != 0)
		errx(1, "no thread");
	printf("pid=%d\nregion=%p\nsize=%zu\n", (int)getpid(), (void *)region, size);
	printf("counter=%p\nnote=%p\n", (void *)(uintptr_t)counter,
	    (void *)(region + 0x6000));
	printf("number=%p\n", (void *)(region + 0x6100));
	printf("nobody=%p\nreadonly=%p\n", (void *)(region + 0x8000),
	    (void *)(region + 0xa000));
	printf("beyond=%p\nuntouched=%p\n", (void *)beyond, (void *)untouched);
	printf("local=%p\n", (void *)&thread);
	wait_below(DEPTH);
	return (last_frame == NULL);
}
