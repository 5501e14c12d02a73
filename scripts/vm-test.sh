#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the module in a FreeBSD kernel in a virtual machine: scripts/vm-test.sh test | differential | demo | bench [OPTION OF vm-test ...]
# Exit codes are vm-test's: 77 says that there is no FreeBSD to boot.
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

mode=$1
shift
major=14
[ "$HOST_OS" != FreeBSD ] || major=$(default_major)

vm_test() {
	cargo run --quiet -p vm-test -- "$@"
}

# First of all whether there is a FreeBSD: without one, nothing else is of use.
vm_test root --major "$major" >/dev/null

sh scripts/setup.sh vm
sh scripts/build-ko.sh "$major" amd64
sh scripts/build-guest.sh
vm_test run --major "$major" --mode "$mode" --ko "target/ko/$major-amd64/rwmem.ko" \
	--guest target/guest/rwmem-guest --peek target/guest/peek "$@"
