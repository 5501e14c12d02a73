# SPDX-License-Identifier: BSD-2-Clause
# What the tests of the command have in common: a test begins with `. /userland/command.sh`.
. /userland/tap.sh
needs rwmem target json-lines

# start [MIB [KIND]]: starts a target, and takes what it says as variables: pid, region, size, counter, note, number, nobody,
# readonly, beyond, untouched, local; of a sparse one reserved and far, too.
start() {
	target "$@" >target.out &
	eventually grep -q ready target.out || {
		echo "not ok - the target starts"
		exit 0
	}
	. ./target.out
}

# stop: ends it.
stop() {
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || :
}

# at ADDRESS OFFSET: their sum, in hexadecimal.
at() {
	printf '0x%x' $(($1 + $2))
}

# fails CODE WORDS COMMAND ...: the command ends with that exit status and says these words on its standard error.
fails() {
	_wanted=$1
	_words=$2
	shift 2
	_status=0
	"$@" >fails.out 2>fails.err || _status=$?
	_err=$(cat fails.err)
	[ $_status -eq "$_wanted" ] || {
		echo "exit status $_status, not $_wanted, of: $*"
		cat fails.err
		return 1
	}
	holds "$_err" "$_words"
}

# same FILE FILE
same() {
	cmp "$1" "$2"
}

# eventually COMMAND ...: the command succeeds within a minute.
eventually() {
	_tries=0
	until "$@" >/dev/null 2>&1; do
		sleep 0.1
		_tries=$((_tries + 1))
		[ $_tries -lt 600 ] || {
			"$@"
			return
		}
	done
}

# as_nobody COMMAND: the command line, as the user nobody.
as_nobody() {
	su -m nobody -c "$1"
}

# json WORDS COMMAND ...: it prints JSON that holds these words when spaces are taken out.
json() {
	_words=$1
	shift
	"$@" >json.out && json-lines <json.out >json.values && holds "$(cat json.values)" "$_words"
}

# partly COMMAND ...: the command ends with 1.
partly() {
	_status=0
	"$@" 2>/dev/null || _status=$?
	[ $_status -eq 1 ]
}

# loads CORE: its memory segments: offset, address, size in the file, size in memory.
loads() {
	readelf -lW "$1" | awk '$1 == "LOAD" { print $2, $3, $5, $6 }'
}

# content CORE ADDRESS LENGTH: what the core has at an address that is a multiple of 4096.
content() {
	loads "$1" | while read -r _offset _address _filesz _; do
		if [ $(($2)) -ge $((_address)) ] && [ $(($2)) -lt $((_address + _filesz)) ]; then
			dd if="$1" bs=4096 skip=$(((_offset + $2 - _address) / 4096)) count=$((($3 + 4095) / 4096)) 2>/dev/null
		fi
	done
}
