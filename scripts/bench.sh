#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Measures the module, what transfers cost and what they cost others: on FreeBSD, as root, in nanoseconds on the running
# kernel; elsewhere in guest instructions, and for the others in real time, in virtual machines.
# scripts/bench.sh [--json], and in virtual machines [OPTION OF vm-test ...]: --check, for one. VM_MATRIX says which kernel.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

if [ "$HOST_OS" = FreeBSD ] && [ "$(id -u)" = 0 ]; then
	sh scripts/build-ko.sh
	sh scripts/build-guest.sh
	# It loads the module unless it is loaded, and then unloads it at the end.
	for part in transfers company; do
		"$TARGET/guest/$(default_arch)/rwmem-guest" --module "$TARGET/ko/$(default_major)-$(default_arch)/rwmem.ko" \
			"$part" "$@"
	done
	exit 0
fi

code=0
sh scripts/vm-test.sh bench "$@" || code=$?
[ $code -ne 77 ] || say "The benchmark needs a FreeBSD to run in: see above for how to get one, then run 'make bench' again."
exit $code
