#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes the documentation of the crate freebsd-kpi: scripts/rustdoc.sh [MAJOR [ARCH]]. It is that of code for a kernel, whose
# types differ from another's. A warning is an error.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

major=${1:-$(default_major)}
arch=${2:-$(default_arch)}
known_kernel "$major" "$arch"
target=$(fact "arch.$arch" rust_target)
flags=$(fact "arch.$arch" rust_flags)
RUSTC_BOOTSTRAP=1 RUSTFLAGS=$flags RUSTDOCFLAGS="$flags -Dwarnings" RWMEM_KERNEL=$major \
	cargo doc --quiet -Zbuild-std=core --no-deps --target "$target" -p freebsd-kpi
say "$TARGET/$target/doc/freebsd_kpi/index.html"
