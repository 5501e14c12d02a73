// SPDX-License-Identifier: BSD-2-Clause
kernel!(freebsd14_amd64);
kernel!(freebsd14_arm64);
kernel!(freebsd15_amd64);
kernel!(freebsd15_arm64);

/// Gives a macro the major, the architecture and the module of every kernel.
#[macro_export]
macro_rules! each_kernel {
    ($macro:ident) => {
        $macro! {
            (14, "amd64", freebsd14_amd64)
            (14, "arm64", freebsd14_arm64)
            (15, "amd64", freebsd15_amd64)
            (15, "arm64", freebsd15_arm64)
        }
    };
}
