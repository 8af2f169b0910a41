//! Load balancers of both APIs: `elbv2` (Application, Network, Gateway) and `elb` (Classic).

mod balancer;
mod classic;
mod listener;
mod target_group;

pub use balancer::{
    LoadBalancer, LoadBalancerAddress, LoadBalancerAttributes, LoadBalancerState, LoadBalancerZone,
};
pub use classic::{
    ClassicAttributes, ClassicLoadBalancerAttributes, ClassicLoadBalancerInstance,
    ClassicLoadBalancerInstanceState, ClassicLoadBalancerInstanceStates,
    ClassicLoadBalancerListener, CrossZoneLoadBalancing, ListenerDescription,
    LoadBalancerDescription, SourceSecurityGroup,
};
pub use listener::{
    ForwardConfig, Listener, ListenerAction, ListenerRule, LoadBalancerListeners, TargetGroupTuple,
};
pub use target_group::{
    LoadBalancerTargetHealth, TargetDescription, TargetGroup, TargetGroupAttributes, TargetHealth,
    TargetHealthDescription,
};

use serde::Serialize;

use crate::record::Record;

/// An attribute of a load balancer or a target group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase")]
pub struct Attribute {
    /// Such as `load_balancing.cross_zone.enabled`.
    pub key: String,
    /// `true`, `false`, a number or a word.
    #[serde(default)]
    pub value: String,
}
