#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Packs what is built for one pair for pkg(8): scripts/pack.sh MAJOR ARCH FOLDER
# FOLDER is emptied; rwmem-kmod-VERSION.pkg and rwmem-VERSION.pkg are put there. The same files give the same bytes.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/installed.sh

major=$1
arch=$2
out=$3
rm -rf "$out"
mkdir -p "$out/kmod" "$out/tools"
umask 022
install_file 555 "$TARGET/ko/$major-$arch/rwmem.ko" "$out/kmod/boot/modules/rwmem.ko"
install_tools "$TARGET/userland/$major-$arch" "$out/tools/usr/local" /usr/local

# pack PORT STAGE
pack() {
	cargo run --quiet -p rwmem-package -- --port "packaging/freebsd/$1" --stage "$out/$2" --major "$major" --arch "$arch" \
		--out "$out"
	rm -rf "${out:?}/$2"
}
pack rwmem-kmod kmod
pack rwmem tools
