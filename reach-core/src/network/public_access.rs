//! Block Public Access of subnets and VPCs, from the owner's options and exclusions.

use crate::Diagnostic;
use crate::rules::{BlockMode, Exclusion, Lift, PublicAccess};
use crate::snapshot::{
    BlockPublicAccessStates, Region, Snapshot, VpcBlockPublicAccessExclusion,
    VpcBlockPublicAccessOptions,
};

/// A subnet or a VPC, and what is asked about it.
pub(super) struct Guarded<'a> {
    /// The Region that it was read from.
    pub(super) region: &'a Region,
    pub(super) owner: Option<&'a str>,
    /// The subnet, then its VPC; or the VPC alone.
    pub(super) ids: &'a [&'a str],
    pub(super) subnet: Option<&'a BlockPublicAccessStates>,
    pub(super) vpc: Option<&'a BlockPublicAccessStates>,
}

impl Guarded<'_> {
    /// The account's options and exclusions where both were collected, else what the resources
    /// report. Told where the two contradict each other.
    pub(super) fn access(
        &self,
        snapshot: &Snapshot,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> PublicAccess {
        let reported = PublicAccess::reported(self.subnet, self.vpc);
        let Some((region, options)) = self.options(snapshot) else {
            return reported.unwrap_or_default();
        };
        let text = options.internet_gateway_block_mode.as_deref();
        let mode = BlockMode::read(text).unwrap_or(BlockMode::Unreadable);
        let mut access = match &region.vpc_block_public_access_exclusions {
            Some(exclusions) => PublicAccess::spared(mode, &self.exclusions(exclusions)),
            None if mode == BlockMode::Off => PublicAccess::spared(mode, &[]),
            // Nobody knows what is spared, unless the resource tells.
            None => {
                let spared = Some(BlockMode::Off);
                let unknown = PublicAccess { mode, perhaps: spared, by_options: true };
                return reported.unwrap_or(unknown);
            }
        };
        // BPA-01: while the mode changes, the old one may still hold.
        if options.state.as_deref() == Some("update-in-progress") {
            access = PublicAccess { perhaps: Some(BlockMode::Unreadable), ..access };
        }
        if let (Some(reported), [id, ..]) = (reported, self.ids)
            && !access.agrees(reported)
        {
            let text = "its Block Public Access state is not what the account's options and \
                        exclusions give, which are used";
            diagnostics.push(Diagnostic::warning("contradiction", text).resource(*id));
        }
        access
    }

    /// BPA-05: those of the account that owns the subnet, in its Region.
    fn options<'s>(
        &self,
        snapshot: &'s Snapshot,
    ) -> Option<(&'s Region, &'s VpcBlockPublicAccessOptions)> {
        let same = |one: Option<&str>, other: Option<&str>| {
            one.zip(other).is_none_or(|(one, other)| one == other)
        };
        let owner = self.owner.or(self.region.account.as_deref());
        let mut found = snapshot.regions.iter().flat_map(|region| {
            let options = region.vpc_block_public_access_options.iter().flatten();
            options.map(move |options| (region, options))
        });
        found.find(|(region, options)| {
            let account = options.aws_account_id.as_deref().or(region.account.as_deref());
            let name = options.aws_region.as_deref().or(region.name.as_deref());
            let known = account.is_some() && account == owner;
            let ours = std::ptr::eq(*region, self.region) && same(account, owner);
            (known || ours) && same(name, self.region.name.as_deref())
        })
    }

    /// BPA-02: an exclusion of a VPC covers its subnets. Of one whose state is in between nobody
    /// knows whether it counts.
    fn exclusions(&self, exclusions: &[VpcBlockPublicAccessExclusion]) -> Vec<Exclusion> {
        let covers = |exclusion: &&VpcBlockPublicAccessExclusion| {
            let arn = exclusion.resource_arn.as_deref().unwrap_or_default();
            arn.rsplit_once('/').is_some_and(|(_, id)| self.ids.contains(&id))
        };
        let read = |exclusion: &VpcBlockPublicAccessExclusion| {
            let certain = match exclusion.state.as_deref() {
                Some("create-complete" | "update-complete") => true,
                Some("create-failed" | "delete-complete" | "disable-complete") => return None,
                _ => false,
            };
            let lift = match exclusion.internet_gateway_exclusion_mode.as_deref() {
                Some("allow-bidirectional") => Lift::Bidirectional,
                Some("allow-egress") => Lift::Egress,
                _ => Lift::Unreadable,
            };
            Some(Exclusion { lift, certain })
        };
        exclusions.iter().filter(covers).filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::rules::BlockMode;
    use crate::{Network, snapshot};

    const OWNER: &str = "111111111111";

    /// A VPC with one subnet, owned by [`OWNER`], and what each account's calls answered besides.
    fn network(state: &Value, accounts: &[(&str, Value)]) -> Network {
        let regions = accounts.iter().map(|(account, extra)| {
            let mut region = json!({
                "Account": account,
                "Name": "eu-west-1",
                "Vpcs": [{ "VpcId": "vpc-v", "CidrBlock": "10.0.0.0/16", "OwnerId": OWNER }],
                "Subnets": [{
                    "SubnetId": "subnet-p", "VpcId": "vpc-v", "CidrBlock": "10.0.1.0/24",
                    "OwnerId": OWNER, "BlockPublicAccessStates": state,
                }],
            });
            let (region, extra) = (region.as_object_mut().unwrap(), extra.as_object().unwrap());
            region.extend(extra.clone());
            serde_json::from_value(Value::Object(region.clone())).unwrap()
        });
        Network::compile(snapshot::Snapshot { regions: regions.collect() })
    }

    fn options(mode: &str) -> Value {
        json!([{ "InternetGatewayBlockMode": mode, "State": "update-complete" }])
    }

    fn exclusion(what: &str, mode: &str, state: &str) -> Value {
        json!([{
            "ExclusionId": "vpcbpa-exclude-1",
            "InternetGatewayExclusionMode": mode,
            "ResourceArn": format!("arn:aws:ec2:eu-west-1:{OWNER}:{what}"),
            "State": state,
        }])
    }

    fn modes(network: &Network) -> (BlockMode, Option<BlockMode>) {
        let subnet = network.compiled().subnets.iter().next().unwrap().1.block;
        (subnet.mode, subnet.perhaps)
    }

    #[test]
    fn options_with_exclusions() {
        use BlockMode::{Bidirectional, Egress, Ingress, Off, Unreadable};
        let done = "create-complete";
        let (both, out) = ("allow-bidirectional", "allow-egress");
        for (case, mode, exclusions, expected) in [
            ("C-181", "block-bidirectional", json!([]), (Bidirectional, None)),
            ("C-184", "block-ingress", json!([]), (Ingress, None)),
            (
                "C-186",
                "block-bidirectional",
                exclusion("subnet/subnet-p", out, done),
                (Egress, None),
            ),
            (
                "C-187",
                "block-bidirectional",
                exclusion("subnet/subnet-p", both, "update-complete"),
                (Off, None),
            ),
            ("of the VPC", "block-bidirectional", exclusion("vpc/vpc-v", both, done), (Off, None)),
            (
                "of another subnet",
                "block-bidirectional",
                exclusion("subnet/subnet-q", both, done),
                (Bidirectional, None),
            ),
            (
                "being deleted",
                "block-bidirectional",
                exclusion("vpc/vpc-v", both, "delete-in-progress"),
                (Bidirectional, Some(Off)),
            ),
            (
                "deleted",
                "block-bidirectional",
                exclusion("vpc/vpc-v", both, "delete-complete"),
                (Bidirectional, None),
            ),
            ("odd", "block-sideways", json!([]), (Unreadable, None)),
            ("off", "off", json!([]), (Off, None)),
        ] {
            let extra = json!({
                "VpcBlockPublicAccessOptions": options(mode),
                "VpcBlockPublicAccessExclusions": exclusions,
            });
            let network = network(&Value::Null, &[(OWNER, extra)]);
            assert_eq!(modes(&network), expected, "{case}");
            assert!(network.diagnostics().iter().all(|told| told.code != "contradiction"));
        }
    }

    #[test]
    fn reports_count_where_options_or_exclusions_are_missing() {
        use BlockMode::{Bidirectional, Ingress, Off, Unreadable};
        let reported = json!({ "InternetGatewayBlockMode": "block-ingress" });
        let block = json!({ "VpcBlockPublicAccessOptions": options("block-bidirectional") });
        let off = json!({ "VpcBlockPublicAccessOptions": options("off") });
        let changing = json!({
            "VpcBlockPublicAccessOptions": [
                { "InternetGatewayBlockMode": "off", "State": "update-in-progress" },
            ],
        });
        for (case, state, extra, expected) in [
            ("reported", reported.clone(), json!({}), (Ingress, None)),
            ("nothing told", Value::Null, json!({}), (Off, None)),
            ("no exclusions, reported", reported, block.clone(), (Ingress, None)),
            ("no exclusions", Value::Null, block, (Bidirectional, Some(Off))),
            ("nothing to exclude from", Value::Null, off, (Off, None)),
            ("BPA-01, changing", Value::Null, changing, (Off, Some(Unreadable))),
        ] {
            assert_eq!(modes(&network(&state, &[(OWNER, extra)])), expected, "{case}");
        }
    }

    #[test]
    fn options_win_and_a_contradiction_is_told() {
        let extra = json!({
            "VpcBlockPublicAccessOptions": options("block-bidirectional"),
            "VpcBlockPublicAccessExclusions": [],
        });
        for (reported, told) in [("off", true), ("block-bidirectional", false)] {
            let state = json!({ "InternetGatewayBlockMode": reported });
            let network = network(&state, &[(OWNER, extra.clone())]);
            assert_eq!(modes(&network), (BlockMode::Bidirectional, None));
            let mut diagnostics = network.diagnostics().iter();
            let found = diagnostics.any(|found| {
                found.code == "contradiction" && found.resource.as_deref() == Some("subnet-p")
            });
            assert_eq!(found, told, "{reported}");
        }
    }

    /// BPA-05, C-209: the participant's own mode does not matter.
    #[test]
    fn the_owner_of_a_shared_subnet_decides() {
        let account = |mode: &str| {
            json!({
                "VpcBlockPublicAccessOptions": options(mode),
                "VpcBlockPublicAccessExclusions": [],
            })
        };
        let participant = "222222222222";
        let both = [(participant, account("off")), (OWNER, account("block-bidirectional"))];
        assert_eq!(modes(&network(&Value::Null, &both)), (BlockMode::Bidirectional, None));
        let [alone, _] = both;
        let reported = json!({ "InternetGatewayBlockMode": "block-ingress" });
        assert_eq!(modes(&network(&reported, &[alone])), (BlockMode::Ingress, None));
    }

    /// BPA-04: a regional NAT gateway has no subnet.
    #[test]
    fn a_vpc_has_a_mode_of_its_own() {
        let extra = json!({
            "VpcBlockPublicAccessOptions": options("block-bidirectional"),
            "VpcBlockPublicAccessExclusions":
                exclusion("subnet/subnet-p", "allow-bidirectional", "create-complete"),
        });
        let network = network(&Value::Null, &[(OWNER, extra)]);
        let vpc = network.compiled().vpcs.iter().next().unwrap().1.block;
        assert_eq!((vpc.mode, modes(&network)), (BlockMode::Bidirectional, (BlockMode::Off, None)));
    }
}
