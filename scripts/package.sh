#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds the module and the tools for one pair, and packs them for pkg(8): scripts/package.sh [MAJOR [ARCH]] leaves in
# target/package/MAJOR-ARCH rwmem-kmod-VERSION.pkg and rwmem-VERSION.pkg. The same sources give the same bytes.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/installed.sh

major=${1:-$(default_major)}
arch=${2:-$(default_arch)}
known_kernel "$major" "$arch"
sh scripts/build-ko.sh "$major" "$arch"
sh scripts/build-client.sh "$major" "$arch"

out=$TARGET/package/$major-$arch
rm -rf "$out"
mkdir -p "$out/kmod" "$out/tools"
umask 022
install_file 555 "$TARGET/ko/$major-$arch/rwmem.ko" "$out/kmod/boot/modules/rwmem.ko"
install_tools "$TARGET/userland/$major-$arch" "$out/tools/usr/local" /usr/local

# pack PORT STAGE
pack() {
	cargo run --quiet -p rwmem-package -- --port "packaging/freebsd/$1" --stage "$out/$2" --major "$major" --arch "$arch" \
		--out "$out"
}
pack rwmem-kmod kmod
pack rwmem tools
rm -rf "$out/kmod" "$out/tools"
