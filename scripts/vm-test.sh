#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the module in FreeBSD kernels in virtual machines: scripts/vm-test.sh test | userland | differential | stress | shell | demo | bench | transfers | company [OPTION OF vm-test ...]
# Exit codes are vm-test's: 77 says that there is no FreeBSD to boot.
set -eu
# Another kld to have on the disc: the folder of its crate.
kld=${KLD:+$(CDPATH= cd "$KLD" && pwd)}
unset KLD
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

mode=$1
shift

vm_test() {
	cargo run --quiet -p vm-test -- "$@"
}
[ -z "$kld" ] || set -- --kld "$(kld_name "$kld")" "$@"

# First of all which FreeBSD there is, for what is built is built for that; without one, nothing else is of use.
pairs=$(vm_test run --mode "$mode" --pairs "$@")

client= example=
case $mode in
test | userland | shell | bench | transfers) client=yes ;;
esac
case $mode in
test | userland) example=kpi/examples/tally ;;
esac
arches=
for word in $pairs; do
	if [ "$word" = userland ]; then
		# Of the pair before it.
		[ -n "$client" ] || continue
		sh scripts/build-client.sh "${pair%-*}" "$arch"
		sh scripts/stage-tree.sh "${pair%-*}" "$arch"
		continue
	fi
	word=${word%-races}
	sanitizer=no
	case $word in
	*-kasan | *-kmsan | *-kcsan) sanitizer=${word##*-} ;;
	esac
	pair=${word%-"$sanitizer"}
	arch=${pair#*-}
	RWMEM_SANITIZER=$sanitizer sh scripts/build-ko.sh "${pair%-*}" "$arch"
	for folder in $example ${kld:+"$kld"}; do
		RWMEM_SANITIZER=$sanitizer KLD=$folder sh scripts/build-ko.sh "${pair%-*}" "$arch"
	done
	case " $arches " in
	*" $arch "*) ;;
	*) arches="$arches $arch" ;;
	esac
done
for arch in $arches; do
	sh scripts/build-guest.sh "$arch"
done
# shellcheck disable=SC2086 # words
sh scripts/setup.sh vm $arches
[ -z "$client" ] || set -- --userland vm-test/userland --client "$TARGET/userland" "$@"
vm_test run --mode "$mode" --logs "$TARGET/vm-test" "$@"
