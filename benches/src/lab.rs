use reach_core::change::{Edit, InstanceIds};
use reach_core::{MatrixOptions, Network};

use crate::dice::Dice;
use crate::{cloud, compile};

/// A network to measure with.
#[derive(Debug)]
pub struct Lab {
    size: usize,
    pub(crate) document: String,
    pub(crate) network: Network,
}

impl Lab {
    /// A cloud of this many interfaces.
    #[must_use]
    pub fn of(size: usize) -> Self {
        let document = cloud(1, size);
        let network = compile(&document);
        Self { size, document, network }
    }

    /// How many interfaces it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The document that it was read from.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Classes of sources and of destinations.
    #[must_use]
    pub fn classes(&self) -> (usize, usize) {
        let matrix = self.network.matrix(&MatrixOptions::default());
        matrix.map_or((0, 0), |it| (it.source_classes().len(), it.destination_classes().len()))
    }

    /// Ids of pairs of interfaces, half of them in one VPC.
    #[must_use]
    pub fn pairs(&self, count: usize) -> Vec<(String, String)> {
        let mut dice = Dice::new(3);
        let hosts = (self.size.min(2_000) - 6) as u64;
        let vpcs = self.size.div_ceil(2_000) as u64;
        (0..count)
            .map(|number| {
                let vpc = dice.below(vpcs);
                let other = if number % 2 == 0 { vpc } else { dice.below(vpcs) };
                let from = dice.below(hosts);
                let to = (from + 1 + dice.below(hosts - 1)) % hosts;
                (format!("eni-{vpc}-{from}"), format!("eni-{other}-{to}"))
            })
            .collect()
    }

    /// An edit that opens a port of a group that many hosts have.
    ///
    /// # Panics
    ///
    /// If this crate wrote what is no edit.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the edit is written below")]
    pub fn edit(&self) -> Edit {
        serde_json::from_value(serde_json::json!({
            "Action": "AuthorizeSecurityGroupIngress", "GroupId": "sg-0-base",
            "IpPermissions": [{
                "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }],
        }))
        .expect("an edit")
    }

    /// An edit that terminates the first instance, and its interface with it.
    #[must_use]
    pub fn end(&self) -> Edit {
        let instances = self.network.snapshot().regions.iter().flat_map(|it| &it.instances);
        let first = instances.flatten().next().map(|it| it.instance_id.clone());
        Edit::TerminateInstances(InstanceIds { instance_ids: first.into_iter().collect() })
    }
}
