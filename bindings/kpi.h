/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The one header from which every file in src/ is generated (make bindings):
 * the kernel headers in the order in which they need each other, then the shim.
 */
#ifndef FREEBSD_KPI_H
#define	FREEBSD_KPI_H

#include "opt_global.h"

#include <sys/types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/lock.h>
#include <sys/mutex.h>
#include <sys/conf.h>
#include <sys/counter.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/jail.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/priv.h>
#include <sys/proc.h>
#include <sys/ptrace.h>
#include <sys/refcount.h>
#include <sys/resourcevar.h>
#include <sys/rwlock.h>
#include <sys/sdt.h>
#include <sys/sema.h>
#include <sys/signalvar.h>
#include <sys/sysctl.h>
#include <sys/ucred.h>
#include <sys/capsicum.h>
#include <sys/uio.h>
#include <vm/vm.h>
#include <vm/vm_param.h>
#include <vm/pmap.h>
#include <vm/vm_map.h>
#include <vm/vm_extern.h>
#include <vm/vm_object.h>
#include <vm/vm_page.h>
#include <vm/vm_pager.h>
#include <vm/swap_pager.h>
#include <machine/md_var.h>

#include "shim.h"

/* As constants that bindgen can see: macros with casts, or from the command line. */
enum kpi_version { KPI_FREEBSD_VERSION = __FreeBSD_version };
enum kpi_fcntl {
	KPI_FIONBIO = FIONBIO,
	KPI_FIOASYNC = FIOASYNC,
	KPI_FIOSEEKDATA = FIOSEEKDATA,
	KPI_FIOSEEKHOLE = FIOSEEKHOLE
};
enum kpi_sbt { KPI_SBT_1MS = SBT_1MS };
enum kpi_vm_prot {
	KPI_VM_PROT_READ = VM_PROT_READ,
	KPI_VM_PROT_WRITE = VM_PROT_WRITE,
	KPI_VM_PROT_EXECUTE = VM_PROT_EXECUTE,
	KPI_VM_PROT_COPY = VM_PROT_COPY
};

#endif /* FREEBSD_KPI_H */
