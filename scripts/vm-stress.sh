#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Stresses the module in a FreeBSD kernel in a virtual machine: scripts/vm-stress.sh [MINUTES [SEED [OPTION OF vm-test ...]]]
# Half of the minutes (30) with 2 processors, half with 4, under each kernel. Each test prints its seed.
set -eu
CDPATH= cd "$(dirname "$0")/.."

minutes=${1:-30}
seed=${2:-}
[ $# -lt 2 ] || shift
[ $# -lt 1 ] || shift
exec sh scripts/vm-test.sh stress --minutes "$minutes" ${seed:+--seed "$seed"} "$@"
