#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the library for C, and the command where it is built: scripts/install-client.sh install [DESTDIR [PREFIX]]
# builds them first; PREFIX is /usr/local unless told. `files FOLDER PREFIX MAJOR-ARCH` only puts the files there.
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

# put MODE FILE PLACE: whole or not at all, and untouched where it is the same.
put() {
	mkdir -p "$(dirname "$3")"
	cmp -s "$2" "$3" && return
	install -m "$1" "$2" "$3.new"
	mv "$3.new" "$3"
}

# files FOLDER PREFIX MAJOR-ARCH: the files for PREFIX, in FOLDER.
files() {
	built=target/client/$3
	stage=target/userland/$3
	put 444 "$built/librwmem.a" "$1/lib/librwmem.a"
	put 444 "$built/librwmem.so.1" "$1/lib/librwmem.so.1"
	ln -sf librwmem.so.1 "$1/lib/librwmem.so"
	# The interface of the device, beside the library's.
	put 444 abi/rwmem.h "$1/include/rwmem/abi.h"
	(cd client/c/include && find . -name '*.h') | while read -r header; do
		put 444 "client/c/include/$header" "$1/include/$header"
	done
	version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
	sed -e "s,@PREFIX@,$2," -e "s,@VERSION@,$version," client/c/rwmem.pc.in >"$built/rwmem.pc"
	put 444 "$built/rwmem.pc" "$1/libdata/pkgconfig/rwmem.pc"
	for page in client/man/*.[0-9]; do
		put 444 "$page" "$1/share/man/man${page##*.}/${page##*/}"
	done
	if [ -e "$stage/bin/rwmem" ] && [ "$1" != "$PWD/$stage" ]; then
		put 555 "$stage/bin/rwmem" "$1/bin/rwmem"
	fi
}

case ${1:-} in
files) files "$2" "$3" "$4" ;;
install)
	[ "$HOST_OS" = FreeBSD ] || die "The library is for FreeBSD, and this is $HOST_OS: scripts/build-client.sh stages it in target/userland/MAJOR-ARCH."
	destination=${2:-} prefix=${3:-/usr/local}
	[ -n "$destination" ] || [ "$(id -u)" = 0 ] || die "To install in $prefix takes root: run it as root, or with DESTDIR."
	sh scripts/build-client.sh
	files "$destination$prefix" "$prefix" "$(default_major)-$(default_arch)"
	say "Installed in $destination$prefix: include/rwmem.h, librwmem, pkgconfig/rwmem.pc, the manual pages."
	;;
*) die "scripts/install-client.sh: '${1:-}' is none of install, files." ;;
esac
