// SPDX-License-Identifier: BSD-2-Clause
//! What a scan gives.
use std::ops::Range;

/// A piece of memory that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Chunk<'scan> {
    /// Where it begins, in the target.
    pub address: u64,
    /// What is there.
    pub bytes: &'scan [u8],
    /// How many bytes at the beginning were the end of the piece before.
    pub overlap: usize,
}

/// What comes next in the ranges, in their order.
#[derive(Debug)]
pub enum Piece<'scan> {
    /// It was read.
    Bytes(Chunk<'scan>),
    /// It was never touched: to be read there is nothing but zeros.
    Untouched(Range<u64>),
    /// It could not be read.
    Hole(Range<u64>),
}

/// A part of the ranges that could not be read: the file is shorter than its mapping, or it was unmapped meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hole {
    /// Its addresses.
    pub range: Range<u64>,
}
