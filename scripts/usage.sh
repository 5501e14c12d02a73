#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What `make help` prints.
set -eu
cd "$(dirname "$0")/.."
. scripts/tools.sh
cat <<TEXT
make                 builds ./rwmem.ko (KERNEL and ARCH choose the kernel it is for: $(kernels | paste -s -d ' ' -))
make kld KLD=folder  builds the kld whose crate is there, anywhere: target/ko/MAJOR-ARCH/NAME.ko (see kpi/README.md)
make demo            shows the module at work: on FreeBSD, as root, on the running kernel, elsewhere in a virtual machine
                     or over a simulated kernel
make test            runs every check and test there is, and ends with how many passed, failed and were skipped
make vm-test         runs the tests of the module in every FreeBSD kernel that is at hand, in virtual machines
make vm-shell        boots FreeBSD there, with the module loaded, and gives you its shell; KLD=folder brings another kld along
make vm-stress       stresses it there from all sides, for STRESS_MINUTES (30) under each kernel; STRESS_SEED repeats a run
make bench           measures it, and what its targets feel: on FreeBSD, as root, in nanoseconds, elsewhere in instructions in
                     a virtual machine
make fuzz            sends it made-up requests, over a simulated kernel, for FUZZ_SECONDS (3600)
make load            on FreeBSD, as root: loads ./rwmem.ko
make unload          unloads it
make client          builds librwmem and the command rwmem for FreeBSD, and leaves them in target/userland
make install         puts the module into /boot/modules, for 'kldload rwmem' and loader.conf, and librwmem, the command
                     and the manual pages into PREFIX (/usr/local); DESTDIR goes before both
make bindings        generates what is generated in bindings/src anew from the kernel's headers
make check-bindings  checks that it is what it would generate, and that a C compiler agrees with the layouts; and checks
                     the headers of other releases at hand: FREEBSD_SRC=folder[:folder], FREEBSD_ROOT, what was fetched
make clean           removes what was built (.tools, where downloaded tools are, stays)

FREEBSD_ROOT=folder, FREEBSD_KERNEL=file and FREEBSD_VERSION=14.5-RELEASE tell demo, test and vm-test which FreeBSD to boot;
VM_BACKEND=qemu|bhyve, VM_ACCEL, VM_CPUS, VM_MEMORY in what machine; VM_MATRIX="15-amd64 debug" which roots and kernels. See
docs/testing.md.
TEXT
