#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds the guest's programs for an architecture: scripts/build-guest.sh [ARCH] leaves in target/guest/ARCH
# rwmem-guest, the test program (Rust, no libc), and for amd64 agent32, a 32-bit process for its tests (C, no libc).
# Neither depends on the major.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

major=$(default_major)
arch=${1:-$(default_arch)}
cpu=$(cpu_of "$arch")
sh scripts/setup.sh ko "$major"

out=$TARGET/guest/$arch
mkdir -p "$out"
. scripts/kernel-compiler.sh

say "Building the guest's programs for FreeBSD $arch"
if [ "$arch" = amd64 ]; then
	if [ "$HOST_OS" = FreeBSD ]; then
		command_file cc32 "cc -target i386-unknown-freebsd$major.0"
	else
		command_file cc32 "'$(ziglang "$major")/zig' cc -target x86-freebsd.$major.0"
	fi
	"$out/cc32" -O2 -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -I abi/include \
		-c -o "$out/agent32.o" vm-test/guest/src/tests/privilege/agent32.c
	"$out/ld" -melf_i386_fbsd -static --strip-debug -o "$out/agent32.new" "$out/agent32.o"
	mv "$out/agent32.new" "$out/agent32"
	emulation=elf_x86_64_fbsd
else
	emulation=aarch64elf_fbsd
fi

target=$cpu-unknown-freebsd
reproducible_rust_flags "-Clinker=$out/ld" -Clinker-flavor=ld -Crelocation-model=static -Cforce-unwind-tables=no \
	-Clink-arg=-m$emulation -Clink-arg=-static -Clink-arg=--strip-debug
env RUSTC_BOOTSTRAP=1 CARGO_BUILD_BUILD_DIR="$out/cargo" \
	cargo build --profile freebsd --quiet --target "$target" -Zbuild-std=core \
	-Zbuild-std-features=compiler-builtins-mem -p rwmem-guest --target-dir "$out/cargo"
cp "$out/cargo/$target/freebsd/rwmem-guest" "$out/rwmem-guest.new"
mv "$out/rwmem-guest.new" "$out/rwmem-guest"
