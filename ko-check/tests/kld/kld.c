/* SPDX-License-Identifier: BSD-2-Clause
 *
 * A small kld that passes every check.  Each macro changes it in one way, so
 * that a test can see the check that is meant for it go red; EXTRA is for
 * what needs no change but an addition.
 */
struct moduledata { const char *name; int (*evhand)(void *, int, void *); void *priv; };
struct mod_metadata { int version, type; const void *data; const char *label; };
struct mod_depend { int min, preferred, max; };
struct mod_version { int version; };
struct sysinit { unsigned subsystem, order; void *next; void (*func)(const void *); const void *data; };

int printf(const char *, ...);
void module_register_init(const void *);

#ifndef NAME
#define NAME "rwmem"
#endif
#ifndef LABEL
#define LABEL "rwmem"
#endif
#ifndef VERSION
#define VERSION 1
#endif
#ifndef STRUCT_VERSION
#define STRUCT_VERSION 1
#endif
#ifndef KERNEL
#define KERNEL "kernel"
#endif
#ifndef MIN
#define MIN 1400097
#endif
#ifndef MAX
#define MAX 1499999
#endif
#ifndef EVENT
#define EVENT event
#endif
#ifndef REGISTER
#define REGISTER module_register_init
#endif
#ifndef REGISTERED
#define REGISTERED &module
#endif
#ifndef SYSINIT_CONST
#define SYSINIT_CONST
#endif
#ifndef SET_CONST
#define SET_CONST
#endif

/* In a shared object the kernel finds a set by these two, which the linker defines where they are mentioned. */
#ifdef UNBOUNDED
#define BOUNDS(set)
#else
#define BOUNDS(set) __asm__(".weak __start_set_" #set "\n.weak __stop_set_" #set);
#endif
#define SET(set, qualifier, sym, target) \
	BOUNDS(set) \
	static const void *qualifier entry_##sym __attribute__((section("set_" #set), used)) = target

#ifdef EXTRA
EXTRA
#endif

static int __attribute__((used))
event(void *module, int what, void *arg)
{
	(void)module;
	(void)arg;
	printf("rwmem: event %d\n", what);
	return (0);
}

static struct moduledata module = { NAME, EVENT, 0 };

static struct mod_metadata is = { STRUCT_VERSION, 2, &module, LABEL };
#ifndef NO_MODULE
SET(modmetadata_set, const, is, &is);
#endif

static struct mod_version version = { VERSION };
static struct mod_metadata has = { STRUCT_VERSION, 3, &version, LABEL };
SET(modmetadata_set, const, has, &has);
#ifdef TWO_VERSIONS
SET(modmetadata_set, const, has_too, &has);
#endif

static struct mod_depend depend = { MIN, MIN, MAX };
static struct mod_metadata depends = { STRUCT_VERSION, 1, &depend, KERNEL };
SET(modmetadata_set, const, depends, &depends);

static SYSINIT_CONST struct sysinit init = { 0x3100000, 0x1000000, 0, REGISTER, REGISTERED };
#ifndef NO_SYSINIT
SET(sysinit_set, SET_CONST, init, &init);
#else
void *unused[] __attribute__((used)) = { &init, &module };
#endif

/* What sdt.ko reads; FreeBSD 15's has one more list in a probe. */
#ifdef FIFTEEN
#define LISTS 6
#else
#define LISTS 4
#endif
#ifndef PROVIDER
#define PROVIDER "rwmem"
#endif
#ifndef PROBE
#define PROBE "start"
#endif
#ifndef PROBE_SIZE
#define PROBE_SIZE sizeof(struct probe)
#endif
#ifndef FIRST_ARGUMENT
#define FIRST_ARGUMENT 0
#endif
struct provider { const char *name; void *list[2]; long id; int refs; };
struct probe { int version; struct provider *provider; void *lists[LISTS]; const char *mod, *func, *name; long id; int args; void *file; };
struct argtype { int index; const char *type, *translated; void *list[2]; struct probe *probe; };

static struct provider provider = { PROVIDER, { 0, 0 }, 0, 0 };
SET(sdt_providers_set, const, provider, &provider);
static struct probe start = { PROBE_SIZE, &provider, { 0 }, "", "", PROBE, 0, 0, 0 };
SET(sdt_probes_set, const, start, &start);
static struct probe done = { PROBE_SIZE, &provider, { 0 }, "", "", "done", 0, 0, 0 };
SET(sdt_probes_set, const, done, &done);
#define ARGUMENT(of, n, number) \
	static struct argtype of##n = { number, "int", 0, { 0, 0 }, &of }; \
	SET(sdt_argtypes_set, const, of##n, &of##n)
ARGUMENT(start, 0, FIRST_ARGUMENT);
ARGUMENT(start, 1, 1);
ARGUMENT(start, 2, 2);
#ifndef ONE_LESS
ARGUMENT(start, 3, 3);
#endif
ARGUMENT(done, 0, 0);
ARGUMENT(done, 1, 1);
ARGUMENT(done, 2, 2);
ARGUMENT(done, 3, 3);
ARGUMENT(done, 4, 4);
ARGUMENT(done, 5, 5);
