#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the module in a FreeBSD kernel in a virtual machine: scripts/vm-test.sh test | userland | differential | stress | shell | demo | bench [OPTION OF vm-test ...]
# Exit codes are vm-test's: 77 says that there is no FreeBSD to boot.
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh

mode=$1
shift
major=$(default_major)
# A release that is named is the one that the module is built for.
[ -z "${FREEBSD_VERSION:-}" ] || major=${FREEBSD_VERSION%%.*}

vm_test() {
	cargo run --quiet -p vm-test -- "$@"
}

majors=$major
if [ -n "${VM_MATRIX:-}" ]; then
	# Each release in it needs the module of its major.
	case $VM_MATRIX in
	*.toml) words=$(sed -n 's/^ *release *= *["'"'"']\(.*\)["'"'"'].*/\1/p; s/^ *major *= *\([0-9]*\).*/\1./p' "$VM_MATRIX") ;;
	*) words=$VM_MATRIX ;;
	esac
	for word in $words; do
		case $word in
		[0-9]*.*) majors="$majors ${word%%.*}" ;;
		esac
	done
	# shellcheck disable=SC2086 # words
	majors=$(printf '%s\n' $majors | sort -u)
else
	# First of all whether there is a FreeBSD: without one, nothing else is of use.
	vm_test root --major "$major" >/dev/null
fi

sh scripts/setup.sh vm
for one in $majors; do
	sh scripts/build-ko.sh "$one" amd64
done
sh scripts/build-guest.sh
userland=
case $mode in
test | userland | shell | bench)
	userland="--userland vm-test/userland"
	if [ -f scripts/build-client.sh ]; then
		sh scripts/build-client.sh
		userland="$userland --userland target/userland"
	fi
	;;
esac
# shellcheck disable=SC2086 # folders without spaces
vm_test run --major "$major" --mode "$mode" $userland "$@"
