#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes what is generated in bindings/src anew from the kernel's headers (scripts/bindings.sh write), or checks it
# against those (scripts/bindings.sh check), and against the headers of every other release at hand: FREEBSD_SRC, a
# source tree or more separated by colons, FREEBSD_ROOT, and what vm-test has fetched.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
sh scripts/setup.sh bindings

if [ "$1" = check ]; then
	IFS=:
	for folder in ${FREEBSD_SRC:-} ${FREEBSD_ROOT:-}; do
		set -- "$@" --headers "$folder"
	done
	for folder in "${XDG_CACHE_HOME:-${HOME:-}/.cache}"/rwmem/freebsd-*; do
		[ ! -d "$folder" ] || set -- "$@" --headers "$folder"
	done
fi
LIBCLANG_PATH=$(libclang_folder) cargo run --quiet -p freebsd-kpi-generate -- "$@"
