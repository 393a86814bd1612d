//! Row identities of the store. A number alone cannot be mistaken for another kind of row.

macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }
    )*};
}

row_id! {
    /// A Thing: what the city owns and puts up.
    ThingId;
    /// A device: one radio, mounted on a Thing for some time.
    DeviceId;
    /// A Datastream: one observed property of one channel of one Thing.
    DatastreamId;
    /// A stored uplink.
    UplinkId;
    /// A stored reading: what one device measured at one instant.
    ReadingId;
}
