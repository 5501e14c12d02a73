# SPDX-License-Identifier: BSD-2-Clause
# Which tools, of which version, and where they are. Sourced by the other scripts, from the project's root folder.

. scripts/surroundings.sh

# In a tree that cannot be written, with what is built.
TOOLS=$PWD/.tools
[ -w . ] || [ -d "$TOOLS" ] || TOOLS=$TARGET/tools
HOST_OS=$(uname -s)
LIBCLANG_VERSION=18.1.1

# zig keeps what it has compiled (FreeBSD's start-up files, for one): here rather than in the home folder.
_cache=$TOOLS/zig-cache
[ -w . ] || _cache=$TARGET/tools/zig-cache
export ZIG_GLOBAL_CACHE_DIR="$_cache" ZIG_LOCAL_CACHE_DIR="$_cache"

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

# fact SECTION KEY: a value of kernels.toml, the words of a list separated by spaces.
fact() {
	awk -v section="[$1]" -v key="$2" '
		/^\[/ { here = $0 == section }
		here && $1 == key { sub(/^[^=]*= */, ""); gsub(/[]",[]/, ""); print; found = 1; exit }
		END { exit !found }' kernels.toml || die "kernels.toml has no '$2' in [$1]."
}

# The majors of kernels.toml, one a line.
majors() {
	sed -n 's/^\[major\.\([0-9]*\)]$/\1/p' kernels.toml
}

# The kernels of kernels.toml as MAJOR-ARCH, one a line.
kernels() {
	for _major in $(majors); do
		for _arch in $(fact "major.$_major" architectures); do
			echo "$_major-$_arch"
		done
	done
}

known_major() {
	majors | grep -qxF "$1" || die "There are no headers for FreeBSD $1 here: KERNEL is one of" $(majors).
}

known_kernel() {
	kernels | grep -qxF "$1-$2" || die "There are no bindings for FreeBSD $1 on $2: the kernels are" $(kernels).
}

# The ziglang package of a major: its headers, and a compiler for the same kernels.
ziglang() {
	echo "$TOOLS/ziglang-$(fact "major.$1" ziglang)/ziglang"
}

# The folders of kernel headers in ziglang, for a major and a cpu (x86_64 or aarch64), one a line.
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
	fact "arch.$1" cpu
}

# What is built when nothing is chosen: the running kernel's pair on FreeBSD, else kernels.toml's default.
default_major() {
	case $HOST_OS in
	FreeBSD) expr "$(uname -K)" / 100000 ;;
	*) fact default major ;;
	esac
}

default_arch() {
	case $HOST_OS in
	FreeBSD) uname -m ;;
	*) fact default arch ;;
	esac
}

# The name of the kld whose crate is in a folder: that of its library, which is the package's unless it says another.
kld_name() {
	[ -f "$1/Cargo.toml" ] || die "KLD is the folder of a kld's crate, but there is no $1/Cargo.toml."
	# cargo writes - as _ in it.
	awk '
		/^\[/ { here = $0 }
		$1 == "name" && (here == "[package]" || here == "[lib]") {
			gsub(/"/, "", $3)
			gsub(/-/, "_", $3)
			name[here] = $3
		}
		END { print "[lib]" in name ? name["[lib]"] : name["[package]"] }' "$1/Cargo.toml"
}
