# SPDX-License-Identifier: BSD-2-Clause
# How a package is had from the system's packages or from Python's. Sourced by setup.sh.

# system_package COMMAND PACKAGE ...: the packages (Debian's names) that bring a command.
system_package() {
	_command=$1
	shift
	case $HOST_OS in
	FreeBSD)
		case $_command in
		qemu-*) _install="pkg install -y qemu-nox11" ;;
		*) _install="pkg install -y $*" ;;
		esac
		;;
	*)
		command -v apt-get >/dev/null || die "There is no $_command in PATH: install it with this system's packages."
		_install="apt-get install -y --no-install-recommends $*"
		;;
	esac
	[ "$(id -u)" = 0 ] || die "There is no $_command in PATH. Install it as root: $_install"
	say "setup: installing $* for $_command ($_install)"
	case $HOST_OS in
	FreeBSD) $_install >&2 ;;
	*)
		# Package lists that are missing or old are the common reason for a failure.
		DEBIAN_FRONTEND=noninteractive $_install >&2 ||
			{ apt-get update >&2 && DEBIAN_FRONTEND=noninteractive $_install >&2; }
		;;
	esac || die "'$_install' failed, see above; $_command is still missing."
	command -v "$_command" >/dev/null || die "'$_install' went well, but there is still no $_command in PATH."
}

# python_package NAME VERSION FILE PURPOSE: the package unpacked in .tools/NAME-VERSION, which then holds FILE.
python_package() {
	_folder=$TOOLS/$1-$2
	[ ! -e "$_folder/$3" ] || return 0
	python3 -m pip --version >/dev/null 2>&1 || python_with_pip
	say "setup: unpacking $1 $2 ($4) into $_folder, with pip"
	mkdir -p "$TOOLS"
	_new=$(mktemp -d "$TOOLS/new.XXXXXX")
	# Fetched, not installed: where a user's pip installs, and whether it may, does not come into it.
	{ env PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_REQUIRE_HASHES=0 PIP_NO_BINARY=:none: PIP_DRY_RUN=0 \
		python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
		--dest "$_new" "$1==$2" >&2 && python3 -m zipfile -e "$_new"/*.whl "$_new/it"; } ||
		{
			rm -rf "$_new"
			die "pip could not fetch $1==$2, for the reason above. Its package index may be out of reach, or" \
				"its configuration ('python3 -m pip config debug' lists it) keep it from there."
		}
	# A wheel may keep apart what is for one kind of machine: its place is beside the rest.
	for _part in "$_new"/it/*.data/platlib/* "$_new"/it/*.data/purelib/*; do
		[ ! -e "$_part" ] || mv "$_part" "$_new/it/"
	done
	[ -e "$_new/it/$3" ] || { rm -rf "$_new"; die "The package $1 $2 has no $3 for this machine ($(uname -sm))."; }
	# Whole or not at all; a run beside this one may have been first.
	[ -e "$_folder/$3" ] || { rm -rf "$_folder"; mv "$_new/it" "$_folder"; }
	rm -rf "$_new"
}

python_with_pip() {
	if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
		say "setup: installing python3 and pip (apt-get install python3-pip)"
		{ DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-pip ||
			{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-pip; }
		} >&2 || die "python3-pip could not be installed, see above."
	else
		die "There is no python3 with pip, which brings the C compiler for FreeBSD. Install it, on Debian as root: apt-get install python3-pip"
	fi
}
