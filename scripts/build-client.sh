#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds what is in client/ for one pair: scripts/build-client.sh [MAJOR [ARCH]] stages it in target/userland/MAJOR-ARCH:
# bin, lib, include, libdata, share, and tests, the programs that the test disc runs. It is built for each major against its
# own libc: what is built for a later one need not start on an earlier one.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/installed.sh

major=${1:-$(default_major)}
arch=${2:-$(default_arch)}
pair=$major-$arch
cpu=$(cpu_of "$arch")
[ "$HOST_OS" = FreeBSD ] || sh scripts/setup.sh ko "$major"

out=$TARGET/client/$pair
stage=$TARGET/userland/$pair
target=$cpu-unknown-freebsd
built=$out/cargo/$target/freebsd
# What is no test any more must not stay.
rm -rf "$stage/tests"
mkdir -p "$out/tests" "$stage/bin" "$stage/tests"
. scripts/kernel-compiler.sh

# Puts a file in its place, unless it is there already: what is newer than it is built again.
place() {
	mkdir -p "$(dirname "$2")"
	cmp -s "$1" "$2" || { cp "$1" "$2.new" && mv "$2.new" "$2"; }
}

# std and the crate libc name libraries that zig has no stub of, and of which nothing here needs anything.
cat >"$out/link.new" <<'LINK'
#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
for argument in "$@"; do
	shift
	case $argument in
	-lkvm | -lmemstat | -lprocstat | -ldevstat) ;;
	*) set -- "$@" "$argument" ;;
	esac
done
LINK
printf 'exec "%s" "$@"\n' "$out/cc" >>"$out/link.new"
chmod +x "$out/link.new"
place "$out/link.new" "$out/userland-cc"

refuse_configuration
reproducible_rust_flags
export CARGO_BUILD_BUILD_DIR="$out/cargo"
build() {
	set -- --profile freebsd --config 'profile.freebsd.strip="symbols"' --config profile.freebsd.debug=0 \
		--quiet --target-dir "$out/cargo" --target $target "$@"
	if [ "$HOST_OS" = FreeBSD ]; then
		cargo build "$@"
	else
		env RUSTC_BOOTSTRAP=1 "CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)_LINKER=$out/userland-cc" \
			cargo build -Zbuild-std=std,panic_abort "$@"
	fi
}

# newer FILE FILE...: whether the first is missing or older than one of the others.
newer() {
	[ -e "$1" ] || return 0
	_made=$1
	shift
	[ -n "$(find "$@" -newer "$_made" -print)" ]
}

say "Building librwmem for FreeBSD $major $arch"
build -p rwmem-c

# One object, of which the linker has dropped what the library does not use and where only the library's names are
# seen: a program may contain other Rust, with symbols of the same names.
names=$(sed -n 's/^	\([a-z_]*\);$/\1/p' client/c/librwmem.map)
if newer "$out/librwmem.so.1" "$built/librwmem_c.a" client/c/librwmem.map; then
	roots= keep=
	for name in $names; do
		roots="$roots -Wl,-u,$name"
		keep="$keep --keep-global-symbol=$name"
	done
	# shellcheck disable=SC2086
	"$out/cc" -r -nostdlib -Wl,--gc-sections $roots -o "$out/rwmem.o" "$built/librwmem_c.a"
	# shellcheck disable=SC2086
	"$out/objcopy" $keep --strip-debug "$out/rwmem.o"
	rm -f "$out/librwmem.a"
	"$out/ar" rcs "$out/librwmem.a" "$out/rwmem.o"
	"$out/cc" -shared -s -Wl,-soname,librwmem.so.1 -Wl,--version-script=client/c/librwmem.map \
		-Wl,--gc-sections -o "$out/librwmem.so.1" "$out/rwmem.o"
fi
place "$out/librwmem.a" "$stage/lib/librwmem.a"
place "$out/librwmem.so.1" "$stage/lib/librwmem.so.1"
ln -sf librwmem.so.1 "$stage/lib/librwmem.so"
# The interface of the device, beside the library's.
place abi/include/rwmem/abi.h "$stage/include/rwmem/abi.h"
for header in $(headers); do
	place "client/c/include/$header" "$stage/include/$header"
done
for page in client/man/*.[0-9]; do
	place "$page" "$stage/$(page_place "$page")"
done
pkgconfig "" >"$out/rwmem.pc"
place "$out/rwmem.pc" "$stage/libdata/pkgconfig/rwmem.pc"

say "Building the programs of client/ for FreeBSD $major $arch"
build -p rwmem --examples --features read-process-memory,read-process-memory-0_1
build -p rwmem-live
for program in targets read-bytes walk-frames; do
	place "$(find "$built/$program" "$built/examples/$program" 2>/dev/null)" "$stage/bin/$program"
done
place "$built/library-rust" "$stage/tests/10-library-rust"
place "$built/read-process-memory" "$stage/tests/13-read-process-memory"

# The C programs are compiled as anybody would, with the flags that pkg-config(1) gives.
for line in prefix includedir libdir; do
	eval "$(sed -n "/^$line=/p" "$stage/libdata/pkgconfig/rwmem.pc")"
done
flags() {
	eval "echo $(sed -n "s/^$1: //p" "$stage/libdata/pkgconfig/rwmem.pc")"
}
# c_program PLACE/NAME SOURCE LIBRARY: linked with the shared library, or with the static one.
c_program() {
	made=$out/tests/${1##*/}
	source=$PWD/client/c/$2
	if newer "$made" "$source" client/c/tests/tap.h client/c/tests/child.h "$stage/include" "$stage/lib" "$out/cc"; then
		(
			cd "$stage"
			prefix=. includedir=./include libdir=./lib
			# shellcheck disable=SC2046
			"$out/cc" -O2 -s -Wall -Wextra -Werror -Wno-unused-result $(flags Cflags) -o "$out/tests/new" "$source" \
				$(flags Libs | sed "s,-lrwmem,$3,") -lpthread
		)
		mv "$out/tests/new" "$made"
	fi
	place "$made" "$stage/$1"
}
c_program tests/11-library-c tests/process-vm.c -lrwmem
c_program tests/11-library-c-refused tests/process-vm-refused.c -lrwmem
c_program tests/11-library-c-descriptor tests/descriptor.c -lrwmem
c_program tests/11-library-c-direct tests/direct.c -lrwmem
c_program tests/11-library-c-refused tests/refused.c -lrwmem
c_program tests/11-library-c-shapes tests/shapes.c -lrwmem
c_program tests/11-library-c-traced tests/traced.c -lrwmem
c_program tests/12-linux-program tests/linux-program.c -lrwmem
c_program tests/12-linux-program-static tests/linux-program.c lib/librwmem.a
for program in scan peek-poke; do
	c_program bin/$program examples/$program.c -lrwmem
done

# The example of the device alone.
if newer "$stage/bin/peek" vm-test/examples/peek.c abi/include/rwmem/abi.h "$out/cc"; then
	"$out/cc" -O2 -s -Wall -Wextra -Werror -I abi/include -o "$out/peek.new" vm-test/examples/peek.c
	mv "$out/peek.new" "$stage/bin/peek"
fi

say "Building the command rwmem for FreeBSD $major $arch"
build -p rwmem-command --bins --examples
place "$built/rwmem" "$stage/bin/rwmem"
place "$built/examples/json-lines" "$stage/bin/json-lines"
place "$built/examples/search-pt-io" "$stage/bin/search-pt-io"
live=client/command/live
place $live/command.sh "$stage/command.sh"
for test in $live/tests/*; do
	place "$test" "$stage/tests/${test##*/}"
done
for program in target in-step; do
	if newer "$stage/bin/$program" $live/$program.c "$out/cc"; then
		"$out/cc" -O2 -s -Wall -Wextra -Werror -o "$out/$program.new" $live/$program.c -lpthread
		mv "$out/$program.new" "$stage/bin/$program"
	fi
done
