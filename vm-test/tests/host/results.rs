// SPDX-License-Identifier: BSD-2-Clause
//! What is left to read when all is over: counts by group, and JUnit XML.

use crate::bed::{BOOT, Bed, DEBUG_KERNEL};

const MIXED: &str = "cat <<'TAP'
1..4
ok 1 - load: the module loads
not ok 2 - load: it unloads
# got <16>, wanted 0
ok 3 - 10-kld: kldstat # SKIP no shell
ok 4 - a test without a group
# guest: done
TAP
";

#[test]
fn tests_are_counted_by_group_for_each_kernel() {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    let good = "printf '1..1\\nok 1 - load: the module loads\\n# guest: done\\n'";
    let machine = format!("{BOOT}if mkdir first; then\n{MIXED}else\n{good}\nfi");
    let run = bed.run(&machine, &["--jobs", "1"]);
    run.expect(
        1,
        &["group   14-amd64 generic  14-amd64 debug\n\
             load         1, 1 FAILED               1\n\
             10-kld      0, 1 skipped               -\n\
             (none)                 1               -\n"],
    );
}

#[test]
fn there_is_an_xml_file_with_every_test_and_fault() {
    let bed = Bed::new();
    bed.run(&format!("{BOOT}{MIXED}echo 'panic: <bad>'"), &[])
        .expect(1, &[]);
    let xml = bed.read("logs/junit.xml");
    for words in [
        "<testsuites name=\"rwmem\" tests=\"5\" skipped=\"1\" failures=\"2\" errors=\"0\">",
        "<testsuite name=\"14-amd64 generic: load\" tests=\"2\" skipped=\"0\" errors=\"0\" failures=\"1\">",
        "<property name=\"kernel\" value=\"FreeBSD 14.2-RELEASE GENERIC amd64\"/>",
        "<testcase name=\"it unloads\" time=\"",
        "got &lt;16&gt;, wanted 0",
        "<skipped message=\"no shell\"/>",
        "<testsuite name=\"14-amd64 generic: console\" tests=\"1\"",
        "panic: &lt;bad&gt;",
    ] {
        assert!(xml.contains(words), "no {words} in {xml}");
    }
}

#[test]
fn the_xml_file_has_how_long_each_test_took() {
    let bed = Bed::new();
    bed.run(
        &format!(
            "{BOOT}printf '1..2\\nok 1 - load: at once\\n'\nsleep 2\nprintf 'ok 2 - load: later\\n# guest: done\\n'"
        ),
        &[],
    )
    .expect(0, &[]);
    let xml = bed.read("logs/junit.xml");
    // Each line is seen a moment after it was printed.
    let later = "name=\"later\" time=\"";
    for words in ["name=\"at once\" time=\"0.", later] {
        assert!(xml.contains(words), "no {words} in {xml}");
    }
    assert!(!xml.contains(&format!("{later}0.")), "{xml}");
}
