#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Shows the module at work: on FreeBSD, as root, on the running kernel; elsewhere in a virtual machine, and where there
# is no FreeBSD to boot, over a simulated kernel.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

# What takes hundreds of megabytes is fetched by who asks for it (make vm-test), not by the way.
: "${FREEBSD_DOWNLOAD:=no}"
export FREEBSD_DOWNLOAD

if [ "$HOST_OS" = FreeBSD ] && [ "$(id -u)" = 0 ]; then
	sh scripts/build-ko.sh
	sh scripts/build-guest.sh
	# It loads the module, and unloads it at the end.
	exec "$TARGET/guest/$(default_arch)/rwmem-guest" \
		--module "$TARGET/ko/$(default_major)-$(default_arch)/rwmem.ko" demo
fi

sh scripts/setup.sh ko
say "Looking for a FreeBSD to boot"
words=$(mktemp)
code=0
cargo run --quiet -p vm-test -- run --mode demo --pairs >/dev/null 2>"$words" || code=$?
if [ $code -eq 0 ]; then
	rm -f "$words"
	exec sh scripts/vm-test.sh demo
fi
if [ $code -ne 77 ] || [ "$HOST_OS" != Linux ] || [ "$(uname -m)" != x86_64 ]; then
	cat "$words" >&2
	rm -f "$words"
	[ $code -ne 77 ] || say "The demo needs a FreeBSD to run in: then run 'make demo' again."
	exit $code
fi
say "There is none here: the real rwmem.ko runs over a simulated kernel, in a Linux process."
sh scripts/build-ko.sh 14 amd64
say "Building the simulated kernel"
code=0
cargo run --quiet -p rwmem-sim -- --ko "$TARGET/ko/14-amd64/rwmem.ko" demo || code=$?
say ""
say "To see it in a real kernel, 'make vm-test' fetches a FreeBSD, or:"
sed 's/^What to do: //' "$words" | grep -v '^vm-test: ' >&2 || true
rm -f "$words"
exit $code
