// SPDX-License-Identifier: BSD-2-Clause
//! Numbers as a person writes them.

/// `4096`, `0x1000`, with underscores if they help.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.replace('_', "");
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // from_str_radix takes a sign.
        Some(digits) if digits.starts_with(['+', '-']) => None,
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None if text.starts_with('+') => None,
        None => text.parse().ok(),
    }
}

/// A number of bytes: as above, or with K, M or G for powers of 1,024.
pub fn length(text: &str) -> Result<u64, String> {
    let wrong = || format!("{text:?} is no length: write 4096, 0x1000, 4K, 16M or 1G");
    let (digits, shift) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 10),
        None => match text.strip_suffix(['m', 'M']) {
            Some(digits) => (digits, 20),
            None => match text.strip_suffix(['g', 'G']) {
                Some(digits) => (digits, 30),
                None => (text, 0),
            },
        },
    };
    let number = parse(digits).ok_or_else(wrong)?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

/// Seconds: `2`, `0.5`.
pub fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || format!("{text:?} is no number of seconds: write 1, 0.25 or the like");
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    std::time::Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

/// A process id.
pub fn pid(text: &str) -> Result<i32, String> {
    match text.parse() {
        Ok(pid) if pid > 0 => Ok(pid),
        _ => Err(format!("{text:?} is no process id")),
    }
}

/// A whole number with its thousands set apart.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of bytes for a person: `4.0 KiB`, `1.5 GiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    // What would be shown as 1024.0 is one of the next unit.
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// The same, for a column of a table: `4.0K`, `1.5G`.
pub fn short_size(bytes: u64) -> String {
    let text = size(bytes);
    match text.split_once(' ') {
        Some((number, "B")) => number.to_owned(),
        Some((number, unit)) => format!("{number}{}", &unit[..1]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_unless_marked() {
        assert_eq!(parse("10"), Some(10));
        assert_eq!(parse("0x10"), Some(16));
        assert_eq!(parse("0x7fff_ffff_f000"), Some(0x7fff_ffff_f000));
        assert_eq!(parse("0xffffffffffffffff"), Some(u64::MAX));
        for wrong in [
            "",
            "0x",
            "ff",
            "-1",
            "+1",
            "0x+1",
            "0x10000000000000000",
            "1.5",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lengths_have_units() {
        assert_eq!(length("4K"), Ok(4096));
        assert_eq!(length("0x10m"), Ok(16 << 20));
        assert_eq!(length("1G"), Ok(1 << 30));
        assert_eq!(length("0"), Ok(0));
        for wrong in ["K", "4T", "x", "20000000000G"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn pids_and_seconds_have_limits() {
        assert_eq!(pid("1"), Ok(1));
        for wrong in ["0", "-1", "99999999999", "x"] {
            assert!(pid(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seconds("0.5").map(|time| time.as_millis()), Ok(500));
        for wrong in ["-1", "inf", "NaN", "soon"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn people_read_groups_and_units() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        let sizes = [
            0,
            1023,
            1024,
            1536,
            (1 << 20) - 1,
            1 << 20,
            256 << 20,
            u64::MAX,
        ];
        let shown = sizes.map(size);
        let wanted = [
            "0 B",
            "1023 B",
            "1.0 KiB",
            "1.5 KiB",
            "1.0 MiB",
            "1.0 MiB",
            "256.0 MiB",
            "16.0 EiB",
        ];
        assert_eq!(shown, wanted);
        assert_eq!(
            [0, 4096, 256 << 20].map(short_size),
            ["0", "4.0K", "256.0M"]
        );
    }
}
