//! The conformance cases of `semantics.md` section 20 that concern what this version models, each
//! under its id, and one case at least for what it does not model.

mod addressing;
mod hybrid;
mod middleboxes;
mod nat;
mod network_acls;
mod not_modelled;
mod peering;
mod public_access;
mod route_tables;
mod security_groups;
mod transit_gateways;
