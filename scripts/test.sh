#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every check and test, each part by itself, whatever the others say. The last line has the sums; the exit code
# is 0 if nothing failed. The parts' output is kept in target/test.
set -u
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

# What takes hundreds of megabytes is fetched by who asks for it (make vm-test), not by the way.
: "${FREEBSD_DOWNLOAD:=no}"
export FREEBSD_DOWNLOAD
. scripts/count.sh

# Clippy sees code for FreeBSD only with its target.
clippy() {
	cargo clippy --workspace --exclude rwmem-ko --exclude freebsd-kpi --exclude tally --exclude rwmem-guest --all-targets -- -D warnings || return 1
	for _kernel in $(kernels); do
		RUSTC_BOOTSTRAP=1 RUSTFLAGS=$(fact "arch.${_kernel#*-}" rust_flags) RWMEM_KERNEL=${_kernel%-*} \
			cargo clippy -Zbuild-std=core --target "$(fact "arch.${_kernel#*-}" rust_target)" -p freebsd-kpi -p rwmem-ko -p tally \
			-- -D warnings || return 1
	done
	for _arch in $(kernels | sed 's/.*-//' | sort -u); do
		RUSTC_BOOTSTRAP=1 cargo clippy -Zbuild-std=core --target "$(cpu_of "$_arch")-unknown-freebsd" -p rwmem-guest \
			-- -D warnings || return 1
	done
	RUSTC_BOOTSTRAP=1 cargo clippy -Zbuild-std=std,panic_abort --target x86_64-unknown-freebsd --lib --bins \
		--examples -p rwmem -p rwmem-c -p rwmem-command -p rwmem-live --features rwmem/read-process-memory,rwmem/read-process-memory-0_1 \
		-- -D warnings
}

# The fuzzer's targets are a workspace of their own.
fmt() {
	cargo fmt --all --check && cargo fmt --check --manifest-path sim/fuzz/Cargo.toml
}

manual_pages() {
	mandoc -Tlint -W warning client/man/*.[0-9]
}

# ko MAJOR ARCH FOLDER: builds a kld, which checks it, also against the kernel that it will be loaded into where one is at
# hand.
ko() {
	_kernel=
	if _root=$(FREEBSD_DOWNLOAD=no cargo run --quiet -p vm-test -- root --matrix "$1-$2" 2>/dev/null); then
		_kernel=${FREEBSD_KERNEL:-$(echo "$_root" | head -n 1)/boot/kernel/kernel}
		[ -f "$_kernel" ] || _kernel=
	fi
	KLD=$3 KO_CHECK_KERNEL=$_kernel sh scripts/build-ko.sh "$1" "$2" || return 1
	cat "$TARGET/ko/$1-$2/check.log"
}

vm_major=$(default_major)
if [ "$HOST_OS" = FreeBSD ]; then
	pairs="$vm_major-$(default_arch)"
	setup="test $vm_major"
else
	pairs=$(kernels)
	setup=test
fi

# shellcheck disable=SC2086
sh scripts/setup.sh $setup || {
	say "The tests need what scripts/setup.sh could not bring, see above."
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

part fmt one fmt
part clippy one clippy
if [ "$HOST_OS" = FreeBSD ]; then
	skip bindings "made on Linux, where the headers of every kernel are at hand"
	skip ko-of-other-kernels "this machine has the headers of its own kernel only"
else
	part bindings sum sh scripts/bindings.sh check
fi
for pair in $pairs; do
	part "ko-$pair" sum ko "${pair%-*}" "${pair#*-}" .
	part "example-$pair" sum ko "${pair%-*}" "${pair#*-}" kpi/examples/tally
done
# After the modules: some of these load one.
export RWMEM_KO="$TARGET/ko/14-amd64/rwmem.ko"
# The same cases each time; `cargo test` by itself has new ones.
: "${PROPTEST_RNG_SEED:=1}"
export PROPTEST_RNG_SEED
part unit-tests cargo cargo test --no-fail-fast
part surroundings sum sh scripts/test-surroundings.sh
part rustdoc one sh scripts/rustdoc.sh
part manual-pages one manual_pages
part client one sh scripts/build-client.sh
for arch in $(printf '%s\n' $pairs | sed 's/.*-//' | sort -u); do
	part "guest-$arch" one sh scripts/build-guest.sh "$arch"
done
part vm-test live sh scripts/vm-test.sh test

if [ "$ran" = yes ]; then
	# From the table of kernels: their names are all before the counts.
	ran_in=$(sed -n 's,  *[0-9]* *[0-9]* *[0-9]* *[0-9]*  .*/vm-test/test-.*,,p' "$logs/vm-test.log" | paste -s -d , -)
	echo "The module's tests ran in these FreeBSD kernels: $ran_in."
else
	echo "The module's tests did not run in FreeBSD: there was none to boot, or nothing to boot it with (see vm-test above)."
fi
summary
