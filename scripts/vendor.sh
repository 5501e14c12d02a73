#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Puts the source of every crate that a build takes into a folder, for builds without a network: scripts/vendor.sh FOLDER
# FOLDER gets crates/, and config.toml, which is to be .cargo/config.toml in this tree or above it.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

[ $# -eq 1 ] || die "scripts/vendor.sh takes one argument: the folder that the crates are put into."
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cargo vendor --quiet --locked --versioned-dirs "$folder/crates" >/dev/null
# -Zbuild-std resolves the whole standard library, whose crates come with its source.
of_std=$(rustc --print sysroot)/lib/rustlib/src/rust/library/vendor
[ -d "$of_std" ] || die "There is no $of_std: rust-src has it, see scripts/setup.sh."
for crate in "$of_std"/*; do
	[ -e "$folder/crates/${crate##*/}" ] || cp -R "$crate" "$folder/crates"
done
cat >"$folder/config.toml" <<TOML
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = '$folder/crates'

[net]
offline = true
TOML
say "The crates are in $folder/crates; $folder/config.toml has cargo take them from there."
