#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes bindings/src/freebsd*.rs anew from the kernel's headers (scripts/bindings.sh write), or checks them against
# those (scripts/bindings.sh check).
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh
sh scripts/setup.sh bindings

LIBCLANG_PATH=$(libclang_folder) cargo run --quiet -p freebsd-kpi-generate -- \
	--ziglang "14=$(ziglang 14)" --ziglang "15=$(ziglang 15)" "$@"
