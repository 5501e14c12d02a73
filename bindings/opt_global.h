/* SPDX-License-Identifier: BSD-2-Clause
 *
 * The options that a module is compiled with which is not built together with a
 * kernel: those of sys/conf/config.mk, and those in the architecture's DEFAULTS.
 * They are part of the kernel's interface: without SMP a cpuset_t has 8 bytes
 * instead of 128, and every structure that holds one is another.
 */
#define	SMP		1
#define	MAC		1
#define	VIMAGE		1

#define	CC_CUBIC	1
#define	NETLINK		1
#ifdef __amd64__
#define	EARLY_AP_STARTUP 1
#if __FreeBSD_version < 1500000
#define	NEW_PCIB	1
#endif
#endif
#ifdef __aarch64__
#define	INTRNG		1
#endif

/* As in every kernel that FreeBSD releases: sdt.h declares nothing without it. */
#define	KDTRACE_HOOKS	1
