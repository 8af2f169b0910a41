//! Laws that hold at every level, models on small universes, and the text forms.

mod address;
mod header_set;
mod interval;
mod laws;
mod relation;
mod text;
mod traffic;

use std::net::IpAddr;

use ipnet::IpNet;

fn addr(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}
