// SPDX-License-Identifier: BSD-2-Clause
//! A release's MANIFEST: the sums of its sets.

use std::io::Read;

use super::client::{Client, Trouble, broken};
use super::error::Error;
use super::order::Order;
use super::sum::Sum;
use super::transfer::persist;
use crate::say;

/// Some ten lines; more than this is something else.
const LONGEST: u64 = 64 * 1024;

/// A MANIFEST, and the folder that it was in.
#[derive(Debug)]
pub struct Manifest {
    place: String,
    text: String,
}

/// The first mirror's that has it, and what to ask that mirror for the rest with.
pub fn find(order: &Order) -> Result<(Client, Manifest), Error> {
    let mut attempts = Vec::new();
    let mut all_absent = true;
    for place in order.places() {
        let url = format!("{place}/MANIFEST");
        let found = Client::new(&url, order.patience())
            .and_then(|client| Ok((persist(order, &url, || fetch(&client, &url))?, client)));
        match found {
            Ok((bytes, client)) => return Ok((client, Manifest::new(order, place, bytes)?)),
            Err(Trouble::Absent(why)) => attempts.push(format!("{url}: {why}")),
            Err(Trouble::Passing(why) | Trouble::Lasting(why)) => {
                all_absent = false;
                attempts.push(format!("{url}: {why}"));
            }
        }
    }
    Err(match all_absent {
        true => Error::NotServed {
            version: order.version().to_string(),
            attempts,
        },
        false => Error::Unreachable { attempts },
    })
}

fn fetch(client: &Client, url: &str) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let response = client.get(url, 0)?;
    let read = response.body.take(LONGEST + 1).read_to_end(&mut bytes);
    read.map_err(broken)?;
    Ok(bytes)
}

impl Manifest {
    fn new(order: &Order, place: String, bytes: Vec<u8>) -> Result<Self, Error> {
        let damaged = |why: String| Error::Damaged {
            url: format!("{place}/MANIFEST"),
            why,
        };
        let sum = Sum::of(&bytes);
        match order.pinned() {
            Some(pinned) if *pinned != sum => {
                return Err(damaged(format!(
                    "its SHA-256 is\n  {sum}, and by FREEBSD_MANIFEST_SHA256 it should be\n  {pinned}."
                )));
            }
            None if place.starts_with("http://") => say::aside(&format!(
                "vm-test: nothing proves that {place} is genuine: it is asked by plain http, and \
                 FREEBSD_MANIFEST_SHA256 is not set"
            )),
            _ => {}
        }
        if bytes.len() as u64 > LONGEST {
            return Err(damaged("it is too long for a MANIFEST.".into()));
        }
        let text = String::from_utf8(bytes).map_err(|_| damaged("it is not a text.".into()))?;
        let manifest = Manifest { place, text };
        // What a portal or a proxy sent instead is reported as that, not as a missing set.
        if !manifest.text.lines().any(|line| entry(line).is_some()) {
            let first = manifest.text.lines().next().unwrap_or_default();
            let first: String = first.chars().filter(|c| !c.is_control()).take(60).collect();
            let why =
                format!("no line of it names a set and its sum (it begins with \"{first}\").");
            return Err(Error::Damaged {
                url: manifest.url("MANIFEST"),
                why,
            });
        }
        Ok(manifest)
    }

    /// As it came.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a set is.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{name}", self.place)
    }

    /// The sum that a set must have.
    pub fn sum(&self, name: &str) -> Result<Sum, Error> {
        let sums: Vec<Sum> = self
            .text
            .lines()
            .filter_map(entry)
            .filter(|(set, _)| *set == name)
            .map(|(_, sum)| sum)
            .collect();
        match sums[..] {
            [sum] => Ok(sum),
            _ => Err(Error::Damaged {
                url: self.url("MANIFEST"),
                why: format!("it names {name} {} times, not once.", sums.len()),
            }),
        }
    }
}

/// A line's set and sum: they are its first fields, between tabs.
fn entry(line: &str) -> Option<(&str, Sum)> {
    let mut fields = line.split('\t');
    Some((fields.next()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::Release;

    fn read(text: &str) -> Result<Manifest, Error> {
        let order = Order::with(Release::default(), None, |_| None).expect("defaults");
        Manifest::new(&order, "https://m/amd64/V".into(), text.into())
    }

    #[test]
    fn the_sum_stands_beside_the_name() {
        let (a, b) = (Sum::of(b"a"), Sum::of(b"b"));
        let text = format!(
            "base-dbg.txz\t{b}\t1\tbase_dbg\t\"Base (Debugging)\"\toff\nbase.txz\t{a}\t30760\tbase\t\"Base\"\ton\n"
        );
        let manifest = read(&text).expect("well formed");
        assert_eq!(manifest.sum("base.txz").expect("named"), a);
        assert_eq!(manifest.url("base.txz"), "https://m/amd64/V/base.txz");
        let error = manifest.sum("kernel.txz").expect_err("not named");
        assert!(
            error.to_string().contains("names kernel.txz 0 times"),
            "{error}"
        );
    }

    #[test]
    fn a_set_that_is_named_twice_has_no_sum() {
        let (a, b) = (Sum::of(b"a"), Sum::of(b"b"));
        let manifest = read(&format!("base.txz\t{a}\nbase.txz\t{b}\n")).expect("well formed");
        assert_eq!(
            manifest.sum("base.txz").expect_err("which?").exit().code(),
            65
        );
    }

    #[test]
    fn something_else_in_its_place_is_told_by_its_beginning() {
        let error = read("<html>\nLog in first").expect_err("not a MANIFEST");
        assert!(error.to_string().contains("\"<html>\""), "{error}");
        assert_eq!(error.exit().code(), 65);
        assert!(read("").is_err());
        assert!(read(&"x\n".repeat(40_000)).is_err());
    }
}
