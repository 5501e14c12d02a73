#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Loads, unloads or installs ./rwmem.ko on FreeBSD: scripts/kld.sh load | unload | install [DESTDIR]
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

[ "$HOST_OS" = FreeBSD ] || die "make ${1:-load} is for FreeBSD, and this is $HOST_OS. 'make demo' shows the module in a virtual machine."

need_root() {
	[ "$(id -u)" = 0 ] || die "To $1 a kernel module takes root: run 'make $1' as root."
}

case ${1:-} in
load)
	need_root load
	kldload ./rwmem.ko ||
		die "kldload ./rwmem.ko failed; the kernel says why in the last lines of dmesg(8)." \
			"A module is for one FreeBSD major: this kernel is $(uname -K), see 'make help' for KERNEL."
	;;
unload)
	need_root unload
	kldunload rwmem || die "kldunload rwmem failed. 'Device busy': a process has /dev/rwmem open, see fstat /dev/rwmem."
	;;
install)
	folder=${2:-}/boot/modules
	[ -n "${2:-}" ] || need_root install
	install -d "$folder"
	install -m 555 rwmem.ko "$folder/rwmem.ko"
	kldxref "$folder"
	say "Installed $folder/rwmem.ko; 'kldload rwmem' loads it, and rwmem_load=\"YES\" in /boot/loader.conf at boot."
	;;
*) die "scripts/kld.sh: '${1:-}' is none of load, unload, install." ;;
esac
