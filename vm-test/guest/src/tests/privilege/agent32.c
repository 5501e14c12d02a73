/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * A 32-bit agent: carries out the first orders of order.rs, on a 64-bit kernel, through its 32-bit system calls.  It
 * has no C library, for the disc has no 32-bit one.  Called as the program itself is: PROGRAM --role agent IN OUT.
 */
#include <rwmem/abi.h>

_Static_assert(sizeof(void *) == 4, "this is for 32 bits");
_Static_assert(sizeof(struct rwmem_info) == 64, "struct rwmem_info");
_Static_assert(sizeof(struct rwmem_xfer) == 48, "struct rwmem_xfer");
_Static_assert(sizeof(struct rwmem_seg) == 40, "struct rwmem_seg");
_Static_assert(sizeof(struct rwmem_batch) == 40, "struct rwmem_batch");

enum {
	SYS_exit = 1, SYS_read = 3, SYS_write = 4, SYS_wait4 = 7, SYS_ptrace = 26, SYS_ioctl = 54, SYS_pread = 475,
	SYS_pwrite = 476
};

/* The orders: see order.rs. */
enum {
	MEMORY = 1, PEEK, POKE, TRANSFER, BATCH, PREAD, PWRITE, ATTACH, DETACH, PT_ATTACH_, PT_IO_, INFO, SNAPSHOT
};

#define	DEVICE		20
#define	BATCH_BYTES	4096
#define	BATCH_MAX	64

#define	PT_ATTACH	10
#define	PT_DETACH	11
#define	PT_IO		12
#define	ENOSYS		78

static _Alignas(4096) volatile unsigned char memory[64 << 10];

/*
 * Arguments are words on the stack, above one for the address that a function would return to.  An error is told by the
 * carry flag; here it comes as a negative value, for none of these calls returns one otherwise.
 */
static int
call(int number, const void *words)
{
	int value;

	__asm__ volatile(
	    "pushl %%ebp\n\tmovl %%esp, %%ebp\n\t"
	    "pushl 20(%%esi)\n\tpushl 16(%%esi)\n\tpushl 12(%%esi)\n\tpushl 8(%%esi)\n\tpushl 4(%%esi)\n\tpushl (%%esi)\n\t"
	    "pushl $0\n\tint $0x80\n\tjnc 1f\n\tnegl %%eax\n1:\n\tmovl %%ebp, %%esp\n\tpopl %%ebp"
	    : "=a" (value) : "0" (number), "S" (words) : "ecx", "edx", "memory", "cc");
	return (value);
}

#define	CALL(number, ...) call(number, (uint32_t[6]){ __VA_ARGS__ })

static const uint32_t requests[] = { RWMEM_READ, RWMEM_WRITE, RWMEM_READV, RWMEM_WRITEV };

/* Everything below returns 0 or the negative of an errno. */
static int
batch(uint32_t request, int32_t pid, struct rwmem_seg *segs, uint32_t nsegs, struct rwmem_batch *out)
{
	*out = (struct rwmem_batch){ .pid = pid, .segs = (uintptr_t)segs, .nsegs = nsegs };
	return (CALL(SYS_ioctl, DEVICE, request, (uintptr_t)out));
}

static int
transfer(const uint64_t order[6], uint64_t answer[3])
{
	struct rwmem_xfer xfer = { .pid = order[2], .remote = order[3], .local = order[4], .len = order[5] };
	struct rwmem_seg seg = { .remote = order[3], .local = order[4], .len = order[5] };
	struct rwmem_batch whole;
	int error;

	if (order[1] < 2) {
		error = CALL(SYS_ioctl, DEVICE, requests[order[1]], (uintptr_t)&xfer);
		answer[1] = xfer.done;
		answer[2] = xfer.error;
	} else {
		error = batch(requests[order[1]], order[2], &seg, 1, &whole);
		answer[1] = seg.done;
		answer[2] = seg.error;
	}
	return (error);
}

static int
segments(const uint64_t order[6], uint64_t answer[3])
{
	static struct rwmem_seg segs[BATCH_MAX];
	struct rwmem_batch whole;
	uint32_t i;
	int error;

	for (i = 0; i < order[5] && i < BATCH_MAX; i++)
		segs[i] = (struct rwmem_seg){ .remote = order[3] + order[4] * i,
		    .local = (uintptr_t)&memory[BATCH_BYTES + i], .len = 1 };
	error = batch(requests[2 + (order[1] == 1)], order[2], segs, i, &whole);
	answer[1] = whole.done;
	answer[2] = whole.failed;
	return (error);
}

static int
attach(uint32_t pid)
{
	uint32_t status;
	int error;

	if ((error = CALL(SYS_ptrace, PT_ATTACH, pid)) < 0)
		return (error);
	return (CALL(SYS_wait4, pid, (uintptr_t)&status));
}

static int
detach(uint32_t pid)
{
	return (CALL(SYS_ptrace, PT_DETACH, pid, 1));
}

static int
io(const uint64_t order[6], uint64_t answer[3])
{
	/* struct ptrace_io_desc */
	struct { int op; uint32_t remote, local, len; } what = { order[1] == 1 ? 2 : 1, order[3], order[4], order[5] };
	int error;

	if ((error = attach(order[2])) < 0)
		return (error);
	error = CALL(SYS_ptrace, PT_IO, order[2], (uintptr_t)&what);
	answer[1] = what.len;
	detach(order[2]);
	return (error);
}

static int
positioned(int number, const uint64_t order[6], uint64_t answer[3])
{
	int done = CALL(number, DEVICE, order[2], order[3], order[1], order[1] >> 32);

	answer[1] = done;
	return (done);
}

static int
info(uint64_t answer[3])
{
	struct rwmem_info i;
	int error;

	error = CALL(SYS_ioctl, DEVICE, RWMEM_INFO, (uintptr_t)&i);
	answer[1] = (uint64_t)i.abi_version << 32 | i.features;
	answer[2] = (uint64_t)i.max_segs << 32 | i.page_size;
	return (error);
}

static int
carry_out(const uint64_t order[6], uint64_t answer[3])
{
	int32_t pid = order[1];
	int error;

	switch (order[0]) {
	case MEMORY:
		answer[1] = (uintptr_t)memory;
		return (0);
	case PEEK:
		answer[1] = memory[order[1]];
		return (0);
	case POKE:
		memory[order[1]] = order[2];
		return (0);
	case TRANSFER:
		return (transfer(order, answer));
	case BATCH:
		return (segments(order, answer));
	case PREAD:
		return (positioned(SYS_pread, order, answer));
	case PWRITE:
		return (positioned(SYS_pwrite, order, answer));
	case ATTACH:
		return (CALL(SYS_ioctl, DEVICE, RWMEM_ATTACH, (uintptr_t)&pid));
	case SNAPSHOT:
		return (CALL(SYS_ioctl, DEVICE, RWMEM_SNAPSHOT, (uintptr_t)&pid));
	case DETACH:
		return (CALL(SYS_ioctl, DEVICE, RWMEM_DETACH));
	case PT_ATTACH_:
		if ((error = attach(pid)) >= 0)
			error = detach(pid);
		return (error);
	case PT_IO_:
		return (io(order, answer));
	case INFO:
		return (info(answer));
	}
	return (-ENOSYS);
}

static uint32_t
number(const char *text)
{
	uint32_t value = 0;

	while (*text >= '0' && *text <= '9')
		value = value * 10 + (*text++ - '0');
	return (value);
}

/* The kernel leaves the argument count on the stack, and the arguments above it. */
__attribute__((used)) static void
begin(uintptr_t *stack)
{
	char **argv = (char **)(stack + 1);
	uint64_t order[6], answer[3], ready = 0;
	uint32_t in, out;
	int error;

	if (stack[0] != 5)
		CALL(SYS_exit, 2);
	in = number(argv[3]);
	out = number(argv[4]);
	CALL(SYS_write, out, (uintptr_t)&ready, sizeof(ready));
	while (CALL(SYS_read, in, (uintptr_t)order, sizeof(order)) == (int)sizeof(order)) {
		answer[1] = answer[2] = 0;
		error = carry_out(order, answer);
		answer[0] = error < 0 ? -error : 0;
		CALL(SYS_write, out, (uintptr_t)answer, sizeof(answer));
	}
	CALL(SYS_exit, 0);
}

__asm__(".globl _start\n_start:\n\tmovl %esp, %eax\n\tandl $-16, %esp\n\tsubl $12, %esp\n\tpushl %eax\n\tcall begin\n");
