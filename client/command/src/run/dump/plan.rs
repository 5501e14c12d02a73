// SPDX-License-Identifier: BSD-2-Clause
//! What is to be dumped.

use rwmem::{Features, Kind, Mapping, Protection};

use crate::core_file::{Content, Segment};

/// How a piece of memory comes into the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Read,
    /// It was never touched, and a module that cannot tell by itself would read it all.
    Zeros,
}

/// A part of a mapping that is to be dumped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub start: u64,
    pub end: u64,
    pub protection: Protection,
    pub how: How,
}

impl Piece {
    /// A part of it that is done.
    pub fn segment(&self, start: u64, end: u64, content: Content) -> Segment {
        Segment {
            start,
            end,
            read: self.protection.contains(Protection::READ),
            write: self.protection.contains(Protection::WRITE),
            execute: self.protection.contains(Protection::EXECUTE),
            content,
        }
    }
}

/// What is to be dumped, and the mappings that are left out: what the process itself may not read, and devices, where
/// reading may do anything.
pub fn plan(mappings: &[Mapping], features: Features) -> (Vec<Piece>, Vec<&Mapping>) {
    let (mut pieces, mut left_out) = (Vec::new(), Vec::new());
    for mapping in mappings.iter().filter(|mapping| !mapping.is_empty()) {
        let how = match mapping.kind {
            _ if mapping.is_scannable() => How::Read,
            Kind::Untouched if mapping.is_readable() => match features.contains(Features::SEEK) {
                true => How::Read,
                false => How::Zeros,
            },
            _ => {
                left_out.push(mapping);
                continue;
            }
        };
        pieces.push(Piece {
            start: mapping.start,
            end: mapping.end,
            protection: mapping.protection,
            how,
        });
    }
    (pieces, left_out)
}

/// Segments in the order of their addresses, those in one that follow each other in memory and in the file, or where zeros
/// that are not in the file follow.
pub fn joined(segments: Vec<Segment>) -> Vec<Segment> {
    let mut joined: Vec<Segment> = Vec::new();
    for segment in segments {
        let last = joined.last_mut().filter(|last| {
            last.end == segment.start
                && (last.read, last.write, last.execute)
                    == (segment.read, segment.write, segment.execute)
        });
        let both = last.as_ref().and_then(|last| both(last, &segment));
        match (last, both) {
            (Some(last), Some(content)) => (last.end, last.content) = (segment.end, content),
            _ => joined.push(segment),
        }
    }
    joined
}

/// Where both are together, if they can be one.
fn both(first: &Segment, second: &Segment) -> Option<Content> {
    match (first.content, second.content) {
        (
            Content::File { at, len },
            Content::File {
                at: next,
                len: more,
            },
        ) if len == first.len() && at + len == next => {
            let len = len + more;
            Some(Content::File { at, len })
        }
        (file @ Content::File { .. }, Content::Zeros) => Some(file),
        (Content::Zeros, Content::Zeros) => Some(Content::Zeros),
        (Content::Missing, Content::Missing) => Some(Content::Missing),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(start: u64, end: u64, content: Content) -> Segment {
        let protection = Protection::READ;
        let how = How::Read;
        Piece {
            start,
            end,
            protection,
            how,
        }
        .segment(start, end, content)
    }

    fn page(at: u64) -> Content {
        Content::File { at, len: 0x1000 }
    }

    #[test]
    fn what_can_be_read_is_dumped_and_the_rest_is_named() {
        let kinds = [
            Kind::File,
            Kind::Untouched,
            Kind::Device,
            Kind::Guard,
            Kind::Physical,
        ];
        let mut mappings: Vec<_> = (1..)
            .zip(kinds)
            .map(|(number, kind)| {
                let mut mapping = Mapping::anonymous(number << 16, (number + 1) << 16);
                mapping.kind = kind;
                mapping
            })
            .collect();
        mappings.push(Mapping::anonymous(0x90000, 0xa0000));
        mappings[5].protection = Protection::WRITE;
        let (pieces, left_out) = plan(&mappings, Features::empty());
        let how: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.start, piece.how))
            .collect();
        assert_eq!(
            how,
            [
                (0x10000, How::Read),
                (0x20000, How::Zeros),
                (0x50000, How::Read)
            ]
        );
        let left: Vec<_> = left_out.iter().map(|mapping| mapping.start).collect();
        assert_eq!(left, [0x30000, 0x40000, 0x90000]);
        let (pieces, _) = plan(&mappings, Features::SEEK);
        assert!(pieces.iter().all(|piece| piece.how == How::Read));
    }

    #[test]
    fn neighbours_are_joined_if_their_content_is() {
        let all = vec![
            segment(0x1000, 0x2000, page(0x1000)),
            segment(0x2000, 0x3000, page(0x2000)),
            segment(0x3000, 0x4000, page(0x9000)),
            segment(0x4000, 0x5000, Content::Missing),
            segment(0x5000, 0x6000, Content::Missing),
            segment(0x7000, 0x8000, Content::Missing),
            segment(0x10000, 0x20000, Content::Zeros),
            segment(0x20000, 0x30000, Content::Zeros),
            segment(0x30000, 0x31000, page(0xa000)),
            segment(0x31000, 0x40000, Content::Zeros),
            segment(0x40000, 0x50000, Content::Zeros),
            segment(0x50000, 0x51000, page(0xb000)),
        ];
        let joined: Vec<_> = joined(all)
            .iter()
            .map(|one| (one.start, one.end, one.content))
            .collect();
        let two = Content::File {
            at: 0x1000,
            len: 0x2000,
        };
        assert_eq!(
            joined,
            [
                (0x1000, 0x3000, two),
                (0x3000, 0x4000, page(0x9000)),
                (0x4000, 0x6000, Content::Missing),
                (0x7000, 0x8000, Content::Missing),
                (0x10000, 0x30000, Content::Zeros),
                (0x30000, 0x50000, page(0xa000)),
                (0x50000, 0x51000, page(0xb000)),
            ]
        );
    }
}
