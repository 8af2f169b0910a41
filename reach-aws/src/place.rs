//! Which account and Region an answer came from, told by the folders above it or by its contents.

use std::borrow::Cow;

use reach_core::snapshot::Region;

use crate::arn::Arn;
use crate::resource;

/// What the way to a file tells: `accounts/ACCOUNT/REGION/…`, `ACCOUNT/REGION/…`, `REGION/…`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
}

impl Place {
    /// Reads the folders of a file name; the innermost wins. Archives count as folders.
    pub(crate) fn of_name(name: &str) -> Self {
        let mut place = Self::default();
        let mut components: Vec<&str> = name.split(['/', '\\']).collect();
        components.pop();
        for component in components {
            let folder = component.strip_suffix(".zip").unwrap_or(component);
            if is_account(folder) {
                place.account = Some(folder.to_owned());
            } else if is_region(folder) {
                place.region = Some(folder.to_owned());
            }
        }
        place
    }

    /// Fills what the folders did not tell, where everything in the data says the same.
    pub(crate) fn fill_from(&mut self, region: &Region) {
        if self.account.is_none() {
            // SC-02: of a shared VPC's resources several accounts are owners; instances are only
            // ever the caller's own.
            let own = region.instances.iter().flatten().filter_map(|it| it.owner_id.as_deref());
            // Prefix lists of AWS itself are owned by `AWS`: not an account.
            let any = || resource::accounts(region).filter(|owner| is_account(owner));
            self.account = agreed(own.filter(|owner| is_account(owner))).or_else(|| agreed(any()));
        }
        if self.region.is_none() {
            let names = zones(region).chain(prefix_list_regions(region)).chain(arn_regions(region));
            self.region = agreed(names.chain(block_public_access_regions(region)));
        }
    }
}

/// The Regions that Availability Zones name.
fn zones(region: &Region) -> impl Iterator<Item = &str> {
    let subnets = region.subnets.iter().flatten().filter_map(|s| s.availability_zone.as_deref());
    let interfaces =
        region.network_interfaces.iter().flatten().filter_map(|i| i.availability_zone.as_deref());
    subnets.chain(interfaces).filter_map(region_of_zone)
}

/// The Regions that the names of AWS's own prefix lists carry: `com.amazonaws.eu-west-1.s3`.
fn prefix_list_regions(region: &Region) -> impl Iterator<Item = &str> {
    region.prefix_lists.iter().flatten().filter_map(|list| {
        let name = list.prefix_list_name.as_deref()?.strip_prefix("com.amazonaws.")?;
        let (region, _) = name.split_once('.')?;
        is_region(region).then_some(region)
    })
}

/// The Regions that ARNs name, of resources that are seen in their own Region only.
fn arn_regions(region: &Region) -> impl Iterator<Item = &str> {
    let balancers = region.load_balancers.iter().flatten().map(|it| it.load_balancer_arn.as_str());
    let groups = region.target_groups.iter().flatten().map(|it| it.target_group_arn.as_str());
    let gateways =
        region.transit_gateways.iter().flatten().filter_map(|it| it.transit_gateway_arn.as_deref());
    let firewalls = region.firewalls.iter().flatten().map(|it| it.firewall.firewall_arn.as_str());
    let arns = balancers.chain(groups).chain(gateways).chain(firewalls);
    arns.filter_map(|arn| Some(Arn::parse(arn)?.region)).filter(|name| is_region(name))
}

fn block_public_access_regions(region: &Region) -> impl Iterator<Item = &str> {
    let options = region.vpc_block_public_access_options.iter().flatten();
    options.filter_map(|options| options.aws_region.as_deref()).filter(|name| is_region(name))
}

fn agreed<'a, T: Into<Cow<'a, str>>>(values: impl Iterator<Item = T>) -> Option<String> {
    let mut values = values.map(Into::into);
    let first = values.next()?;
    values.all(|value| value == first).then(|| first.into_owned())
}

pub(crate) fn is_region(text: &str) -> bool {
    region_of_zone(text) == Some(text)
}

pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The Region of an Availability Zone, Local Zone or Wavelength Zone; of a Region, itself.
///
/// A Region is `^[a-z]{2}(-[a-z]+)+-\d`; what follows is a zone letter or `-` and a place.
pub(crate) fn region_of_zone(zone: &str) -> Option<&str> {
    let mut parts = zone.split('-');
    let first = parts.next()?;
    if first.len() != 2 || !first.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut length = first.len();
    for (index, part) in parts.enumerate() {
        let mut bytes = part.bytes();
        if bytes.next()?.is_ascii_digit() {
            let letters = bytes.all(|b| b.is_ascii_lowercase());
            return (index > 0 && letters).then(|| zone.get(..length + 2)).flatten();
        }
        if !part.bytes().all(|b| b.is_ascii_lowercase()) {
            return None;
        }
        length += 1 + part.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use reach_core::snapshot::{Instance, Vpc};

    use super::*;

    fn place(name: &str) -> (Option<String>, Option<String>) {
        let Place { account, region } = Place::of_name(name);
        (account, region)
    }

    #[test]
    fn folders_tell_account_and_region() {
        let both = (Some("111122223333".to_owned()), Some("eu-west-1".to_owned()));
        assert_eq!(place("accounts/111122223333/eu-west-1/x.json"), both);
        assert_eq!(place("111122223333/eu-west-1/x.json"), both);
        assert_eq!(place("a\\111122223333\\eu-west-1\\deep\\x.json"), both);
        assert_eq!(place("/111122223333.zip/../eu-west-1/x.json"), both);
        assert_eq!(place("us-gov-west-1/x.json"), (None, Some("us-gov-west-1".to_owned())));
        assert_eq!(place("111122223333.json"), (None, None), "a file name means nothing");
        assert_eq!(place("11112222333/eu-west-1a/x.json"), (None, None));
        assert_eq!(
            place("us-east-1/444455556666/eu-west-1/x.json").1.as_deref(),
            Some("eu-west-1"),
            "the innermost wins"
        );
    }

    #[test]
    fn instances_tell_the_account() {
        let owned = |owner: &str| Some(owner.to_owned());
        let vpc = Vpc { vpc_id: "vpc-1".into(), owner_id: owned("111122223333"), ..Vpc::default() };
        let instance = Instance { owner_id: owned("444455556666"), ..Instance::default() };
        let mut place = Place::default();
        let mut region = Region { vpcs: Some(vec![vpc]), ..Region::default() };
        place.fill_from(&region);
        assert_eq!(place.account.as_deref(), Some("111122223333"));
        place.account = None;
        region.instances = Some(vec![instance]);
        place.fill_from(&region);
        assert_eq!(place.account.as_deref(), Some("444455556666"), "a participant of a shared VPC");
    }

    #[test]
    fn zones_tell_regions() {
        for (zone, region) in [
            ("us-east-1a", Some("us-east-1")),
            ("us-west-2-lax-1a", Some("us-west-2")),
            ("us-east-1-wl1-bos-wlz-1", Some("us-east-1")),
            ("us-gov-east-1b", Some("us-gov-east-1")),
            ("eu-isoe-west-1c", Some("eu-isoe-west-1")),
            ("eu-west-1", Some("eu-west-1")),
            ("eu-1a", None),
            ("euw1-az1", None),
            ("eu-west-12", None),
            ("eu-west-1é", None),
            ("eu--1", None),
            ("", None),
            ("é-west-1", None),
        ] {
            assert_eq!(region_of_zone(zone), region, "{zone}");
        }
    }
}
