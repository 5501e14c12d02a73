#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Brings what the other scripts need: scripts/setup.sh [ko [MAJOR ...] | bindings | test [MAJOR] | vm [ARCH ...] | all]
#
#   ko        Rust's library source, and a C compiler, headers and linker for the kernel majors named (the default one)
#   bindings  the same for every major, and libclang, which bindgen loads
#   test      what `make test` needs, but for the virtual machine: bindings (on FreeBSD, ko), and mandoc
#   vm        QEMU for these architectures (on FreeBSD, unless bhyve works), firmware for it, and xorriso
#
# Whatever is there already is left alone, so that every target can run this first. What cannot be had is named
# with its remedy, and the exit code is then not 0.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/setup-packages.sh
. scripts/setup-rust-src.sh

need_rust() {
	command -v cargo >/dev/null && command -v rustc >/dev/null ||
		die "There is no cargo or no rustc in PATH. Install Rust $(rust_version), with rustup or the system's packages."
	rustc --version >/dev/null ||
		die "rustc is there but does not run. Install the toolchain: rustup toolchain install $(rust_version)"
}

# Cargo links the programs that run on this machine with cc.
need_host_compiler() {
	command -v cc >/dev/null || system_package cc gcc libc6-dev
}

# The kernel's C compiler, linker and headers: FreeBSD's own, elsewhere ziglang's.
need_kernel_compiler() {
	if [ "$HOST_OS" = FreeBSD ]; then
		command -v cc >/dev/null || die "There is no cc in PATH: it is part of FreeBSD's base system."
		[ -f /usr/src/sys/sys/param.h ] || [ -f /usr/include/vm/vm_map.h ] ||
			die "There are no kernel headers in /usr/src/sys or /usr/include: install FreeBSD's src or base set."
		return
	fi
	for major in "$@"; do
		known_major "$major"
		python_package ziglang "$(fact "major.$major" ziglang)" ziglang/zig "the C compiler and headers for FreeBSD $major"
		chmod +x "$(ziglang "$major")/zig"
	done
}

need_libclang() {
	[ "$HOST_OS" != FreeBSD ] ||
		die "The bindings are made on Linux, where the headers of every major and architecture are at hand."
	python_package libclang "$LIBCLANG_VERSION" clang/native/libclang.so "the C parser that bindgen loads"
}

need_emulator() {
	[ $# -gt 0 ] || set -- "$(default_arch)"
	for arch in "$@"; do
		emulator=qemu-system-$(cpu_of "$arch")
		case $arch in
		amd64)
			# Where FreeBSD's own machines can be had, vm-test takes those.
			[ "$HOST_OS" = FreeBSD ] && [ "$(id -u)" = 0 ] && kldstat -q -m vmm && continue
			command -v "$emulator" >/dev/null || system_package "$emulator" qemu-system-x86
			;;
		arm64)
			# Debian has the firmware in a package of its own; elsewhere QEMU's has it.
			command -v "$emulator" >/dev/null && [ -f /usr/share/qemu-efi-aarch64/QEMU_EFI.fd ] && continue
			command -v "$emulator" >/dev/null && ! command -v apt-get >/dev/null && continue
			system_package "$emulator" qemu-system-arm qemu-efi-aarch64
			;;
		esac
	done
	command -v xorriso >/dev/null || system_package xorriso xorriso
}

need_mandoc() {
	command -v mandoc >/dev/null || system_package mandoc mandoc
}

ko() {
	need_rust
	need_host_compiler
	need_kernel_compiler "$@"
	need_rust_src
}

tests() {
	need_mandoc
	if [ "$HOST_OS" = FreeBSD ]; then
		ko "$@"
	else
		need_libclang
		# shellcheck disable=SC2046 # numbers
		ko $(majors)
	fi
}

part=${1:-all}
[ $# -eq 0 ] || shift
case $part in
ko)
	[ $# -gt 0 ] || set -- "$(default_major)"
	ko "$@"
	;;
bindings)
	need_libclang
	# shellcheck disable=SC2046 # numbers
	ko $(majors)
	;;
test) tests "$@" ;;
vm) need_emulator "$@" ;;
all)
	tests "$@"
	need_emulator
	;;
*) die "scripts/setup.sh: '$part' is none of ko, bindings, test, vm, all." ;;
esac
