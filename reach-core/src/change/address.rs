use serde::Serialize;

use super::error::{Fault, tick};
use super::lookup;
use super::request::{derived_id, exactly_one, ipv4_addr};
use crate::record::Record;
use crate::snapshot::{Address, Association, Kind, NetworkInterface, PrivateIpAddress, Snapshot};

/// The parameters of `AssociateAddress`: one Elastic IP address and one place for it.
///
/// What was paired with the private address before is replaced: a public address that EC2 gave
/// at launch is released, another Elastic IP stays allocated and free.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AssociateAddress {
    /// `eipalloc-…` of the Elastic IP address, or else `public_ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation_id: Option<String>,
    /// The Elastic IP address itself, or else `allocation_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
    /// `i-…` of an instance with exactly one interface, or else `network_interface_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// `eni-…`, or else `instance_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_interface_id: Option<String>,
    /// The private address to pair it with; absent means the primary one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_ip_address: Option<String>,
    /// Whether an address that is paired with something else may be taken from there. Only
    /// `true` allows it, so that no edit moves an address without saying so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_reassociation: Option<bool>,
}

impl AssociateAddress {
    pub(super) fn apply(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let address = self.address(snapshot)?;
        let place = self.place(snapshot)?;
        let name = address.name().to_owned();
        self.check(snapshot, &address, &place).map_err(|fault| fault.on(&name))?;

        let association_id = derived_id(
            "eipassoc",
            &[&name, &place.network_interface_id, &place.private_ip_address],
        );
        let owner = address.owner.clone().or_else(|| place.owner_id.clone());
        let association = Association {
            public_ip: Some(address.public_ip.clone()),
            carrier_ip: None,
            customer_owned_ip: None,
            allocation_id: address.allocation_id.clone(),
            association_id: Some(association_id.clone()),
            ip_owner_id: owner,
        };
        if let Some(other) = &place.elastic_ip {
            free(snapshot, other);
        }
        free(snapshot, &address.public_ip);
        for interface in lookup::interfaces_mut(snapshot) {
            if interface.network_interface_id == place.network_interface_id {
                place.pair(interface, &association);
            }
        }
        for entry in
            addresses_mut(snapshot).filter(|it| is_ip(it.public_ip.as_ref(), &address.public_ip))
        {
            entry.association_id = Some(association_id.clone());
            entry.private_ip_address = Some(place.private_ip_address.clone());
            entry.network_interface_id = Some(place.network_interface_id.clone());
            entry.network_interface_owner_id.clone_from(&place.owner_id);
            entry.instance_id.clone_from(&place.instance_id);
        }
        Ok(())
    }

    fn address(&self, snapshot: &Snapshot) -> Result<ElasticIp, Fault> {
        let (parameter, text) = exactly_one(&[
            ("AllocationId", self.allocation_id.as_deref()),
            ("PublicIp", self.public_ip.as_deref()),
        ])?;
        if parameter == "PublicIp" {
            return ElasticIp::by_public_ip(snapshot, text);
        }
        ElasticIp::find(snapshot, |it| it.allocation_id.as_deref() == Some(text)).ok_or_else(|| {
            let code = "InvalidAllocationID.NotFound";
            Fault::not_found(code, snapshot, Kind::Addresses, text)
        })
    }

    fn place(&self, snapshot: &Snapshot) -> Result<Place, Fault> {
        let (parameter, id) = exactly_one(&[
            ("InstanceId", self.instance_id.as_deref()),
            ("NetworkInterfaceId", self.network_interface_id.as_deref()),
        ])?;
        let id = if parameter == "InstanceId" { lookup::only_interface(snapshot, id)? } else { id };
        let interface = lookup::interface(snapshot, id)?;
        Place::of(interface, self.private_ip_address.as_deref()).map_err(|fault| fault.on(id))
    }

    fn check(&self, snapshot: &Snapshot, address: &ElasticIp, place: &Place) -> Result<(), Fault> {
        address.check_free_to_move(snapshot)?;
        let Some(holder) = &address.holder else { return Ok(()) };
        let same = holder.network_interface_id == place.network_interface_id
            && holder.private_ip_address.as_ref().is_none_or(|ip| *ip == place.private_ip_address);
        if same || self.allow_reassociation == Some(true) {
            return Ok(());
        }
        let (name, holder) = (tick(address.name()), tick(&holder.network_interface_id));
        Err(Fault::new(
            "Resource.AlreadyAssociated",
            format!("{name} is associated with {holder} and `AllowReassociation` is not `true`"),
        ))
    }
}

/// The parameters of `DisassociateAddress`: one Elastic IP address that is paired.
///
/// EC2 may give the interface another public address when it was launched with one. Which, the
/// snapshot cannot tell, so the interface is left without.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Record)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DisassociateAddress {
    /// `eipassoc-…`, or else `public_ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub association_id: Option<String>,
    /// The Elastic IP address itself, or else `association_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_ip: Option<String>,
}

impl DisassociateAddress {
    pub(super) fn apply(&self, snapshot: &mut Snapshot) -> Result<(), Fault> {
        let (parameter, text) = exactly_one(&[
            ("AssociationId", self.association_id.as_deref()),
            ("PublicIp", self.public_ip.as_deref()),
        ])?;
        let no_association = "InvalidAssociationID.NotFound";
        let address = if parameter == "PublicIp" {
            ElasticIp::by_public_ip(snapshot, text)?
        } else {
            ElasticIp::find(snapshot, |it| it.association_id.as_deref() == Some(text))
                .ok_or_else(|| Fault::not_found(no_association, snapshot, Kind::Addresses, text))?
        };
        if address.holder.is_none() {
            let message = format!("{} is not associated", tick(address.name()));
            return Err(Fault::new(no_association, message).on(address.name()));
        }
        address.check_free_to_move(snapshot).map_err(|fault| fault.on(address.name()))?;
        free(snapshot, &address.public_ip);
        Ok(())
    }
}

/// Takes what an Elastic IP address is paired with out of its entry.
pub(super) fn clear(address: &mut Address) {
    address.association_id = None;
    address.private_ip_address = None;
    address.network_interface_id = None;
    address.network_interface_owner_id = None;
    address.instance_id = None;
}

/// An Elastic IP address, from the list of addresses or from the interface that has it.
#[derive(Debug, Default)]
struct ElasticIp {
    public_ip: String,
    allocation_id: Option<String>,
    association_id: Option<String>,
    owner: Option<String>,
    holder: Option<Holder>,
}

#[derive(Debug)]
struct Holder {
    network_interface_id: String,
    private_ip_address: Option<String>,
}

impl ElasticIp {
    fn by_public_ip(snapshot: &Snapshot, text: &str) -> Result<Self, Fault> {
        ipv4_addr(text)?;
        Self::find(snapshot, |it| same_ip(&it.public_ip, text)).ok_or_else(|| {
            let automatic = associations(snapshot)
                .any(|(_, _, association)| is_ip(association.public_ip.as_ref(), text));
            let code = "InvalidAddress.NotFound";
            if automatic {
                Fault::new(code, format!("{} is no Elastic IP address", tick(text))).on(text)
            } else {
                Fault::not_found(code, snapshot, Kind::Addresses, text)
            }
        })
    }

    /// The first address that fits, with everything that the snapshot says of it.
    fn find(snapshot: &Snapshot, fits: impl Fn(&Self) -> bool) -> Option<Self> {
        let listed = snapshot.regions.iter().flat_map(|region| region.addresses.iter().flatten());
        let listed = listed.filter_map(Self::of_entry);
        let held = associations(snapshot).filter_map(|(interface, private, association)| {
            Self::of_association(interface, private, association)
        });
        let mut found = listed.chain(held).find(fits)?;
        // The list and the interface may each know half.
        if let Some(held) = associations(snapshot)
            .filter(|(_, _, association)| is_ip(association.public_ip.as_ref(), &found.public_ip))
            .find_map(|(interface, private, it)| Self::of_association(interface, private, it))
        {
            found.allocation_id = found.allocation_id.or(held.allocation_id);
            found.association_id = found.association_id.or(held.association_id);
            found.owner = found.owner.or(held.owner);
            found.holder = held.holder.or(found.holder);
        }
        Some(found)
    }

    fn of_entry(entry: &Address) -> Option<Self> {
        let holder = entry.network_interface_id.as_ref().filter(|id| !id.is_empty());
        Some(Self {
            public_ip: entry.public_ip.clone()?,
            allocation_id: entry.allocation_id.clone(),
            association_id: entry.association_id.clone(),
            owner: None,
            holder: holder.map(|id| Holder {
                network_interface_id: id.clone(),
                private_ip_address: entry.private_ip_address.clone(),
            }),
        })
    }

    /// Nothing for a public address that EC2 gave at launch.
    fn of_association(
        interface: &NetworkInterface,
        private: Option<&str>,
        association: &Association,
    ) -> Option<Self> {
        if association.allocation_id.is_none() && association.association_id.is_none() {
            return None;
        }
        Some(Self {
            public_ip: association.public_ip.clone()?,
            allocation_id: association.allocation_id.clone(),
            association_id: association.association_id.clone(),
            owner: association.ip_owner_id.clone(),
            holder: Some(Holder {
                network_interface_id: interface.network_interface_id.clone(),
                private_ip_address: private.map(ToOwned::to_owned),
            }),
        })
    }

    fn name(&self) -> &str {
        self.allocation_id.as_deref().unwrap_or(&self.public_ip)
    }

    /// The address of a NAT gateway is the gateway's own affair.
    fn check_free_to_move(&self, snapshot: &Snapshot) -> Result<(), Fault> {
        let gateways = snapshot.regions.iter().flat_map(|region| region.nat_gateways.iter());
        let mut gateways = gateways.flatten().filter(|it| it.state.as_deref() != Some("deleted"));
        match gateways.find(|gateway| {
            let mut addresses = gateway.nat_gateway_addresses.iter();
            addresses.any(|it| is_ip(it.public_ip.as_ref(), &self.public_ip))
        }) {
            Some(gateway) => {
                let (name, gateway) = (tick(self.name()), tick(&gateway.nat_gateway_id));
                let message = format!("{name} belongs to the NAT gateway {gateway}");
                Err(Fault::new("OperationNotPermitted", message))
            }
            None => Ok(()),
        }
    }
}

/// The private address that a public one is to be paired with.
struct Place {
    network_interface_id: String,
    owner_id: Option<String>,
    instance_id: Option<String>,
    private_ip_address: String,
    primary: bool,
    /// The Elastic IP address that is there already.
    elastic_ip: Option<String>,
}

impl Place {
    fn of(interface: &NetworkInterface, wanted: Option<&str>) -> Result<Self, Fault> {
        let id = &interface.network_interface_id;
        if matches!(interface.interface_type.as_deref(), Some("nat_gateway" | "natGateway")) {
            let message = format!("{} belongs to a NAT gateway", tick(id));
            return Err(Fault::new("OperationNotPermitted", message));
        }
        let primary = primary_ip(interface);
        let chosen = match wanted {
            None => {
                primary.ok_or_else(|| Fault::value(format!("{} has no IPv4 address", tick(id))))?
            }
            Some(wanted) => {
                ipv4_addr(wanted)?;
                let listed = interface.private_ip_addresses.iter();
                let mut owned = listed.map(|it| it.private_ip_address.as_str()).chain(primary);
                owned.find(|ip| same_ip(ip, wanted)).ok_or_else(|| {
                    Fault::value(format!("{} is no address of {}", tick(wanted), tick(id)))
                })?
            }
        };
        let elastic_ip = interface
            .private_ip_addresses
            .iter()
            .filter(|it| same_ip(&it.private_ip_address, chosen))
            .filter_map(|it| it.association.as_ref())
            .find(|it| it.allocation_id.is_some() || it.association_id.is_some())
            .and_then(|it| it.public_ip.clone());
        Ok(Self {
            network_interface_id: id.clone(),
            owner_id: interface.owner_id.clone(),
            instance_id: lookup::instance_of(interface).map(ToOwned::to_owned),
            private_ip_address: chosen.to_owned(),
            primary: primary.is_some_and(|ip| same_ip(ip, chosen)),
            elastic_ip,
        })
    }

    fn pair(&self, interface: &mut NetworkInterface, association: &Association) {
        let is_here =
            |it: &&mut PrivateIpAddress| same_ip(&it.private_ip_address, &self.private_ip_address);
        if let Some(here) = interface.private_ip_addresses.iter_mut().find(is_here) {
            here.association = Some(association.clone());
        } else {
            interface.private_ip_addresses.push(PrivateIpAddress {
                private_ip_address: self.private_ip_address.clone(),
                primary: Some(self.primary),
                association: Some(association.clone()),
            });
        }
        if self.primary {
            interface.association = Some(association.clone());
        }
    }
}

/// Takes a public address off whatever it is paired with, in every form.
fn free(snapshot: &mut Snapshot, public_ip: &str) {
    let ends = |association: &mut Association| is_ip(association.public_ip.as_ref(), public_ip);
    for interface in lookup::interfaces_mut(snapshot) {
        interface.association.take_if(ends);
        for private in &mut interface.private_ip_addresses {
            private.association.take_if(ends);
        }
    }
    for entry in addresses_mut(snapshot).filter(|it| is_ip(it.public_ip.as_ref(), public_ip)) {
        clear(entry);
    }
}

fn addresses_mut(snapshot: &mut Snapshot) -> impl Iterator<Item = &mut Address> {
    snapshot.regions.iter_mut().flat_map(|region| region.addresses.iter_mut().flatten())
}

/// Every pairing that interfaces tell of: interface, private address, what it is paired with.
fn associations(
    snapshot: &Snapshot,
) -> impl Iterator<Item = (&NetworkInterface, Option<&str>, &Association)> {
    lookup::interfaces(snapshot).flat_map(|interface| {
        let listed = interface.private_ip_addresses.iter().filter_map(|private| {
            let association = private.association.as_ref()?;
            Some((Some(private.private_ip_address.as_str()), association))
        });
        let own = interface.association.iter().map(|it| (primary_ip(interface), it));
        listed.chain(own).map(move |(private, association)| (interface, private, association))
    })
}

fn primary_ip(interface: &NetworkInterface) -> Option<&str> {
    let listed = &interface.private_ip_addresses;
    listed
        .iter()
        .find(|it| it.primary == Some(true))
        .map(|it| it.private_ip_address.as_str())
        .or(interface.private_ip_address.as_deref())
        .or_else(|| listed.first().map(|it| it.private_ip_address.as_str()))
}

fn is_ip(given: Option<&String>, ip: &str) -> bool {
    given.is_some_and(|given| same_ip(given, ip))
}

/// Whether two texts are the same address; unreadable ones are equal to themselves.
fn same_ip(one: &str, other: &str) -> bool {
    one == other || one.parse::<std::net::Ipv4Addr>().ok().is_some_and(|it| other.parse() == Ok(it))
}

#[cfg(test)]
mod tests;
