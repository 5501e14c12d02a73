#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes what is generated in bindings/src anew from the kernel's headers (scripts/bindings.sh write), or checks it
# against those (scripts/bindings.sh check).
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh
sh scripts/setup.sh bindings

LIBCLANG_PATH=$(libclang_folder) cargo run --quiet -p freebsd-kpi-generate -- "$@"
