# SPDX-License-Identifier: BSD-2-Clause
# Runs the parts of the test run and counts what they say. Sourced by test.sh.

logs=$TARGET/test
mkdir -p "$logs"
table=$logs/table
# What is red, to be shown at the end once more: of a long run, often nothing else is seen.
red=$logs/red
: >"$table"
: >"$red"

# part NAME KIND COMMAND ...: runs a command, keeps its output, and counts by kind:
#   one    the command is a single test
#   cargo  the sums of cargo's "test result:" lines
#   sum    its last line that reads "N passed, N failed" or "N passed, N failed, N skipped"
#   live   the same, and its output is shown as it comes
# Sets ran to `no` if no test was counted: exit code 77 says that there is nothing to test with.
part() {
	_name=$1
	_kind=$2
	shift 2
	_log=$logs/$_name.log
	printf '%s ... ' "$_name"
	: >"$_log"
	_viewer=
	if [ "$_kind" = live ]; then
		echo
		# Not a pipe, which would hide the exit code.
		tail -n +1 -f "$_log" &
		_viewer=$!
	else
		remind "$_log" &
		_reminder=$!
	fi
	_start=$(date +%s)
	_code=0
	"$@" >>"$_log" 2>&1 </dev/null || _code=$?
	_seconds=$(($(date +%s) - _start))
	if [ -n "$_viewer" ]; then
		sleep 1
		kill "$_viewer"
		wait "$_viewer" 2>/dev/null
		printf '%s: ' "$_name"
	else
		kill "$_reminder"
		wait "$_reminder" 2>/dev/null
	fi
	if [ $_code -eq 77 ]; then
		skip_line "$_name" "$(grep -m 1 '^vm-test: ' "$_log" || echo 'see its log')" "$_seconds"
		return
	fi
	case $_kind in
	one) _counts="$((_code == 0)) $((_code != 0)) 0" ;;
	cargo) _counts=$(cargo_counts "$_log") ;;
	sum | live) _counts=$(sum_counts "$_log") ;;
	esac
	# shellcheck disable=SC2086
	set -- $_counts
	ran=no
	[ $(($1 + $2 + $3)) -eq 0 ] || ran=yes
	# A part that says nothing, or fails though each of its tests passed, did not go well.
	if [ $(($1 + $2 + $3)) -eq 0 ] || { [ $_code -ne 0 ] && [ "$2" -eq 0 ]; }; then
		set -- "$1" $(($2 + 1)) "$3"
	fi
	echo "$_name $1 $2 $3 $_seconds" >>"$table"
	[ "$2" -eq 0 ] || red_lines "$_log" | sed "s/^/    $_name: /" >>"$red"
	if [ "$2" -eq 0 ]; then
		printf 'ok, %s passed, %s skipped (%s s)\n' "$1" "$3" "$_seconds"
		[ "$_kind" = live ] || grep '# SKIP' "$_log" | sed 's/^/    /'
	elif [ "$_kind" = live ]; then
		printf 'FAILED, exit code %s (%s s); see %s\n' "$_code" "$_seconds" "$_log"
	else
		printf 'FAILED, exit code %s (%s s); the end of %s:\n' "$_code" "$_seconds" "$_log"
		tail -n 100 "$_log" | sed 's/^/    /'
	fi
}

# Says every minute what a part is doing, by its log: the first run compiles for minutes.
remind() {
	_waited=0
	# Short naps, for a killed shell's sleep goes on, and holds the output open.
	while sleep 2; do
		_waited=$((_waited + 2))
		[ $((_waited % 60)) -ne 0 ] ||
			printf '\n    (%s s) %s ... ' "$_waited" "$(tail -n 1 "$1" | tr -d '\r' | sed 's/^ *//' | cut -c 1-70)"
	done
}

# skip NAME REASON: a part that cannot be run here.
skip() {
	printf '%s ... ' "$1"
	skip_line "$1" "$2" 0
}

skip_line() {
	ran=no
	echo "$1 0 0 1 $3" >>"$table"
	printf 'skipped: %s\n' "$2"
}

cargo_counts() {
	awk '/^test result: / { for (i = 2; i <= NF; i++) { if ($i == "passed;") p += $(i - 1)
		if ($i == "failed;") f += $(i - 1); if ($i == "ignored;") s += $(i - 1) } }
		END { print p + 0, f + 0, s + 0 }' "$1"
}

sum_counts() {
	awk '/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p = $1; f = $3; s = $5 }
		END { print p + 0, f + 0, s + 0 }' "$1"
}

# red_lines LOG: the tests that failed, with the first lines of what each says, or how it ended.
red_lines() {
	awk '/^(.*: |# | *)?not ok |^test .* FAILED$|: the whole console is in / { print; more = 3; next }
		/^[ #]/ && more-- > 0 { print; next } { more = 0 }' "$1" | head -n 30 | grep . || tail -n 1 "$1"
}

# The table of all parts, what failed, and the closing line; exits.
summary() {
	echo
	awk 'BEGIN { printf "%-20s %8s %8s %8s %8s\n", "part", "passed", "failed", "skipped", "seconds" }
		{ printf "%-20s %8d %8d %8d %8d\n", $1, $2, $3, $4, $5 }' "$table"
	echo
	[ ! -s "$red" ] || { echo "What failed:" && cat "$red" && echo; }
	awk '{ p += $2; f += $3; s += $4 } END { print p " passed, " f " failed, " s " skipped"; exit f > 0 }' "$table"
	exit
}
