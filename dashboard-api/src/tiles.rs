//! The map's background from a tile server, fetched by this program and served from its own address: a reader's browser
//! asks nobody else, so nobody else learns who reads.

mod fetch;
mod keep;
mod source;

pub(crate) use self::keep::Tiles;
pub use self::source::{TileSource, TileSourceError};

/// A square of Web Mercator: column and row of the 2^`z` by 2^`z` squares the world is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TileId {
    /// Zoom level.
    pub(crate) z: u8,
    /// Column, from the west.
    pub(crate) x: u32,
    /// Row, from the north.
    pub(crate) y: u32,
}
