# SPDX-License-Identifier: BSD-2-Clause
# The C compiler, headers and linker for the kernel of $major and $arch ($cpu). Sourced by build-ko.sh, which has set
# $out, the folder for what is made here: the commands `cc`, `ar`, `ld` and `objcopy` (a path with a space in it is safe in
# a command, not in a variable that is split into words).

command_file() {
	# Written only when it changes, for cargo builds the C part again when its compiler is newer.
	printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$out/$1.new"
	chmod +x "$out/$1.new"
	if cmp -s "$out/$1.new" "$out/$1"; then
		rm "$out/$1.new"
	else
		mv "$out/$1.new" "$out/$1"
	fi
}

if [ "$HOST_OS" = FreeBSD ]; then
	command_file cc "cc -target $cpu-unknown-freebsd$major.0"
	command_file ar ar
else
	command_file cc "'$(ziglang "$major")/zig' cc -target $cpu-freebsd.$major.0 $(fact "arch.$arch" zig_flags)"
	command_file ar "'$(ziglang "$major")/zig' ar"
fi

# LLVM's linker, and its objcopy, which knows every architecture: Rust brings them; FreeBSD's own are theirs.
llvm=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
if [ -x "$llvm/rust-objcopy" ]; then
	# It finds LLVM in a folder that its own place does not lead to.
	command_file objcopy "env LD_LIBRARY_PATH='$(rustc --print sysroot)/lib' '$llvm/rust-objcopy'"
else
	command_file objcopy objcopy
fi
if [ -x "$llvm/rust-lld" ]; then
	command_file ld "'$llvm/rust-lld' -flavor gnu"
elif command -v ld.lld >/dev/null; then
	command_file ld ld.lld
else
	die "There is no linker: neither $llvm/rust-lld nor ld.lld in PATH. Install LLVM's lld."
fi

# The header folders, separated by colons.
kernel_include() {
	if [ "$HOST_OS" != FreeBSD ]; then
		ziglang_headers "$major" "$cpu" | paste -s -d : -
	elif [ -f /usr/src/sys/sys/param.h ]; then
		headers_of_major /usr/src/sys/sys/param.h
		# In a source tree, machine/ and x86/ are what the kernel's own build makes links for.
		rm -rf "$out/include"
		mkdir "$out/include"
		ln -s "/usr/src/sys/$arch/include" "$out/include/machine"
		ln -s /usr/src/sys/x86/include "$out/include/x86"
		echo "$out/include:/usr/src/sys:/usr/src/sys/contrib/ck/include"
	else
		headers_of_major /usr/include/sys/param.h
		[ "$arch" = "$(uname -m)" ] ||
			die "/usr/include is for $(uname -m): to build for $arch, install FreeBSD's source in /usr/src."
		echo /usr/include
	fi
}

headers_of_major() {
	_is=$(awk '$2 == "__FreeBSD_version" { print int($3 / 100000); exit }' "$1")
	[ "$_is" = "$major" ] || die "$1 is of FreeBSD $_is, not $major: build for $major on FreeBSD $major or on Linux."
}
