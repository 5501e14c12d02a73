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
