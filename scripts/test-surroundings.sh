#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Builds and installs in other people's surroundings: scripts/test-surroundings.sh [WORD OF A ROW'S NAME]
# The module must come out as it does here, byte for byte. A copy of the tree, in a folder with a space in its name, is built once; whatever a row's surroundings
# let in makes cargo build again, and the bytes differ.
set -u
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
. scripts/installed.sh

major=$(default_major) arch=$(default_arch)
pair=$major-$arch
place="$TARGET/surroundings/a folder"
tree=$place/rwmem
away="$TARGET/surroundings/other places"
log=$TARGET/surroundings/log
module=$tree/target/ko/$pair/rwmem.ko
only=${1:-}
passed=0 failed=0 skipped=0

# row NAME COMMAND ...: a test, in a shell of its own, in the copy.
row() {
	_name=$1
	shift
	case $_name in
	*"$only"*) ;;
	*) return ;;
	esac
	_code=0
	(set -e && cd "$tree" && "$@") >"$log" 2>&1 || _code=$?
	case $_code in
	0)
		passed=$((passed + 1))
		echo "ok - $_name"
		;;
	77)
		skipped=$((skipped + 1))
		echo "ok - $_name # SKIP $(tail -n 1 "$log")"
		;;
	*)
		failed=$((failed + 1))
		echo "not ok - $_name"
		sed 's/^/# /' "$log"
		;;
	esac
}

skip() {
	echo "$*"
	exit 77
}

wrong() {
	echo "$*"
	exit 1
}

# same COMMAND ...: the command leaves the same module as is built here.
same() {
	rm -f "$module" rwmem.ko
	"$@" || wrong "exit code $?: $*"
	same_module "$module"
}

same_module() {
	cmp "$TARGET/ko/$pair/rwmem.ko" "$1" || wrong "another module than $TARGET/ko/$pair/rwmem.ko: $1"
}

build() {
	sh scripts/build-ko.sh "$major" "$arch"
}

with() {
	same env "$@" sh scripts/build-ko.sh "$major" "$arch"
}

# configured TEXT: that is a cargo configuration file of a folder above the tree.
configured() {
	mkdir -p "$place/.cargo"
	printf '%s\n' "$@" >"$place/.cargo/config.toml"
}

refused() {
	rm -f "$module"
	! build || wrong "it was built"
	[ ! -e "$module" ] || wrong "there is a module"
	grep -q "cargo configuration file sets.*$1" "$log" || wrong "no word about $1"
}

release_profile() {
	configured '[profile.release]' 'opt-level = 0' 'panic = "unwind"' 'overflow-checks = true' 'debug-assertions = true' \
		'lto = false' 'codegen-units = 16' 'strip = true' 'debug = 2' 'incremental = true' '[build]' 'incremental = true'
	same build
}

rustflags() {
	configured '[build]' 'rustflags = ["-Ctarget-feature=+bmi1"]' "[target.'cfg(all())']" \
		'rustflags = ["-Ctarget-feature=+bmi2"]' "[target.$(fact "arch.$arch" rust_target)]" \
		'rustflags = ["-Ctarget-cpu=native"]'
	same build
}

package_profile() {
	configured '[profile.release.package."*"]' 'opt-level = 0'
	refused profile.release.package
}

unstable() {
	configured '[unstable]' 'build-std-features = ["optimize_for_size"]'
	refused unstable
}

c_flags() {
	configured '[env]' 'TARGET_CFLAGS = "-march=native"'
	refused env.TARGET_CFLAGS
}

# A folder of that name is where a shell with CDPATH goes instead.
cdpath() {
	mkdir -p "$away/scripts"
	same env CDPATH="$away" sh scripts/build-ko.sh "$major" "$arch"
}

# A package of our own, out of a folder: pip's configuration is what is tested, not a network.
pip() {
	[ "$HOST_OS" != FreeBSD ] || skip "nothing comes from pip on FreeBSD"
	# pip takes what is behind a space for another folder.
	wheels=$(mktemp -d)
	cd "$wheels"
	python3 - <<-'PYTHON'
		import zipfile
		info = "rwmem_probe-1.dist-info/"
		with zipfile.ZipFile("rwmem_probe-1-py3-none-any.whl", "w") as wheel:
		    wheel.writestr("rwmem_probe/it", "")
		    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: rwmem-probe\nVersion: 1\n")
		    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    wheel.writestr(info + "RECORD", "")
	PYTHON
	printf '[global]\ntarget = %s\n' "$wheels/target" >pip.conf
	(
		cd "$tree"
		. scripts/setup-packages.sh
		TOOLS="$wheels/the tools"
		export PIP_CONFIG_FILE="$wheels/pip.conf" PIP_FIND_LINKS="$wheels" PIP_NO_INDEX=1
		export PIP_USER=1 PIP_REQUIRE_VIRTUALENV=1 PIP_NO_BINARY=:all:
		python_package rwmem-probe 1 rwmem_probe/it "a probe"
	)
	[ -e "the tools/rwmem-probe-1/rwmem_probe/it" ] || wrong "not unpacked"
	[ ! -e target ] || wrong "installed elsewhere"
	rm -rf "$wheels"
}

bsd_make() {
	bsd=bmake
	[ "$HOST_OS" != FreeBSD ] || bsd=make
	command -v $bsd >/dev/null || skip "there is no $bsd"
	mkdir -p obj "$away/obj"
	$bsd help | grep -q 'make install' || wrong "no help with a folder obj"
	MAKEOBJDIRPREFIX=$away/obj $bsd help | grep -q 'make install' || wrong "no help with MAKEOBJDIRPREFIX"
	same $bsd -j4 KERNEL="$major" ARCH="$arch"
	rmdir obj
}

jobserver() {
	gnu=make
	! command -v gmake >/dev/null || gnu=gmake
	command -v $gnu >/dev/null && $gnu --version | grep -q GNU || skip "there is no GNU make"
	# As a person calls it, not as a make within another, which says where it is.
	same env -u MAKELEVEL $gnu -j4 KERNEL="$major" ARCH="$arch" >"$away/said" 2>&1
	cat "$away/said"
	[ "$(grep -v '^make' "$away/said")" = "Building rwmem.ko for FreeBSD $major $arch" ] || wrong "more than one line"
	! grep -q jobserver "$away/said" || wrong "a word about the jobserver"
	same_module rwmem.ko
}

# A module, and files as `make client` stages them.
built() {
	[ -e "$module" ] || build
	stage=$tree/target/userland/$pair
	tools_places | while read -r file; do
		mkdir -p "$stage/${file%/*}"
		echo "$file" >"$stage/$file"
	done
}

# A compiler that must not be asked, and a mask that shuts everybody out.
installs() {
	built
	rm -rf "$away/bin" "$away/root" && mkdir -p "$away/bin"
	for tool in cargo rustc cc kldxref; do
		printf '#!/bin/sh\ntouch "%s"\nexit 1\n' "$away/bin/called-$tool" >"$away/bin/$tool"
		chmod +x "$away/bin/$tool"
	done
	(umask 077 && find . -newer "$log" >"$away/before" &&
		PATH="$away/bin:$PATH" make install KERNEL="$major" ARCH="$arch" DESTDIR="$away/root") || wrong "exit code $?"
	[ -z "$(find "$away/bin" -name 'called-*')" ] || wrong "asked for:" "$away/bin"/called-*
	find . -newer "$log" | cmp - "$away/before" || wrong "files were written in the tree"
	same_module "$away/root/boot/modules/rwmem.ko"
	[ -e "$away/root/usr/local/share/man/man4/rwmem.4" ] || wrong "no manual page"
	grep -q '^prefix=/usr/local' "$away/root/usr/local/libdata/pkgconfig/rwmem.pc" || wrong "another prefix in rwmem.pc"
	cd "$away/root"
	[ "$(find . -type f | wc -l)" -eq $((1 + $(cd "$tree" && tools_places | grep -vc '\.so$'))) ] || wrong "more, or fewer: $(find .)"
	closed=$(find . -type d ! -perm 755 -o -type f ! -perm 444 ! -perm 555)
	[ -z "$closed" ] || wrong "closed to others: $closed"
}

uninstalls() {
	built
	make install KERNEL="$major" ARCH="$arch" DESTDIR="$away/root" || wrong "exit code $?"
	make uninstall KERNEL="$major" ARCH="$arch" DESTDIR="$away/root" || wrong "exit code $?"
	left=$(find "$away/root" ! -type d)
	[ -z "$left" ] || wrong "left: $left"
	[ ! -d "$away/root/usr/local/include/rwmem" ] || wrong "a folder of its own is left"
}

installs_nothing() {
	rm -f "$module"
	! make install KERNEL="$major" ARCH="$arch" DESTDIR="$away/nothing" PREFIX=/p || [ ! -e "$away/nothing/boot" ] ||
		wrong "a module, though none is built"
	rm -rf target/userland "$away/nothing"
	! make install KERNEL="$major" ARCH="$arch" DESTDIR="$away/nothing" || wrong "it was content with nothing"
	grep -q "run 'make'" "$log" || wrong "no word of what to do"
}

no_home() {
	cargo_home=${CARGO_HOME:-$HOME/.cargo}
	rustup_home=${RUSTUP_HOME:-$HOME/.rustup}
	same env -u HOME CARGO_HOME="$cargo_home" RUSTUP_HOME="$rustup_home" sh scripts/build-ko.sh "$major" "$arch"
}

temporary() {
	mkdir -p "$away/a temporary one"
	with TMPDIR="$away/a temporary one"
}

language() {
	other=$(locale -a 2>/dev/null | grep -v '^\(C\|POSIX\|en\)' | head -n 1) || true
	[ -n "$other" ] || skip "this system knows no other language"
	with LANG="$other" LC_ALL="$other"
}

read_only() {
	real=$TARGET/surroundings/target
	rm -f target
	if [ "$(id -u)" = 0 ]; then
		# Root writes whatever the modes are, but not on a file system that is read-only.
		if unshare -m true 2>/dev/null; then
			rm -f "$real/ko/$pair/rwmem.ko"
			code=0
			unshare -m sh -c 'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" && ! touch x 2>/dev/null &&
				CARGO_TARGET_DIR="$1" sh scripts/build-ko.sh "$2" "$3" rwmem.ko' sh "$real" "$major" "$arch" || code=$?
		else
			code=77
		fi
	else
		chmod -R a-w .
		rm -f "$real/ko/$pair/rwmem.ko"
		code=0
		CARGO_TARGET_DIR="$real" sh scripts/build-ko.sh "$major" "$arch" rwmem.ko || code=$?
		chmod -R u+w .
	fi
	ln -s "$real" target
	[ $code -ne 77 ] || skip "root writes everywhere, and this system has no unshare(1)"
	[ $code -eq 0 ] || wrong "exit code $code"
	same_module "$real/ko/$pair/rwmem.ko"
}

offline() {
	nowhere=http://127.0.0.1:9
	with CARGO_NET_OFFLINE=true PIP_NO_INDEX=1 http_proxy=$nowhere https_proxy=$nowhere all_proxy=$nowhere
}

build >/dev/null || exit 1
# The copy has a target folder of its own.
unset CARGO_TARGET_DIR
mkdir -p "$tree" "$away" "$TARGET/surroundings/target"
# The sources as they are; what cargo made of them stays, and their times tell it what is new.
find "$tree" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
tar -cf - --exclude ./target --exclude ./.tools --exclude ./.git --exclude ./rwmem.ko . | (cd "$tree" && tar -xf -)
ln -s "$TARGET/surroundings/target" "$tree/target"
ln -s "$TOOLS" "$tree/.tools"
rm -rf "$place/.cargo"

row "a folder with a space in its name" same build
row "a folder with a space in its name: the guest's programs" sh scripts/build-guest.sh "$arch"
row "rustflags in a cargo configuration file" rustflags
row "the release profile in a cargo configuration file" release_profile
row "a profile for packages in a cargo configuration file is refused" package_profile
row "unstable features in a cargo configuration file are refused" unstable
row "C flags in a cargo configuration file are refused" c_flags
rm -rf "$place/.cargo"
row "profiles in the environment" with CARGO_PROFILE_RELEASE_PANIC=unwind CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
	CARGO_PROFILE_FREEBSD_OPT_LEVEL=1 CARGO_PROFILE_FREEBSD_DEBUG_ASSERTIONS=true CARGO_INCREMENTAL=1
row "rustflags in the environment" with RUSTFLAGS=-Ctarget-cpu=native CARGO_BUILD_RUSTFLAGS=-Ctarget-cpu=native \
	CARGO_ENCODED_RUSTFLAGS=-Ctarget-cpu=native \
	"CARGO_TARGET_$(fact "arch.$arch" rust_target | tr a-z- A-Z_)_RUSTFLAGS=-Ctarget-cpu=native"
row "C flags in the environment" with CFLAGS=-O0 TARGET_CFLAGS=-march=native CPATH=/nowhere \
	"CFLAGS_$(fact "arch.$arch" rust_target | tr - _)=-fstack-protector-all"
row "CDPATH" cdpath
row "pip's configuration" pip
row "a folder obj, and MAKEOBJDIRPREFIX" bsd_make
row "make -j4 says no more than make" jobserver
row "make install needs no compiler, writes nothing here, and shuts nobody out" installs
row "make uninstall takes all of it away" uninstalls
row "no HOME" no_home
row "a TMPDIR with a space" temporary
row "another language" language
row "a tree that cannot be written, with CARGO_TARGET_DIR" read_only
row "no network" offline
row "make install of nothing says what to do" installs_nothing

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
