//! Sets of packet headers.
