# SPDX-License-Identifier: BSD-2-Clause
# What an installation consists of. Sourced by the scripts that stage, install, uninstall and pack it.

# The headers of client/c/include, one a line.
headers() {
	(cd client/c/include && find . -name '*.h' | sed 's,^\./,,' | sort)
}

# The place of a manual page below the prefix.
page_place() {
	echo "share/man/man${1##*.}/${1##*/}"
}

# rwmem.pc for a prefix.
pkgconfig() {
	sed -e "s,@PREFIX@,$1," -e "s,@VERSION@,$(package_version)," client/c/rwmem.pc.in
}

package_version() {
	sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml
}

# Every file of the tools, below the prefix, one a line; in target/userland/MAJOR-ARCH, they are in the same places.
tools_places() {
	echo bin/rwmem
	echo include/rwmem/abi.h
	headers | sed 's,^,include/,'
	printf '%s\n' lib/librwmem.a lib/librwmem.so lib/librwmem.so.1 libdata/pkgconfig/rwmem.pc
	for _page in client/man/*.[0-9]; do
		page_place "$_page"
	done
}

# install_tools STAGE FOLDER PREFIX: the files of STAGE for PREFIX, in FOLDER.
install_tools() {
	tools_places | while read -r _place; do
		case $_place in
		bin/*) install_file 555 "$1/$_place" "$2/$_place" ;;
		*.so) mkdir -p "$2/${_place%/*}" && ln -sf "${_place##*/}.1" "$2/$_place" ;;
		*.pc)
			_new=$(mktemp)
			pkgconfig "$3" >"$_new"
			install_file 444 "$_new" "$2/$_place"
			rm -f "$_new"
			;;
		*) install_file 444 "$1/$_place" "$2/$_place" ;;
		esac
	done
}

# install_file MODE FILE PLACE: whole or not at all, for a program that runs may have the old one open.
install_file() {
	mkdir -p "${3%/*}"
	install -m "$1" "$2" "$3.new"
	mv -f "$3.new" "$3"
}
