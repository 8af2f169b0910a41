//! Amazon Resource Names: what they tell about the account, the Region and other resources.

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let _partition = parts.next()?;
        let (service, region) = (parts.next()?, parts.next()?);
        Some(Self { service, region, account: parts.next()?, resource: parts.next()? })
    }
}

/// The listener of a listener rule.
pub(crate) fn listener_of_rule(rule: &str) -> Option<String> {
    above(rule, "listener-rule", "listener")
}

/// The load balancer of a listener.
pub(crate) fn load_balancer_of_listener(listener: &str) -> Option<String> {
    above(listener, "listener", "loadbalancer")
}

/// `…:kind/app/name/1/2` is below `…:higher/app/name/1`.
fn above(arn: &str, kind: &str, higher: &str) -> Option<String> {
    let Arn { service: "elasticloadbalancing", resource, .. } = Arn::parse(arn)? else {
        return None;
    };
    let front = arn.strip_suffix(resource)?;
    let (parent, _) = resource.strip_prefix(kind)?.strip_prefix('/')?.rsplit_once('/')?;
    Some(format!("{front}{higher}/{parent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:\
                        listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee";

    #[test]
    fn parts() {
        let arn = Arn::parse("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1:x").unwrap();
        assert_eq!((arn.service, arn.region, arn.account), ("ec2", "eu-west-1", "111122223333"));
        assert_eq!(arn.resource, "vpc/vpc-1:x");
        for text in ["", "arn", "arn:aws:ec2:eu-west-1:1", "urn:a:b:c:d:e"] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_above() {
        let listener = listener_of_rule(RULE).unwrap();
        assert_eq!(
            listener,
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:\
             listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
        );
        assert_eq!(
            load_balancer_of_listener(&listener).unwrap(),
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:\
             loadbalancer/app/web/50dc6c495c0c9188"
        );
        assert_eq!(listener_of_rule(&listener), None);
        assert_eq!(load_balancer_of_listener(RULE), None);
        let accelerator = "arn:aws:globalaccelerator::111122223333:listener/app/web/1/2";
        assert_eq!(load_balancer_of_listener(accelerator), None);
    }
}
