#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs what is built, or takes it away: scripts/install.sh install | uninstall [MAJOR [ARCH [DESTDIR [PREFIX]]]]
# The module goes into /boot/modules, the tools below PREFIX (/usr/local). Nothing is built, and nothing is written in this
# tree: root can run it where a user has built. With DESTDIR, files are put there, on any system, and nothing else is done.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/installed.sh

what=$1
major=${2:-$(default_major)}
arch=${3:-$(default_arch)}
destination=${4:-}
prefix=${5:-/usr/local}
known_kernel "$major" "$arch"
module=$TARGET/ko/$major-$arch/rwmem.ko
stage=$TARGET/userland/$major-$arch
[ "$destination" != / ] || destination=
modules=$destination/boot/modules

if [ -z "$destination" ]; then
	[ "$HOST_OS" = FreeBSD ] ||
		die "This is $HOST_OS, and rwmem is for FreeBSD: 'make $what DESTDIR=folder' stages its files anywhere."
	[ "$(id -u)" = 0 ] || die "To $what in /boot/modules and $prefix takes root: run 'make $what' as root, or with DESTDIR."
fi
# Folders are for everybody, whoever runs this.
umask 022

index() {
	[ -n "$destination" ] || kldxref "$modules"
}

install_all() {
	done=
	if [ -e "$module" ]; then
		install_file 555 "$module" "$modules/rwmem.ko"
		index
		done="rwmem.ko for FreeBSD $major $arch in $modules"
	fi
	if [ -e "$stage/bin/rwmem" ]; then
		install_tools "$stage" "$destination$prefix" "$prefix"
		done="$done${done:+; }the command rwmem, librwmem and the manual pages in $destination$prefix"
	fi
	[ -n "$done" ] ||
		die "Nothing is built for FreeBSD $major $arch: run 'make' (the module) and 'make client' (command and library)" \
			"first, not as root. What is built for another kernel is installed with KERNEL and ARCH."
	say "Installed: $done."
	[ -e "$module" ] || say "There is no module: 'make' builds it."
	[ -e "$stage/bin/rwmem" ] || say "There are no command and library: 'make client' builds them."
	[ -z "$destination" ] || return 0
	say "Now: 'kldload rwmem' loads it; rwmem_load=\"YES\" in /boot/loader.conf loads it at boot." \
		"/dev/rwmem is for root until /etc/devfs.rules says more: see rwmem(4)."
}

uninstall_all() {
	rm -f "$modules/rwmem.ko"
	index
	tools_places | while read -r place; do
		rm -f "$destination$prefix/$place"
	done
	# The only folders that are nobody else's.
	for folder in rwmem/linux/sys rwmem/linux rwmem; do
		rmdir "$destination$prefix/include/$folder" 2>/dev/null || true
	done
	say "Uninstalled from $modules and $destination$prefix."
	[ -n "$destination" ] || ! kldstat -q -n rwmem.ko || say "It is loaded still: 'kldunload rwmem' unloads it."
}

case $what in
install) install_all ;;
uninstall) uninstall_all ;;
*) die "scripts/install.sh: '$what' is neither install nor uninstall." ;;
esac
