# SPDX-License-Identifier: BSD-2-Clause
# What test scripts have in common: a script begins with `. /userland/tap.sh`.

# check NAME COMMAND ...: the test has passed if the command succeeds; if not, what it printed is shown.
check() {
	_name=$1
	shift
	_code=0
	_said=$("$@" 2>&1) || _code=$?
	if [ $_code -eq 0 ]; then
		echo "ok - $_name"
	else
		echo "not ok - $_name"
		echo "# $*: exit status $_code"
		printf '%s\n' "$_said" | sed 's/^/# /'
	fi
}

# needs PROGRAM ...: where one of them cannot be started, the file ends here, with the loader's words.
needs() {
	for _program in "$@"; do
		_path=$(command -v "$_program") || _path=/userland/bin/$_program
		# The loader says what it loads, and then ends.
		_said=$(LD_TRACE_LOADED_OBJECTS=1 "$_path" 2>&1) || _said="$_said
not found: exit status $?"
		case $_said in
		*"not found"*)
			echo "not ok - $_program can be started"
			printf '%s\n' "$_said" | grep -e 'not found' -e ld-elf | sed 's/^/# /'
			exit 0
			;;
		esac
	done
}

# equal WANTED GOT
equal() {
	[ "$1" = "$2" ] || {
		printf 'wanted: %s\ngot:    %s\n' "$1" "$2"
		return 1
	}
}

# refused WORDS COMMAND ...: the command fails, and says these words.
refused() {
	_words=$1
	shift
	if _output=$("$@" 2>&1); then
		echo "it succeeded: $*"
		return 1
	fi
	case $_output in
	*"$_words"*) ;;
	*)
		echo "no \"$_words\" in: $_output"
		return 1
		;;
	esac
}

# holds TEXT WORDS: the text holds the words.
holds() {
	case $1 in
	*"$2"*) ;;
	*)
		printf 'no "%s" in:\n%s\n' "$2" "$1"
		return 1
		;;
	esac
}
