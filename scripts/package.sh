#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds the module and the tools for one pair, and packs them for pkg(8): scripts/package.sh [MAJOR [ARCH]] leaves the
# packages in target/package/MAJOR-ARCH.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

major=${1:-$(default_major)}
arch=${2:-$(default_arch)}
sh scripts/build-ko.sh "$major" "$arch"
sh scripts/build-client.sh "$major" "$arch"
exec sh scripts/pack.sh "$major" "$arch" "$TARGET/package/$major-$arch"
