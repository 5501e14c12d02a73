#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Shows the module at work: on FreeBSD, as root, on the running kernel; elsewhere in a virtual machine, and where there
# is no FreeBSD to boot, over a simulated kernel.
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

# What takes hundreds of megabytes is fetched by who asks for it (make vm-test), not by the way.
: "${FREEBSD_DOWNLOAD:=no}"
export FREEBSD_DOWNLOAD

if [ "$HOST_OS" = FreeBSD ] && [ "$(id -u)" = 0 ]; then
	sh scripts/build-ko.sh "" "" rwmem.ko
	sh scripts/build-guest.sh
	# It loads the module, and unloads it at the end.
	exec "target/guest/$(default_arch)/rwmem-guest" --module "$PWD/rwmem.ko" demo
fi

code=0
sh scripts/vm-test.sh demo || code=$?
[ $code -eq 77 ] || exit $code

if [ "$HOST_OS" != Linux ] || [ "$(uname -m)" != x86_64 ]; then
	say "The demo needs a FreeBSD to run in: see above for how to get one, then run 'make demo' again."
	exit $code
fi
say "There is no FreeBSD to boot, see above. So the real rwmem.ko runs over a simulated kernel, in a Linux process."
sh scripts/build-ko.sh 14 amd64
say "Building the simulated kernel"
exec cargo run --quiet -p rwmem-sim -- demo
