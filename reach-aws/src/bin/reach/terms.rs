//! How a flow is asked about, from the command line to the core.

use reach_core::packet::{IpSet, PortSet};
use reach_core::{Network, TraceOptions};

use crate::args::TermsArgs;
use crate::error::Failure;

pub(crate) fn options(network: &Network, args: &TermsArgs) -> Result<TraceOptions, Failure> {
    if let (Some(node), Some(balancer)) = (&args.node, &args.through)
        && !network.is_node_of(&network.endpoint(node)?, &network.endpoint(balancer)?)
    {
        return Err(Failure::NoNode { node: node.clone(), balancer: balancer.clone() });
    }
    Ok(TraceOptions {
        forward: args.forward,
        source_ports: args.source_port.map(PortSet::single),
        source_addresses: (!args.client.is_empty()).then(|| IpSet::union_all(&args.client)),
        via: args.node.clone().or_else(|| args.through.clone()),
        vouched: args.assume.clone(),
    })
}
