# SPDX-License-Identifier: BSD-2-Clause
# Which tools, of which version, and where they are. Sourced by the other scripts, from the project's root folder.

TOOLS=$PWD/.tools
HOST_OS=$(uname -s)
LIBCLANG_VERSION=18.1.1

# zig keeps what it has compiled (FreeBSD's start-up files, for one): here rather than in the home folder.
export ZIG_GLOBAL_CACHE_DIR="$TOOLS/zig-cache" ZIG_LOCAL_CACHE_DIR="$TOOLS/zig-cache"

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# The stable Rust that rust-toolchain.toml pins.
rust_version() {
	sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml
}

# The ziglang package whose headers are those of a FreeBSD major; its compiler serves for the same kernels.
ziglang_version() {
	case $1 in
	14) echo 0.15.2 ;;
	15) echo 0.17.1 ;;
	*) die "There are no headers for FreeBSD $1 here: KERNEL is 14 or 15." ;;
	esac
}

ziglang() {
	echo "$TOOLS/ziglang-$(ziglang_version "$1")/ziglang"
}

# The folders of kernel headers in ziglang, for a major and a pair's cpu (x86_64 or aarch64), one a line.
ziglang_headers() {
	_include=$(ziglang "$1")/lib/libc/include
	echo "$_include/$2-freebsd-none"
	echo "$_include/generic-freebsd"
}

libclang_folder() {
	echo "$TOOLS/libclang-$LIBCLANG_VERSION/clang/native"
}

# FreeBSD's word for a cpu to the word that Rust, LLVM and zig use.
cpu_of() {
	case $1 in
	amd64) echo x86_64 ;;
	arm64) echo aarch64 ;;
	*) die "There are no bindings for the architecture '$1': ARCH is amd64 or arm64." ;;
	esac
}

# What is built when nothing is chosen: the running kernel's pair on FreeBSD, else 14 amd64.
default_major() {
	case $HOST_OS in
	FreeBSD) expr "$(uname -K)" / 100000 ;;
	*) echo 14 ;;
	esac
}

default_arch() {
	case $HOST_OS in
	FreeBSD) uname -m ;;
	*) echo amd64 ;;
	esac
}
