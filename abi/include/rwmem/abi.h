/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The interface of /dev/rwmem, ABI version 1.  See rwmem-abi for the same
 * thing in Rust and for what each field means.
 */
#ifndef RWMEM_ABI_H
#define	RWMEM_ABI_H

#include <sys/types.h>
#include <sys/ioccom.h>
#include <stdint.h>

#define	RWMEM_ABI_VERSION	1
#define	RWMEM_PID_ATTACHED	(-1)	/* the process this descriptor is attached to */
#define	RWMEM_MAX_SEGS		1024
#define	RWMEM_MAX_LEN		INT64_MAX	/* bytes in one transfer or segment */

/* rwmem_info.features: the requests that exist. */
#define	RWMEM_FEATURE_XFER	0x1	/* RWMEM_READ, RWMEM_WRITE */
#define	RWMEM_FEATURE_BATCH	0x2	/* RWMEM_READV, RWMEM_WRITEV */
#define	RWMEM_FEATURE_ATTACH	0x4	/* RWMEM_ATTACH, RWMEM_DETACH, pread(2) ... */
#define	RWMEM_FEATURE_SEEK	0x8	/* lseek(2): SEEK_DATA, SEEK_HOLE */
#define	RWMEM_FEATURE_CURRENT	0x10	/* RWMEM_CURRENT */
#define	RWMEM_FEATURE_STOP	0x20	/* RWMEM_BATCH_STOP */
#define	RWMEM_FEATURE_SNAPSHOT	0x40	/* RWMEM_SNAPSHOT */

/*
 * rwmem_batch.flags: the first segment that stops early ends the batch; those
 * behind it are returned with done 0 and ECANCELED, and not counted as failed.
 */
#define	RWMEM_BATCH_STOP	0x1

struct rwmem_info {
	uint32_t abi_version;
	uint32_t features;	/* RWMEM_FEATURE_* */
	uint32_t max_segs;
	uint32_t page_size;	/* bytes */
	uint64_t max_len;	/* bytes */
	char version[40];	/* of the module, NUL-padded */
};

/*
 * flags and reserved must be zero, but for rwmem_batch.flags.  done and error are outputs: error is 0 or
 * the errno that stopped the transfer after done bytes.
 */
struct rwmem_xfer {
	int32_t pid;
	uint32_t flags;
	uint64_t remote;	/* address in the target */
	uint64_t local;		/* address in the caller */
	uint64_t len;		/* bytes */
	uint64_t done;
	int32_t error;
	uint32_t reserved;
};

struct rwmem_seg {
	uint64_t remote;
	uint64_t local;
	uint64_t len;
	uint64_t done;
	int32_t error;
	uint32_t reserved;
};

struct rwmem_batch {
	int32_t pid;
	uint32_t flags;
	uint64_t segs;		/* address of an array of struct rwmem_seg */
	uint32_t nsegs;
	uint32_t failed;	/* out: segments that stopped early */
	uint64_t done;		/* out: bytes, all segments together */
	int32_t error;		/* out: EINTR where that kept the rest from running */
	uint32_t reserved;
};

#define	RWMEM_INFO	_IOR('R', 0, struct rwmem_info)
#define	RWMEM_READ	_IOWR('R', 1, struct rwmem_xfer)
#define	RWMEM_WRITE	_IOWR('R', 2, struct rwmem_xfer)
#define	RWMEM_READV	_IOWR('R', 3, struct rwmem_batch)
#define	RWMEM_WRITEV	_IOWR('R', 4, struct rwmem_batch)
/*
 * On a descriptor that is attached to nothing, ATTACH fails with ENFILE while
 * as many descriptors as may be are attached in the whole system (the sysctl
 * kern.rwmem.max_attached; 0 allows none), or the caller's user or jail has its
 * share of those.
 */
#define	RWMEM_ATTACH	_IOW('R', 5, int32_t)
#define	RWMEM_DETACH	_IO('R', 6)
/*
 * CURRENT: whether the process still has the address space that was attached:
 * 0, ESTALE (execve, rfork), ESRCH, ENXIO (not attached), EOPNOTSUPP (snapshot).
 * SNAPSHOT: as ATTACH, to a copy-on-write copy of the present address space,
 * which can only be read (EROFS).
 */
#define	RWMEM_CURRENT	_IO('R', 7)
#define	RWMEM_SNAPSHOT	_IOW('R', 8, int32_t)

#endif /* RWMEM_ABI_H */
