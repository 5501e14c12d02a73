#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds a kernel module for one pair: scripts/build-ko.sh [MAJOR [ARCH [FILE]]] leaves it in target/ko/MAJOR-ARCH/NAME.ko,
# and in FILE, once ko-check has nothing against it. KLD is the folder of its crate, anywhere; without it, it is rwmem.ko.
# With RWMEM_COVERAGE=yes its code counts which of its branches are taken, for fuzzing (see sim/README.md): that one goes
# to target/ko/MAJOR-ARCH-coverage, and no kernel loads it. With RWMEM_SANITIZER=kasan, kmsan or kcsan a kernel with that sanitizer
# checks the accesses of its Rust: target/ko/MAJOR-ARCH-kasan and so on, and nowhere else. With RWMEM_RACES=yes it waits on
# purpose wherever it has looked and not yet acted, for the stress test: target/ko/MAJOR-ARCH-races, and nowhere else.
# KO_CHECK_KERNEL is a kernel file that must have every symbol that the module needs.
set -eu
if [ -n "${KLD:-}" ]; then
	KLD=$(CDPATH= cd "$KLD" && pwd)
fi
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

kld=${KLD:-$PWD}
major=${1:-$(default_major)}
arch=${2:-$(default_arch)}
file=${3:-}
known_kernel "$major" "$arch"
cpu=$(cpu_of "$arch")
target=$(fact "arch.$arch" rust_target)
emulation=$(fact "arch.$arch" emulation)

name=$(kld_name "$kld")
sh scripts/setup.sh ko "$major"

out=$TARGET/ko/$major-$arch
[ "${RWMEM_COVERAGE:-no}" = no ] || out=$out-coverage
sanitizer=${RWMEM_SANITIZER:-no} sanitizer_flags=
case $sanitizer in
no) ;;
kasan | kmsan | kcsan)
	[ -z "$file" ] || die "RWMEM_SANITIZER makes a module for tests; it is not put into $file."
	out=$out-$sanitizer
	sanitizer_flags=$(fact "arch.$arch" "${sanitizer}_flags")
	[ -n "$sanitizer_flags" ] || die "kernels.toml does not say how a module for $arch is made for a kernel with $sanitizer."
	;;
*) die "RWMEM_SANITIZER is kasan, kmsan or kcsan, not '$sanitizer'." ;;
esac
features=
if [ "${RWMEM_RACES:-no}" != no ]; then
	[ -z "$file" ] || die "RWMEM_RACES=yes makes a module for tests; it is not put into $file."
	out=$out-races
	[ -n "${KLD:-}" ] || features="--features races"
fi
mkdir -p "$out"
. scripts/kernel-compiler.sh

# No kernel loads it without these flags.
refuse_configuration
# Within this tree, flags are the same for every kld, and core is compiled once.
elsewhere=
case $kld/ in
"$PWD"/*) ;;
*) elsewhere="--remap-path-prefix=$kld=." ;;
esac
# shellcheck disable=SC2046,SC2086 # flags without spaces
reproducible_rust_flags ${elsewhere:+"$elsewhere"} $(fact "arch.$arch" rust_flags) $sanitizer_flags
# A crate of another workspace is compiled as ours are.
sed -n '/^\[profile\.freebsd]/,/^$/p' Cargo.toml >"$out/profile.toml"
# cargo keeps one archive for each target: a pair of its own needs a target folder of its own.
say "Building $name.ko for FreeBSD $major $arch"
set --
if [ "${RWMEM_COVERAGE:-no}" != no ]; then
	# LLVM's own instrumentation, which any rustc has: a counter for each edge, and what is compared with what. Of
	# our own code: core is not what is tested.
	set -- -Cpasses=sancov-module
	for flag in level=3 inline-8bit-counters pc-table trace-compares; do
		set -- "$@" "-Cllvm-args=-sanitizer-coverage-$flag"
	done
fi
include=$(kernel_include)
# shellcheck disable=SC2086 # words
env RUSTC_BOOTSTRAP=1 CARGO_BUILD_BUILD_DIR="$out/cargo" RWMEM_KERNEL="$major" RWMEM_KERNEL_INCLUDE="$include" \
	"CC_$(echo $target | tr - _)=$out/cc" "AR_$(echo $target | tr - _)=$out/ar" \
	cargo rustc --manifest-path "$kld/Cargo.toml" --config "$out/profile.toml" --lib --crate-type staticlib --profile freebsd \
	$features --quiet --target "$target" -Zbuild-std=core --target-dir "$out/cargo" -- "$@"

# memcpy and its like are the kernel's own, not the slower ones of Rust's compiler_builtins, which all of that comes with.
archive=$out/lib$name.a
cp "$out/cargo/$target/freebsd/lib$name.a" "$archive"
# shellcheck disable=SC2046 # names without spaces
"$out/ar" d "$archive" $("$out/ar" t "$archive" | grep '^compiler_builtins-')

# Our code is in an archive, from which a linker takes only what something asks for; nothing asks for a linker set.
link() {
	"$out/ld" -m "$emulation" --build-id=none --gc-sections "$@" \
		--whole-archive "$archive" -o "$out/$name.new"
}
case $(fact "arch.$arch" kld) in
relocatable) link -r -T scripts/kld.ld ;;
shared)
	# The kernel finds the linker sets of a shared object by these symbols, which exist only where one is asked for.
	sets=
	for set in $(grep -aohE 'set_[a-z_]+_set' "$archive" | sort -u); do
		sets="$sets -u __start_$set -u __stop_$set"
	done
	# shellcheck disable=SC2086
	link -Bshareable -z norelro --hash-style=sysv --strip-debug $sets
	;;
esac
if [ "$sanitizer" != no ]; then
	# What a kernel's own code is made to call by macros.
	set --
	for function in memcpy memmove memset memcmp copyin copyout; do
		set -- "$@" --redefine-sym "$function=${sanitizer}_$function"
	done
	"$out/objcopy" "$@" "$out/$name.new"
fi
if [ "${RWMEM_COVERAGE:-no}" = no ] && [ -z "$sanitizer_flags$features" ]; then
	# What should not be loaded is not left for anybody to load.
	env -u CARGO_INCREMENTAL CARGO_ENCODED_RUSTFLAGS= cargo run --quiet -p ko-check -- --major "$major" --arch "$arch" \
		${KO_CHECK_KERNEL:+--kernel "$KO_CHECK_KERNEL"} --name "$name" "$out/$name.new" >"$out/check.log" 2>&1 ||
		{ cat "$out/check.log" >&2; die "$name.ko for FreeBSD $major $arch was built, but would not do: see above."; }
fi
mv "$out/$name.new" "$out/$name.ko"
if [ -n "$file" ] && [ ! -w . ]; then
	say "It is in $out: nothing can be written here."
elif [ -n "$file" ]; then
	cp "$out/$name.ko" "$out/copy"
	mv "$out/copy" "$file"
fi
[ -z "${KLD:-}" ] || say "$out/$name.ko"
