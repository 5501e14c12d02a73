// SPDX-License-Identifier: BSD-2-Clause
//! The DTrace provider.

use crate::fixture::both;

const PROBES: &str = "DTrace finds the provider rwmem";

#[test]
fn another_provider_or_probe_is_refused() {
    for fixture in both() {
        let with = |definition: &str| fixture.clone().with(definition);
        with("PROVIDER=\"rwmen\"").fails(&[PROBES], "the provider is called 'rwmen'");
        with("PROBE=\"begin\"").fails(&[PROBES], "the probes are [\"begin\", \"done\"]");
    }
}

#[test]
fn a_probe_that_the_kernel_would_ignore_is_refused() {
    for fixture in both() {
        let with = |definition: &str| fixture.clone().with(definition);
        with("PROBE_SIZE=112").fails(&[PROBES], "done is of 112 bytes, not 96");
        // As FreeBSD 15 has it.
        with("FIFTEEN").fails(&[PROBES], "");
    }
}

#[test]
fn arguments_in_another_order_or_number_are_refused() {
    for fixture in both() {
        let with = |definition: &str| fixture.clone().with(definition);
        with("FIRST_ARGUMENT=1").fails(&[PROBES], "argument 0 of start says that it is 1");
        with("ONE_LESS").fails(&[PROBES], "start has 3 arguments, not 4");
    }
}
