#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Removes what was built. Of a target folder that serves other projects too, only what the scripts put there.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

rm -f rwmem.ko
if [ -z "${CARGO_TARGET_DIR:-}" ]; then
	rm -rf target
else
	for folder in client fuzz guest ko package test userland vm-test; do
		rm -rf "${TARGET:?}/$folder"
	done
fi
