//! What a Network and its answers look like to others: plain data out.

mod inventory;
mod reachability_analyzer;

pub use inventory::{
    Inventory, InventoryGateway, InventoryGroup, InventoryInstance, InventoryInterface,
    InventorySubnet, InventoryVpc,
};
pub use reachability_analyzer::NetworkInsightsAnalysis;
