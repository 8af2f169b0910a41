//! Security groups: a few that most hosts have, and those of roles.

use serde_json::{Value, json};

use super::{ACCOUNT, Plan, Site, tags};

/// Roles of a VPC's hosts, the first ones frequent and the last ones rare.
pub(super) const ROLES: usize = 20;

impl Site {
    pub(super) fn groups(&mut self, plan: Plan) {
        let n = plan.number;
        let open = [("-1", None, to("0.0.0.0/0")), ("-1", None, to("::/0"))];
        let of = |name: &str| format!("sg-{n}-{name}");
        let base = [
            ("icmp", Some((8, -1)), to("10.0.0.0/8")),
            ("tcp", Some((22, 22)), group(&of("bastion"))),
            ("tcp", Some((9100, 9100)), to("10.0.0.0/18")),
        ];
        self.group(plan, "base", &base, &open);
        let bastion = [
            ("tcp", Some((22, 22)), to("203.0.113.0/24")),
            ("tcp", Some((22, 22)), list("pl-offices")),
        ];
        self.group(plan, "bastion", &bastion, &open);
        let web = [
            ("tcp", Some((443, 443)), to("0.0.0.0/0")),
            ("tcp", Some((80, 80)), to("0.0.0.0/0")),
            ("tcp", Some((443, 443)), to("::/0")),
        ];
        self.group(plan, "lb", &web, &open);
        for role in 0..ROLES {
            let port = 8000 + i32::try_from(role).unwrap_or(0);
            let before = match role {
                0 => of("lb"),
                _ => of(&format!("role{}", role / 2)),
            };
            let mut rules = vec![("tcp", Some((port, port)), group(&before))];
            match role % 5 {
                1 => rules.push(("tcp", Some((port, port + 10)), to("10.0.0.0/8"))),
                2 => rules.push(("udp", Some((8125, 8125)), to(&plan.block()))),
                3 => rules.push(("-1", None, group(&of(&format!("role{role}"))))),
                _ => {}
            }
            let narrow = [
                ("tcp", Some((443, 443)), to("0.0.0.0/0")),
                ("tcp", Some((5432, 5432)), group(&of("db"))),
                ("udp", Some((53, 53)), to(&plan.block())),
            ];
            let out = if role % 7 == 6 { &narrow[..] } else { &open[..] };
            self.group(plan, &format!("role{role}"), &rules, out);
        }
        let db: Vec<_> = (0..4)
            .map(|role| ("tcp", Some((5432, 5432)), group(&of(&format!("role{role}")))))
            .chain([("tcp", Some((3306, 3306)), to(&plan.subnet_block(1, 0)))])
            .collect();
        self.group(plan, "db", &db, &open[..1]);
    }

    /// The group of one host alone.
    pub(super) fn single(&mut self, plan: Plan, name: &str) {
        let mut rules = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let port = i32::try_from(self.dice.between(1000, 9999)).unwrap_or(1000);
            let length = self.dice.between(8, 32);
            let (second, third) = (self.dice.below(16), self.dice.below(256));
            let peer = match self.dice.below(6) {
                0 => group(&format!("sg-{}-role{}", plan.number, self.dice.below(ROLES as u64))),
                1 => group(&format!("sg-{}-{name}", plan.number)),
                2 => list("pl-offices"),
                3 => to(&block([203, 0, third, 0], length.max(24))),
                4 => to(&block([10, second, third, self.dice.below(256)], length)),
                _ => to(&block([10, second, third, 0], length.clamp(8, 24))),
            };
            rules.push(("tcp", Some((port, port)), peer));
        }
        let out = [("-1", None, to("0.0.0.0/0"))];
        self.group(plan, name, &rules, &out);
    }

    fn group(&mut self, plan: Plan, name: &str, rules: &[Permission<'_>], out: &[Permission<'_>]) {
        let permissions =
            |rules: &[Permission<'_>]| -> Vec<Value> { rules.iter().map(permission).collect() };
        self.out.push(
            "SecurityGroups",
            &json!({
                "GroupId": format!("sg-{}-{name}", plan.number), "GroupName": name,
                "VpcId": format!("vpc-{}", plan.number), "OwnerId": ACCOUNT,
                "Description": "made by the platform team", "Tags": tags(name),
                "IpPermissions": permissions(rules), "IpPermissionsEgress": permissions(out),
            }),
        );
    }
}

/// Protocol, ports, and the field that names the other end.
type Permission<'a> = (&'a str, Option<(i32, i32)>, (&'static str, Value));

fn permission((protocol, ports, (field, peer)): &Permission<'_>) -> Value {
    let mut permission = json!({
        "IpProtocol": protocol, "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [],
        "UserIdGroupPairs": [],
    });
    permission[*field] = json!([peer]);
    if let Some((from, to)) = ports {
        permission["FromPort"] = json!(from);
        permission["ToPort"] = json!(to);
    }
    permission
}

fn to(block: &str) -> (&'static str, Value) {
    match block.contains(':') {
        true => ("Ipv6Ranges", json!({"CidrIpv6": block})),
        false => ("IpRanges", json!({"CidrIp": block, "Description": "see the wiki"})),
    }
}

fn group(id: &str) -> (&'static str, Value) {
    ("UserIdGroupPairs", json!({"GroupId": id, "UserId": ACCOUNT}))
}

fn list(id: &str) -> (&'static str, Value) {
    ("PrefixListIds", json!({"PrefixListId": id}))
}

/// A block with its host bits clear, as EC2 stores it.
fn block(bytes: [u64; 4], length: u64) -> String {
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | byte);
    let kept = number >> (32 - length) << (32 - length);
    let byte = |place: u64| kept >> (place * 8) & 255;
    format!("{}.{}.{}.{}/{length}", byte(3), byte(2), byte(1), byte(0))
}
