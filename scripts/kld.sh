#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Loads or unloads the module that is built for this machine: scripts/kld.sh load | unload
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

[ "$HOST_OS" = FreeBSD ] || die "make $1 is for FreeBSD, and this is $HOST_OS. 'make demo' shows the module in a virtual machine."
[ "$(id -u)" = 0 ] || die "To $1 a kernel module takes root: run 'make $1' as root."

case $1 in
load)
	module=$TARGET/ko/$(default_major)-$(default_arch)/rwmem.ko
	[ -e "$module" ] || die "There is no $module: run 'make' first, not as root."
	kldload "$module" ||
		die "kldload $module failed; the kernel says why in the last lines of dmesg(8)." \
			"A module is for one FreeBSD major: this kernel is $(uname -K), see 'make help' for KERNEL."
	;;
unload)
	kldunload rwmem || die "kldunload rwmem failed. 'Device busy': a process has /dev/rwmem open, see fstat /dev/rwmem."
	;;
*) die "scripts/kld.sh: '$1' is neither load nor unload." ;;
esac
