/// Where a source stands with its broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not connected; trying.
    Connecting,
    /// Connected, the subscription not yet confirmed; or taking leave.
    Connected,
    /// Connected and subscribed: messages arrive.
    Subscribed,
    /// Not connected; waiting before the next try. `last_error` says why.
    Waiting,
    /// Stopped.
    Stopped,
}

impl Phase {
    /// Stable name, as served.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Subscribed => "subscribed",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
        }
    }
}
