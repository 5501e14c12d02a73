#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Draws docs/speed.svg, the picture of README.md: scripts/picture.sh [FILE ...], where the files are what
# `scripts/bench.sh --json` printed, for a kernel each. Without any, it measures both architectures of the newest major
# first, GENERIC (a quarter of an hour each), and leaves what was measured in target/bench.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

if [ $# -eq 0 ]; then
	mkdir -p "$TARGET/bench"
	for kernel in $(kernels | grep "^$(majors | tail -n 1)-"); do
		VM_MATRIX="$kernel generic" sh scripts/bench.sh --json >"$TARGET/bench/$kernel.json"
		set -- "$@" "$TARGET/bench/$kernel.json"
	done
fi
cargo run --quiet -p bench-picture -- --output docs/speed.svg "$@"
say "The picture is docs/speed.svg."
