/*-
 * SPDX-License-Identifier: BSD-2-Clause
 *
 * Lines of TAP on standard output, for the tests beside this file.
 */
#ifndef TAP_H
#define	TAP_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One test: passed if "passed" is true.  Returns it. */
static int __attribute__((unused))
ok(int passed, const char *name, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, name);
	printf(passed ? "ok - " : "not ok - ");
	vprintf(name, arguments);
	printf("\n");
	va_end(arguments);
	if (!passed)
		printf("# errno is %d, %s\n", error, strerror(error));
	fflush(stdout);
	return (passed);
}

/* One test: "got" is "want". */
static void __attribute__((unused))
is(long got, long want, const char *name)
{
	if (!ok(got == want, "%s", name))
		printf("# got %ld, wanted %ld\n", got, want);
	fflush(stdout);
}

/* One test: a call returned -1 with this errno. */
static void __attribute__((unused))
fails(long got, int want, const char *name)
{
	int error = errno;

	if (!ok(got == -1 && error == want, "%s", name))
		printf("# got %ld and errno %d, wanted -1 and %d\n", got, error, want);
	fflush(stdout);
}

#endif
