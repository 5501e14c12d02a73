#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Stages what people install from, once all is built: scripts/stage-tree.sh MAJOR ARCH leaves in target/userland/MAJOR-ARCH
# tree, with what `make help`, `load` and `install` read, and packages. On the test disc, what is built is beside the tree: the
# module in /, the tools in /userland.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

pair=$1-$2
tree=$TARGET/userland/$pair/tree
rm -rf "$tree"
mkdir -p "$tree/target/ko/$pair" "$tree/target/userland" "$tree/client/c" "$tree/abi"
cp -R Makefile Cargo.toml kernels.toml rust-toolchain.toml scripts "$tree"
cp -R client/c/include client/c/rwmem.pc.in "$tree/client/c"
cp -R client/man "$tree/client"
cp -R abi/include "$tree/abi"
ln -s /rwmem.ko "$tree/target/ko/$pair/rwmem.ko"
ln -s /userland "$tree/target/userland/$pair"

# And unpacked, for a root that has no tar.
packages=$TARGET/userland/$pair/packages
sh scripts/pack.sh "$1" "$2" "$packages" >/dev/null
mkdir "$packages/unpacked"
for package in "$packages"/*.pkg; do
	tar -xf "$package" -C "$packages/unpacked" --exclude '+*' 2>/dev/null || die "This system's tar cannot read $package."
done
