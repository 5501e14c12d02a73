#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds a kernel module for one pair: scripts/build-ko.sh [MAJOR [ARCH [FILE]]] leaves it in
# target/ko/MAJOR-ARCH/NAME.ko, and in FILE. KLD is the folder of its crate, anywhere; without it, it is rwmem.ko. With
# RWMEM_COVERAGE=yes its code counts which of its branches are taken, for fuzzing (see sim/README.md): that one goes to
# target/ko/MAJOR-ARCH-coverage, and no kernel loads it. With RWMEM_KASAN=yes its accesses are checked by a kernel with
# KASAN: target/ko/MAJOR-ARCH-kasan.
set -eu
if [ -n "${KLD:-}" ]; then
	KLD=$(cd "$KLD" && pwd)
fi
cd "$(dirname "$0")/.."
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

out=$PWD/target/ko/$major-$arch
[ "${RWMEM_COVERAGE:-no}" = no ] || out=$out-coverage
[ "${RWMEM_KASAN:-no}" = no ] || out=$out-kasan
mkdir -p "$out"
. scripts/kernel-compiler.sh

# No kernel loads it without these flags. Given so, they also take the place of those in a user's cargo configuration.
unset CARGO_ENCODED_RUSTFLAGS
RUSTFLAGS=$(fact "arch.$arch" rust_flags)
# A crate of another workspace is compiled as ours are.
sed -n '/^\[profile\.release]/,/^$/p' Cargo.toml >"$out/profile.toml"
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
if [ "${RWMEM_KASAN:-no}" != no ]; then
	flags=$(fact "arch.$arch" kasan_flags)
	[ -n "$flags" ] || die "kernels.toml does not say how a module for $arch is made for KASAN."
	RUSTFLAGS="$RUSTFLAGS $flags"
fi
include=$(kernel_include)
env RUSTC_BOOTSTRAP=1 RUSTFLAGS="$RUSTFLAGS" RWMEM_KERNEL="$major" RWMEM_KERNEL_INCLUDE="$include" \
	"CC_$(echo $target | tr - _)=$out/cc" "AR_$(echo $target | tr - _)=$out/ar" \
	cargo rustc --manifest-path "$kld/Cargo.toml" --config "$out/profile.toml" --lib --crate-type staticlib --release --quiet \
	--target "$target" -Zbuild-std=core --target-dir "$out/cargo" -- "$@"

# memcpy and its like are the kernel's own, not the slower ones of Rust's compiler_builtins, which all of that comes with.
archive=$out/lib$name.a
cp "$out/cargo/$target/release/lib$name.a" "$archive"
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
mv "$out/$name.new" "$out/$name.ko"
if [ -n "$file" ]; then
	cp "$out/$name.ko" "$out/copy"
	mv "$out/copy" "$file"
fi
[ -z "${KLD:-}" ] || say "$out/$name.ko"
