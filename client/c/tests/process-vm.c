/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process_vm_readv and process_vm_writev, sentence by sentence from Linux's
 * manual page process_vm_readv(2): what they transfer.  It is a program for
 * Linux: what it says is first of all true there, and the library must make it
 * true on FreeBSD.  Where the manual page and Linux differ, or Linux and
 * FreeBSD must, the test says so.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdint.h>

#include "child.h"

static void
whole_transfers(void)
{
	unsigned char bytes[64] = { 0 }, more[64] = { 0 };
	struct iovec l[3], r[3];

	l[0] = at(bytes, 64);
	r[0] = at(region, 64);
	is(process_vm_readv(child, l, 1, r, 1, 0), 64, "readv returns the number of bytes read");
	ok(matches(bytes, 0, 64), "readv transfers from the remote process to the local one");

	memset(bytes, 0xa5, 64);
	is(process_vm_writev(child, l, 1, r, 1, 0), 64, "writev returns the number of bytes written");
	ask('?');
	ok(all(seen, 0xa5, 64) && matches(seen + 64, 64, 64),
	    "writev transfers from the local process to the remote one, and no more");
	ok(all(region, 0, 64), "and does not touch the same address of the local process");
	ask('f');

	memset(bytes, 0, 64);
	l[0] = at(bytes, 10);
	l[1] = at(more, 10);
	r[0] = at(region + 100, 20);
	is(process_vm_readv(child, l, 2, r, 1, 0), 20, "one remote element is split over two local ones");
	ok(matches(bytes, 100, 10) && matches(more, 110, 10) && bytes[10] == 0 && more[10] == 0,
	    "local_iov[0] is filled completely before local_iov[1]");

	memset(bytes, 0, 64);
	l[0] = at(bytes, 20);
	r[0] = at(region + 50, 10);
	r[1] = at(region + 20, 10);
	is(process_vm_readv(child, l, 1, r, 2, 0), 20, "two remote elements merge into one local one");
	ok(matches(bytes, 50, 10) && matches(bytes + 10, 20, 10),
	    "remote_iov[0] is read completely before remote_iov[1]");

	memset(bytes, 0, 64);
	memset(more, 0, 64);
	l[0] = at(bytes, 3);
	l[1] = at(more, 0);
	l[2] = at(more, 17);
	r[0] = at(region + 9, 11);
	r[1] = at(region + 300, 0);
	r[2] = at(region + 200, 9);
	is(process_vm_readv(child, l, 3, r, 3, 0), 20, "vectors of different shape, with empty elements");
	ok(matches(bytes, 9, 3) && matches(more, 12, 8) && matches(more + 8, 200, 9) && more[17] == 0,
	    "their bytes are where they belong");

	memset(bytes, 1, 64);
	memset(more, 2, 64);
	l[0] = at(bytes, 10);
	l[1] = at(more, 20);
	r[0] = at(region, 25);
	r[1] = at(region + 40, 5);
	is(process_vm_writev(child, l, 2, r, 2, 0), 30, "writev with vectors of different shape");
	ask('?');
	ok(all(seen, 1, 10) && all(seen + 10, 2, 15) && all(seen + 40, 2, 5),
	    "writev writes out local_iov[0] before local_iov[1], fills remote_iov[0] before remote_iov[1]");
	ok(matches(seen + 25, 25, 15) && matches(seen + 45, 45, 19), "and nothing between them");
	ask('f');

	l[0] = at(bytes, 64);
	r[0] = at(region, 8);
	is(process_vm_readv(child, l, 1, r, 1, 0), 8, "the shorter side says how much: remote");
	l[0] = at(bytes, 8);
	r[0] = at(region, 64);
	is(process_vm_readv(child, l, 1, r, 1, 0), 8, "the shorter side says how much: local");
}

static void
partial_transfers(void)
{
	unsigned char *bytes = calloc(3, page);
	struct iovec l[3], r[3];
	unsigned char *hole = region + UNMAPPED * page;

	l[0] = at(bytes, 48);
	r[0] = at(region, 16);
	r[1] = at(hole, 16);
	r[2] = at(region + 32, 16);
	is(process_vm_readv(child, l, 1, r, 3, 0), 16, "an invalid remote element makes a partial read");
	ok(matches(bytes, 0, 16), "which has what came before it");

	memset(bytes, 0x22, 48);
	is(process_vm_writev(child, l, 1, r, 3, 0), 16, "an invalid remote element makes a partial write");
	ask('?');
	ok(all(seen, 0x22, 16), "which has written what came before it");
	ok(matches(seen + 16, 16, 64), "and no further writes are attempted beyond that point");
	ask('f');

	fails(process_vm_readv(child, l, 1, r + 1, 2, 0), EFAULT, "readv: nothing before the invalid element: EFAULT");
	fails(process_vm_writev(child, l, 1, r + 1, 2, 0), EFAULT, "writev: nothing before the invalid element: EFAULT");
	ask('?');
	ok(matches(seen + 32, 32, 16), "and nothing is written after it");

	/* The manual page's advice for strings of unknown length. */
	memset(bytes, 0, 2 * page);
	l[0] = at(bytes, page + 20);
	r[0] = at(hole - 20, 20);
	r[1] = at(hole, page);
	is(process_vm_readv(child, l, 1, r, 2, 0), 20, "a read that is split where the page ends gives what is before");
	ok(matches(bytes, UNMAPPED * page - 20, 20), "and it is right");

	/*
	 * "These system calls won't perform a partial transfer that splits a
	 * single iovec element", says the manual page.  Linux does so.
	 */
	memset(bytes, 0, 2 * page);
	r[0] = at(hole - 20, 40);
	is(process_vm_readv(child, l, 1, r, 1, 0), 20, "an element into an unmapped page is read up to that page");
	ok(matches(bytes, UNMAPPED * page - 20, 20) && bytes[20] == 0, "and it is right");
	r[0] = at(hole - page - 20, 2 * page);
	l[0] = at(bytes, 2 * page);
	is(process_vm_readv(child, l, 1, r, 1, 0), page + 20, "the same with more pages");
	memset(bytes, 0x33, 2 * page);
	is(process_vm_writev(child, l, 1, r, 1, 0), page + 20, "and for writev");
	ask('?');
	ok(all(seen + (UNMAPPED - 1) * page - 20, 0x33, page + 20), "which has written up to that page");
	ask('f');

	r[0] = at(region + NO_ACCESS * page, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "PROT_NONE cannot be read");
	fails(process_vm_writev(child, l, 1, r, 1, 0), EFAULT, "PROT_NONE cannot be written");
	r[0] = at(NULL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "the remote address 0: EFAULT");
	r[0] = at((void *)0xffffffff80000000UL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "a remote address of the kernel: EFAULT");
	r[0] = at((void *)(UINTPTR_MAX - 7), 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "a remote range around the end of the address space: EFAULT");

	/* Local memory that cannot be accessed. */
	munmap(region + UNMAPPED * page, page);
	r[0] = at(region, 48);
	l[0] = at(hole, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "readv: local memory that is not mapped: EFAULT");
	fails(process_vm_writev(child, l, 1, r, 1, 0), EFAULT, "writev: local memory that is not mapped: EFAULT");
	l[0] = at((void *)0xffffffff80000000UL, 16);
	fails(process_vm_readv(child, l, 1, r, 1, 0), EFAULT, "local memory of the kernel: EFAULT");
	/* "None of the vectors will be processed", says the manual page.  Linux looks only when it gets there. */
	memset(bytes, 0, 16);
	l[0] = at(bytes, 16);
	l[1] = at(hole, 16);
	is(process_vm_readv(child, l, 2, r, 1, 0), 16, "unmapped local memory after good memory makes a partial read");
	ok(matches(bytes, 0, 16), "which has what came before it");
	is(process_vm_writev(child, l, 2, r, 1, 0), 16, "and a partial write");
	ask('f');
	free(bytes);
}

static void
much(void)
{
	unsigned char *bytes = malloc(BIG);
	struct iovec *l = calloc(IOV_MAX, sizeof(*l)), *r = calloc(IOV_MAX, sizeof(*r));
	size_t i, ll = 0, rl = 0;

	l[0] = at(bytes, BIG);
	r[0] = at(big, BIG);
	is(process_vm_readv(child, l, 1, r, 1, 0), BIG, "16 MiB at once");
	ok(matches(bytes, 0, BIG), "and all of it is right");

	/* Ragged on both sides: 2,046 pieces. */
	memset(bytes, 0, BIG);
	for (i = 0; i < IOV_MAX; i++) {
		l[i] = at(bytes + ll, 100 + i % 7);
		r[i] = at(big + rl, 100 + i % 5);
		ll += l[i].iov_len;
		rl += r[i].iov_len;
	}
	rl = ll < rl ? ll : rl;
	is(process_vm_readv(child, l, IOV_MAX, r, IOV_MAX, 0), rl, "IOV_MAX elements on both sides, all of different length");
	ok(matches(bytes, 0, rl) && bytes[rl] == 0, "and all of it is right");
	free(l);
	free(r);
	free(bytes);
}

static void
tests(void)
{
	whole_transfers();
	partial_transfers();
	much();
}

int
main(void)
{
	return (with_child(tests));
}
