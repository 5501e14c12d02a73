# SPDX-License-Identifier: BSD-2-Clause
# The source of Rust's standard library, of exactly the compiler's version: the kernel needs a `core` with flags of
# its own, so cargo builds it (-Zbuild-std). Sourced by setup.sh.

# The Debian suite that has it where rustup's server cannot be reached.
DEBIAN_SUITE=trixie-backports
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

need_rust_src() {
	# Asked here, where rust-toolchain.toml says which compiler it is.
	_version=$(rustc --version | cut -d ' ' -f 2)
	_sysroot=$(rustc --print sysroot)
	_source=$_sysroot/lib/rustlib/src/rust
	# A copy of ours says of which version it is: a toolchain that was updated under it makes it useless.
	_mark=$_source/library/.from-debian
	_have=$_source/library/core/src/lib.rs
	if [ -e "$_mark" ]; then
		[ "$(cat "$_mark")" != "$_version" ] || return 0
		rm -rf "$_source/library"
	elif [ -e "$_have" ]; then
		return 0
	fi
	from_rustup || from_debian ||
		die "The standard library's source for rustc $_version is missing from $_source/library." \
			"Run 'rustup component add rust-src', or put the library folder of exactly that version there."
	[ -e "$_have" ] || die "rust-src was installed, but $_have is still missing."
}

from_rustup() {
	command -v rustup >/dev/null && rustup which rustc >/dev/null 2>&1 || return 1
	case $(rustup which rustc) in
	"$_sysroot"/*) ;;
	*) return 1 ;; # another rustc comes first in PATH
	esac
	say "setup: adding rust-src to $_sysroot, with rustup"
	_log=$(mktemp)
	# The server may be out of reach: no long wait, for there is another way.
	if RUSTUP_MAX_RETRIES=0 RUST_BACKTRACE=0 within 60 rustup component add rust-src >"$_log" 2>&1 && [ -e "$_have" ]; then
		rm -f "$_log"
		return 0
	fi
	say "setup: rustup could not: $(grep -m 1 '^error' "$_log" || echo 'no answer within 60 seconds, or a component without files')"
	rm -f "$_log"
	return 1
}

within() {
	if command -v timeout >/dev/null; then
		timeout "$@"
	else
		shift
		"$@"
	fi
}

# Debian's rust-src from the archive that this machine uses already, another suite of it. apt runs with lists and
# sources of its own: the machine's are not touched, and nothing is installed.
from_debian() {
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
	_archive=$(debian_archive)
	[ -n "$_archive" ] || { say "setup: apt-get knows no Debian archive with a suite to take rust-src from"; return 1; }
	[ -w "$(dirname "$_sysroot/lib/rustlib/x")" ] ||
		die "rust-src goes into $_sysroot/lib/rustlib/src, which this user cannot write: run this as its owner."
	say "setup: copying rust-src of Debian's $DEBIAN_SUITE into $_source"
	_apt=$(mktemp -d)
	if take_from_debian; then
		rm -rf "$_apt"
		return 0
	fi
	rm -rf "$_apt"
	say "setup: Debian's $DEBIAN_SUITE has no rust-src $_version, or could not be reached (see above)"
	return 1
}

# The archive's address, out of what `apt-get update` would ask for.
debian_archive() {
	_codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	[ -n "$_codename" ] || return 0
	apt-get update --print-uris 2>/dev/null | sed -n "s,^'\\(.*\\)/dists/$_codename/InRelease' .*,\\1,p" | head -n 1
}

take_from_debian() {
	mkdir -p "$_apt/lists/partial" "$_apt/cache/archives/partial" "$_apt/get"
	: >"$_apt/status"
	echo "deb [signed-by=$DEBIAN_KEYRING] $_archive $DEBIAN_SUITE main" >"$_apt/sources.list"
	(cd "$_apt/get" && private_apt update && private_apt download "rust-src=$_version*") >&2 || return 1
	dpkg-deb --fsys-tarfile "$_apt"/get/rust-src_*.deb |
		tar -x -C "$_apt" -f - --wildcards './usr/src/rustc-*/library' || return 1
	mkdir -p "$_source" || return 1
	_new=$(mktemp -d "$_source/new.XXXXXX") || return 1
	mv "$_apt"/usr/src/rustc-*/library "$_new/library" && echo "$_version" >"$_new/library/.from-debian" || return 1
	# Whole or not at all; a run beside this one may have been first.
	[ -e "$_source/library" ] || mv "$_new/library" "$_source/library"
	rm -rf "$_new"
}

private_apt() {
	_sandbox=
	[ "$(id -u)" != 0 ] || _sandbox="-o APT::Sandbox::User=root"
	# shellcheck disable=SC2086
	apt-get -qq $_sandbox -o Dir::Etc::sourcelist="$_apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State="$_apt" -o Dir::State::lists="$_apt/lists" -o Dir::State::status="$_apt/status" \
		-o Dir::Cache="$_apt/cache" -o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}
