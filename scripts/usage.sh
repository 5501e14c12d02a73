#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What `make help` prints.
cat <<'TEXT'
make                 builds ./rwmem.ko (KERNEL=14|15, ARCH=amd64|arm64 choose the kernel it is for)
make demo            shows the module at work: on FreeBSD, as root, on the running kernel, elsewhere in a virtual machine
                     or over a simulated kernel
make test            runs every check and test there is, and ends with how many passed, failed and were skipped
make vm-test         runs the tests of the module in a FreeBSD kernel, in a virtual machine
make bench           measures it: on FreeBSD, as root, in nanoseconds, elsewhere in instructions in a virtual machine
make fuzz            sends it made-up requests, over a simulated kernel, for FUZZ_SECONDS (3600)
make load            on FreeBSD, as root: loads ./rwmem.ko
make unload          unloads it
make install         puts it into /boot/modules, for `kldload rwmem` and loader.conf
make bindings        generates bindings/src/freebsd*.rs anew from the kernel's headers
make check-bindings  checks that they are what it would generate, and that a C compiler agrees with their layouts
make clean           removes what was built (.tools, where downloaded tools are, stays)

FREEBSD_ROOT=folder and FREEBSD_KERNEL=file tell demo, test and vm-test which FreeBSD to boot.
TEXT
