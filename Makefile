# SPDX-License-Identifier: BSD-2-Clause
# For GNU make and for FreeBSD's make: all the work is in scripts/.
#
#   KERNEL and ARCH choose the kernel, a major and an architecture of kernels.toml; by default the running one on
#   FreeBSD, elsewhere the default there.

# FreeBSD's make would run the scripts in a folder obj, or below MAKEOBJDIRPREFIX.
.OBJDIR: ./
# The targets are a person's steps, and take their turns; within one, cargo builds in parallel.
.NOTPARALLEL:

all:
	@sh scripts/build-ko.sh "$(KERNEL)" "$(ARCH)" rwmem.ko

kld:
	@sh -c 'test -n "$(KLD)" || { echo "KLD names the folder of the kld to build: make kld KLD=kpi/examples/tally" >&2; exit 1; }'
	@KLD="$(KLD)" sh scripts/build-ko.sh "$(KERNEL)" "$(ARCH)"

client:
	@sh scripts/build-client.sh "$(KERNEL)" "$(ARCH)"

load:
	@sh scripts/kld.sh load

unload:
	@sh scripts/kld.sh unload

install:
	@sh scripts/install.sh install "$(KERNEL)" "$(ARCH)" "$(DESTDIR)" "$(PREFIX)"

uninstall:
	@sh scripts/install.sh uninstall "$(KERNEL)" "$(ARCH)" "$(DESTDIR)" "$(PREFIX)"

package:
	@sh scripts/package.sh "$(KERNEL)" "$(ARCH)"

bindings:
	@sh scripts/bindings.sh write

check-bindings:
	@sh scripts/bindings.sh check

test:
	@sh scripts/test.sh

vm-test:
	@sh scripts/vm-test.sh test

vm-shell:
	@KLD="$(KLD)" sh scripts/vm-test.sh shell

vm-stress:
	@sh scripts/vm-stress.sh "$(STRESS_MINUTES)" "$(STRESS_SEED)"

fuzz:
	@sh scripts/fuzz.sh "$(FUZZ_SECONDS)"

demo:
	@sh scripts/demo.sh

bench:
	@sh scripts/bench.sh

picture:
	@sh scripts/picture.sh

clean:
	@sh scripts/clean.sh

help:
	@sh scripts/usage.sh

.PHONY: all kld client load unload install uninstall package bindings check-bindings test vm-test vm-shell vm-stress demo bench picture fuzz clean help
