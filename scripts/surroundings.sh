# SPDX-License-Identifier: BSD-2-Clause
# Keeps the builder's surroundings out of what is built: where crates come from, how the network is reached and where
# things are put is theirs to say, the compilers' flags are not. Sourced by tools.sh.

unset CDPATH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH
# Tools whose words are read speak English, and sort by bytes.
export LC_ALL=C

for _name in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
	case $_name in
	CARGO_HOME | CARGO_TARGET_DIR | CARGO_BUILD_JOBS | CARGO_BUILD_RUSTC | CARGO_BUILD_RUSTC_WRAPPER) ;;
	CARGO_NET_* | CARGO_HTTP_* | CARGO_REGISTR* | CARGO_SOURCE_* | CARGO_TERM_*) ;;
	# CARGO_PROFILE_RELEASE_LTO, CARGO_TARGET_X86_64_UNKNOWN_NONE_RUSTFLAGS, CARGO_INCREMENTAL, CARGO_UNSTABLE_...
	CARGO_* | RUSTFLAGS | RUSTDOCFLAGS | RUSTC_BOOTSTRAP) unset "$_name" ;;
	# The crate cc takes these, with a target's name before or behind.
	*CFLAGS* | *CXXFLAGS* | *ARFLAGS* | CRATE_CC_*) unset "$_name" ;;
	ZIG_*) unset "$_name" ;;
	esac
done

# cargo would look for make's jobserver, which a script is not given; the number it was told is what counts.
case " ${MAKEFLAGS:-}" in
*' -j'*)
	_jobs=$(printf '%s\n' "$MAKEFLAGS" | sed -n 's/.*-j *\([0-9][0-9]*\).*/\1/p')
	[ -z "$_jobs" ] || export CARGO_BUILD_JOBS="$_jobs"
	;;
esac
unset MAKEFLAGS MFLAGS

# What is built is put here, in folders of its own.
TARGET=${CARGO_TARGET_DIR:-$PWD/target}
case $TARGET in
/*) ;;
*) TARGET=$PWD/$TARGET ;;
esac
[ -z "${CARGO_TARGET_DIR:-}" ] || export CARGO_TARGET_DIR="$TARGET"

# rust_flags FLAG ...: rustc's flags, whatever a cargo configuration says, and with a space in it if need be.
rust_flags() {
	CARGO_ENCODED_RUSTFLAGS=
	for _flag in "$@"; do
		CARGO_ENCODED_RUSTFLAGS=$CARGO_ENCODED_RUSTFLAGS${CARGO_ENCODED_RUSTFLAGS:+$(printf '\037')}$_flag
	done
	export CARGO_ENCODED_RUSTFLAGS
}

# The same, and no path of this machine's in what is built.
reproducible_rust_flags() {
	# A configuration's build.incremental comes before what a profile says; this before that.
	export CARGO_INCREMENTAL=0
	rust_flags "--remap-path-prefix=$PWD=." "--remap-path-prefix=$(rustc --print sysroot)=/rust" \
		"--remap-path-prefix=${CARGO_HOME:-${HOME:-}/.cargo}=/cargo" "$@"
}

# Options, variables and our own profile take the place of what a cargo configuration file says; not of this.
refuse_configuration() {
	_found=$(RUSTC_BOOTSTRAP=1 cargo -Zunstable-options config get 2>/dev/null |
		grep -E '^(unstable\.|profile\.(freebsd|release\.package)\.|env\..*(CFLAGS|CRATE_CC))' | cut -d = -f 1) || true
	[ -z "$_found" ] ||
		die "A cargo configuration file sets" $_found "which would change what is built for the kernel: take it out," \
			"or set CARGO_HOME to a folder without it (above this one, none may have it either)."
}
