//! What a file name says an answer is about, for answers that do not say it themselves:
//! `get-managed-prefix-list-entries-pl-0123.json`.

/// An id with this prefix, such as `pl-`, in the last part of the name.
pub(crate) fn id(name: &str, prefix: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next()?;
    file.match_indices(prefix).find_map(|(at, _)| {
        if !starts_a_word(file, at) {
            return None;
        }
        let (hex, rest) = leading_hex(file.get(at + prefix.len()..)?);
        let ends_a_word = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        (ends_a_word && !hex.is_empty()).then(|| format!("{prefix}{hex}"))
    })
}

/// The ARN of a load balancer.
pub(crate) fn load_balancer(name: &str) -> Option<String> {
    arn(name, "loadbalancer", 3)
}

/// The ARN of a target group.
pub(crate) fn target_group(name: &str) -> Option<String> {
    arn(name, "targetgroup", 2)
}

/// The name of a Classic Load Balancer: what follows the call.
pub(crate) fn classic_load_balancer(name: &str, call: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (_, rest) = stem.split_once(call)?;
    let name = rest.strip_prefix('-')?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!name.is_empty() && name.chars().all(fits)).then(|| name.to_owned())
}

/// The ARN of something of Elastic Load Balancing whose last part is hexadecimal.
///
/// A slash cannot stand in the name of a file, nor everywhere a colon: `_` and `%2F` count as
/// either, and so do the folders of an archive.
fn arn(name: &str, kind: &str, parts: usize) -> Option<String> {
    let name = name.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/");
    name.rmatch_indices("arn").find_map(|(at, _)| {
        if !starts_a_word(&name, at) {
            return None;
        }
        let mut words = name.get(at..)?.split([':', '/', '\\', '_']);
        let mut word = || words.next();
        let (Some("arn"), Some(partition), Some("elasticloadbalancing")) = (word(), word(), word())
        else {
            return None;
        };
        let (region, account) = (word()?, word()?);
        let known = partition.starts_with("aws") && word() == Some(kind);
        let mut resource = Vec::with_capacity(parts);
        for _ in 0..parts {
            resource.push(word()?);
        }
        let last = resource.last_mut()?;
        *last = leading_hex(last).0;
        let plain = |text: &&str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let whole = [partition, region, account].iter().chain(&resource).all(plain);
        (known && whole).then(|| {
            let resource = resource.join("/");
            format!("arn:{partition}:elasticloadbalancing:{region}:{account}:{kind}/{resource}")
        })
    })
}

fn starts_a_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|front| front.chars().next_back());
    before.is_none_or(|c| !c.is_ascii_alphanumeric())
}

fn leading_hex(text: &str) -> (&str, &str) {
    let length = text.find(|c| !matches!(c, '0'..='9' | 'a'..='f')).unwrap_or(text.len());
    text.split_at_checked(length).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for (name, prefix, found) in [
            ("get-managed-prefix-list-entries-pl-0abc12.json", "pl-", Some("pl-0abc12")),
            ("pl-0a/entries.json", "pl-", None),
            ("deep/pl-63a5400a-page2.json", "pl-", Some("pl-63a5400a")),
            ("tpl-12.json", "pl-", None),
            ("pl-xyz_pl-1.json", "pl-", Some("pl-1")),
            ("pl-", "pl-", None),
            ("é-pl-é.json", "pl-", None),
            ("search-transit-gateway-routes-tgw-rtb-0a1.json", "tgw-rtb-", Some("tgw-rtb-0a1")),
            ("search-transit-gateway-routes.json", "tgw-rtb-", None),
            ("describe-vpc-attribute-vpc-0a1.json", "vpc-", Some("vpc-0a1")),
            ("describe-vpc-attribute.json", "vpc-", None),
        ] {
            assert_eq!(id(name, prefix).as_deref(), found, "{name}");
        }
    }

    #[test]
    fn arns() {
        let group = "arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:targetgroup/web/0a1b";
        for name in [
            group.to_owned(),
            format!("x/describe-target-health-{group}.json"),
            format!("s.zip/arn-{group}-page2.json"),
            format!("describe-target-health-{}.json", group.replace([':', '/'], "_")),
            format!("{}.json", group.replace(':', "%3A").replace('/', "%2f")),
            format!("{}.json", group.replace('/', "_")),
        ] {
            assert_eq!(target_group(&name).as_deref(), Some(group), "{name}");
            assert_eq!(load_balancer(&name), None, "{name}");
        }
        let balancer =
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web-1/0a1b";
        let name = format!("describe-listeners-{}.json", balancer.replace([':', '/'], "_"));
        assert_eq!(load_balancer(&name).as_deref(), Some(balancer));
        assert_eq!(target_group(&name), None);
        for name in [
            "describe-target-health.json",
            "arn",
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web",
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/xyz",
            "arn:aws:elasticloadbalancing:eu-west-1::targetgroup/web/0a",
            "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/w b/0a",
            "arn:aws:ec2:eu-west-1:111122223333:targetgroup/web/0a1b",
            "barn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0a1b",
        ] {
            assert_eq!(target_group(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_classic_load_balancers() {
        let found = |name| classic_load_balancer(name, "describe-instance-health");
        assert_eq!(found("a/describe-instance-health-my-lb.json").as_deref(), Some("my-lb"));
        assert_eq!(found("elb-describe-instance-health-1.json").as_deref(), Some("1"));
        for name in [
            "describe-instance-health.json",
            "describe-instance-health-.json",
            "describe-instance-health-my lb.json",
            "my-lb.json",
            "describe-instance-health-lb/x.json",
        ] {
            assert_eq!(found(name), None, "{name}");
        }
    }
}
