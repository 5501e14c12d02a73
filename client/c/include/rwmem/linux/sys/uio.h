/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * The system's <sys/uio.h>, and what Linux declares there besides.  The folder
 * that this is in comes before the system's where a program is compiled with
 * what pkg-config(1) says for rwmem, so that programs for Linux need no change.
 */
#pragma GCC system_header
#include_next <sys/uio.h>

#if defined(_GNU_SOURCE) || __BSD_VISIBLE
#include <rwmem/process_vm.h>
#endif
