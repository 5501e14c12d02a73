/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * process_vm_readv and process_vm_writev, as Linux has them in <sys/uio.h>.
 * See librwmem(3).
 */
#ifndef RWMEM_PROCESS_VM_H
#define	RWMEM_PROCESS_VM_H

#include <sys/types.h>

struct iovec;

#ifdef __cplusplus
extern "C" {
#endif

ssize_t	process_vm_readv(pid_t _pid, const struct iovec *_local, unsigned long _liovcnt,
	    const struct iovec *_remote, unsigned long _riovcnt, unsigned long _flags);
ssize_t	process_vm_writev(pid_t _pid, const struct iovec *_local, unsigned long _liovcnt,
	    const struct iovec *_remote, unsigned long _riovcnt, unsigned long _flags);

#ifdef __cplusplus
}
#endif

#endif /* RWMEM_PROCESS_VM_H */
