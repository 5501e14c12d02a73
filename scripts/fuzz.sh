#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Lets libFuzzer make up what the real rwmem.ko is sent over the simulated kernel.
#
#   scripts/fuzz.sh [SECONDS]  both targets, a quarter of the time (3600) for requests, which are soon exhausted, and the
#                              rest for sequences; then what of the module these and all scenarios reach; not 0
#                              if something was found
#   scripts/fuzz.sh keep       puts into sim/fuzz/corpus what covers everything that was ever covered here, and no more
#
# libfuzzer-sys is used by itself, without cargo-fuzz: that would instrument the simulator too and, as it does by
# default, with AddressSanitizer, for a nightly compiler. libFuzzer is to watch nothing but the module, which carries
# its own instrumentation.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh

folder=$TARGET/fuzz

[ "$HOST_OS" = Linux ] && [ "$(uname -m)" = x86_64 ] ||
	die "The simulated kernel runs on Linux on x86-64 only, so fuzzing does. On FreeBSD, 'make vm-test' is there."
sh scripts/setup.sh ko 14
command -v c++ >/dev/null ||
	die "There is no c++ in PATH: libFuzzer, which the crate libfuzzer-sys brings, is C++. Install g++ or clang."
# What the harness loads.
export RWMEM_KO="$TARGET/ko/14-amd64-coverage/rwmem.ko"
RWMEM_COVERAGE=yes sh scripts/build-ko.sh 14 amd64
say "Building libFuzzer and the simulated kernel"
cargo build --quiet --release --manifest-path sim/fuzz/Cargo.toml --target-dir "$folder/cargo"
ulimit -c 0

# The last number behind a word in a log of libFuzzer's.
last() {
	grep -ao "$2[^0-9]*[0-9]*" "$folder/$1.log" | tail -n 1 | grep -o '[0-9]*$' || echo 0
}

fuzz() {
	mkdir -p "$folder/$1/corpus" "$folder/$1/found"
	say "Fuzzing $1 for $2 seconds; libFuzzer's own words are in $folder/$1.log"
	code=0
	# The first folder is where new inputs are put.
	"$folder/cargo/release/$1" -max_total_time="$2" -max_len=1024 -len_control=20 -timeout=20 -print_final_stats=1 \
		-artifact_prefix="$folder/$1/found/" "$folder/$1/corpus" "sim/fuzz/corpus/$1" >"$folder/$1.log" 2>&1 || code=$?
	found=0
	if [ $code -ne 0 ]; then
		found=1
		grep -a -A 40 -m 1 '^VIOLATION\|^thread .* panicked\|ERROR: libFuzzer' "$folder/$1.log" || tail -n 20 "$folder/$1.log"
		input=$(grep -ao 'Test unit written to .*' "$folder/$1.log" | tail -n 1 | cut -d ' ' -f 5)
		echo
		echo "FOUND by $1, input ${input:-none} (libFuzzer's exit code $code). To see it again:"
		echo "    make KERNEL=14 ARCH=amd64 && cargo run -p rwmem-sim -- fuzz $1 $input"
	fi
	echo "$1 $(last "$1" stat::number_of_executed_units:) $(last "$1" cov:) $(last "$1" 'PC tables (')" \
		"$(last "$1" corp:) $found" >>"$folder/summary"
}

keep() {
	rm -rf "$folder/$1/kept"
	mkdir -p "$folder/$1/kept" "$folder/$1/corpus"
	"$folder/cargo/release/$1" -set_cover_merge=1 -use_counters=0 -max_len=1024 "$folder/$1/kept" "$folder/$1/corpus" \
		"sim/fuzz/corpus/$1" >"$folder/$1.log" 2>&1 || die "libFuzzer could not merge: see $folder/$1.log"
	rm -rf "sim/fuzz/corpus/$1"
	cp -r "$folder/$1/kept" "sim/fuzz/corpus/$1"
	say "sim/fuzz/corpus/$1: $(find "sim/fuzz/corpus/$1" -type f | wc -l) inputs," \
		"$(cat "sim/fuzz/corpus/$1"/* | wc -c) bytes, $(last "$1" cov:) edges"
}

mkdir -p "$folder"
seconds=${1:-3600}
if [ "$seconds" = keep ]; then
	for target in requests sequences; do
		keep "$target"
	done
	exit
fi
case $seconds in
*[!0-9]*) die "scripts/fuzz.sh: '$seconds' is neither a number of seconds nor 'keep'." ;;
esac
: >"$folder/summary"
fuzz requests $((seconds / 4 + 1))
fuzz sequences $((seconds - seconds / 4))
echo
code=0
awk 'BEGIN { printf "%-12s %12s %18s %10s %10s\n", "target", "executions", "edges of module", "inputs", "findings" }
	{ printf "%-12s %12d %11d of %3d %10d %10d\n", $1, $2, $3, $4, $5, $6; runs += $2; found += $6 }
	END { printf "\n%d executions, %d findings\n", runs, found; exit found > 0 }' "$folder/summary" || code=$?
say "Running all scenarios and inputs once more, for what of the module they reach"
cargo run --quiet --release -p rwmem-sim --target-dir "$folder/cargo" -- --ko "$RWMEM_KO" coverage \
	--requests sim/fuzz/corpus/requests --requests "$folder/requests/corpus" \
	--sequences sim/fuzz/corpus/sequences --sequences "$folder/sequences/corpus" >"$folder/coverage.log" 2>&1 ||
	die "Something is wrong: see $folder/coverage.log"
grep 'edges' "$folder/coverage.log"
exit $code
