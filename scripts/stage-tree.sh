#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Stages this tree as a person has it who has built: scripts/stage-tree.sh MAJOR ARCH leaves in target/userland/MAJOR-ARCH/tree
# what `make help`, `load` and `install` read. On the test disc, what is built is beside it: the module in /, the tools in
# /userland.
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
cp abi/rwmem.h "$tree/abi"
ln -s /rwmem.ko "$tree/target/ko/$pair/rwmem.ko"
ln -s /userland "$tree/target/userland/$pair"
