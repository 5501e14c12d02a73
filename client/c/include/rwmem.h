/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * librwmem: reads and writes the memory of another process through /dev/rwmem.
 * See librwmem(3).
 */
#ifndef LIBRWMEM_H
#define	LIBRWMEM_H

#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>

#include <rwmem/abi.h>
#include <rwmem/process_vm.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All return -1 and set errno where they fail. */

int	rwmem_open(int _flags);			/* O_RDONLY, O_RDWR; a descriptor */
int	rwmem_close(int _fd);
int	rwmem_get_info(int _fd, struct rwmem_info *_info);
int	rwmem_attach(int _fd, pid_t _pid);
int	rwmem_snapshot(int _fd, pid_t _pid);	/* a copy, as it is at this instant */
int	rwmem_detach(int _fd);
int	rwmem_current(int _fd);		/* whether the process still has that memory */

/* The attached process, up to the first byte that cannot be had. */
ssize_t	rwmem_read(int _fd, uint64_t _address, void *_buffer, size_t _length);
ssize_t	rwmem_write(int _fd, uint64_t _address, const void *_buffer, size_t _length);

/* Any number of independent segments; returns how many of them stopped early. */
ssize_t	rwmem_batch_read(int _fd, pid_t _pid, struct rwmem_seg *_segments, size_t _count);
ssize_t	rwmem_batch_write(int _fd, pid_t _pid, struct rwmem_seg *_segments, size_t _count);

#ifdef __cplusplus
}
#endif

#endif /* LIBRWMEM_H */
