#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What `make help` prints: one screen of 80 columns.
set -eu
CDPATH= cd "$(dirname "$0")/.."
. scripts/tools.sh
cat <<TEXT
make             builds ./rwmem.ko, for the kernel that KERNEL and ARCH choose:
                 $(kernels | paste -s -d ' ' -)
make kld KLD=folder  builds the kld whose crate is there (see kpi/README.md)
make client      builds librwmem and the command rwmem for that FreeBSD
make package     both, and packs them for pkg(8) in target/package
make demo        shows the module at work (on FreeBSD as root, else in a VM)
make test        runs every check and test that can be run here

On FreeBSD, as root; they build nothing, so run the first two before:
make load        loads the module; make unload unloads it
make install     module to /boot/modules, the rest to PREFIX (/usr/local);
                 with DESTDIR anywhere, not as root; make uninstall undoes it

In virtual machines; what they need is fetched or named:
make vm-test     tests the module in every kernel at hand; make vm-stress for
                 long (STRESS_MINUTES); make vm-shell gives a shell there
make bench       measures it (on FreeBSD as root: the running kernel)
make picture     measures the newest kernels and draws docs/speed.svg of it

make fuzz            sends it made-up requests for FUZZ_SECONDS (3600)
make check-bindings  holds the bindings against headers; make bindings: anew
make clean           removes what was built, but for downloaded tools (.tools)
FREEBSD_ROOT, VM_MATRIX and their like choose a FreeBSD: see docs/testing.md
TEXT
