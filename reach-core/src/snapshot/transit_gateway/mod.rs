//! Transit gateways: the gateways, what is attached to them, and their route tables.

mod attachment;
mod gateway;
mod route;

pub use attachment::{
    PeeringAttachmentStatus, PeeringTgwInfo, TransitGatewayAttachment,
    TransitGatewayAttachmentAssociation, TransitGatewayConnect, TransitGatewayPeeringAttachment,
    TransitGatewayVpcAttachment, TransitGatewayVpcAttachmentOptions,
};
pub use gateway::{TransitGateway, TransitGatewayEncryptionSupport, TransitGatewayOptions};
pub use route::{
    TransitGatewayPrefixListReference, TransitGatewayPrefixListReferences,
    TransitGatewayPropagations, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRouteTable, TransitGatewayRouteTablePropagation, TransitGatewayRoutes,
};
