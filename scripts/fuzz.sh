#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Sends made-up requests to the real rwmem.ko over the simulated kernel: scripts/fuzz.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

sh scripts/build-ko.sh 14 amd64
say "Building the simulated kernel"
exec cargo run --quiet --release -p rwmem-sim -- fuzz --seconds "${1:-3600}" --seed "$(date +%s)"
