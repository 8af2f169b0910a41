//! What a finding says, all of it told by its own fields; the wording is Inspector's where that is
//! known.

use crate::assess::{Finding, FindingType, ForwardedBy, Listener, OpeningRule};

/// Writes title, description and recommendation.
pub(super) fn write(finding: &mut Finding) {
    let (title, what) = match finding.port {
        Some(port) => (port_title(finding, port), port_text(finding, port)),
        None => (aggregate_title(finding), aggregate_text(finding)),
    };
    finding.title = title;
    finding.description = format!("{what} {}", way(finding));
    let port = finding.port.map(|port| format!(" on port {port}")).unwrap_or_default();
    finding.recommendation = format!(
        "You can edit the Security Group {} to remove access from {}{port}{}",
        finding.security_group_id,
        finding.reachability.phrase(),
        revoke(&finding.rules),
    );
}

fn port_title(finding: &Finding, port: u16) -> String {
    let (id, protocol, from) =
        (&finding.instance_id, &finding.protocol, finding.reachability.phrase());
    let associated = associated(finding);
    match &finding.listener {
        None => {
            format!("On instance {id}, {protocol} port {port}{associated} is reachable from {from}")
        }
        Some(listener) => {
            let process = listener.process.as_deref().unwrap_or("unknown");
            let and = if associated.is_empty() { " which" } else { " and" };
            format!(
                "On instance {id}, process '{process}' is listening on {protocol} port \
                 {port}{associated}{and} is reachable from {from}"
            )
        }
    }
}

fn port_text(finding: &Finding, port: u16) -> String {
    let state = match (finding.kind, &finding.listener) {
        (_, Some(listener)) => listening_text(listener),
        (FindingType::RecognizedPortNoListener, None) => {
            "An agent reports that no process listens on it.".to_owned()
        }
        _ => "No agent tells whether a process listens on it; give a listeners file to know."
            .to_owned(),
    };
    format!(
        "{} port {port}{} is reachable from {} on instance {}. {state}",
        finding.protocol,
        associated(finding),
        finding.reachability.phrase(),
        named(&finding.instance_id, finding.instance_name.as_deref()),
    )
}

fn aggregate_title(finding: &Finding) -> String {
    format!(
        "Aggregate network exposure: On instance {}, ports are reachable from {} through ENI {} \
         and security group {}",
        finding.instance_id,
        finding.reachability.phrase(),
        finding.network_interface_id,
        finding.security_group_id,
    )
}

fn aggregate_text(finding: &Finding) -> String {
    format!(
        "On instance {}, tcp ports {} and udp ports {} are reachable from {}.",
        named(&finding.instance_id, finding.instance_name.as_deref()),
        range_text(&finding.tcp_ports),
        range_text(&finding.udp_ports),
        finding.reachability.phrase(),
    )
}

/// The way in, element by element.
fn way(finding: &Finding) -> String {
    let rules: Vec<String> = finding.rules.iter().map(rule_text).collect();
    let by = finding.load_balancer.as_ref().map(forwarded_text).unwrap_or_default();
    format!(
        "It comes in through {} {},{by} passes network ACL {} and reaches network interface {} in VPC \
         {}, because security group {} allows {}.",
        finding.reachability.gateway(),
        finding.gateway_id,
        finding.network_acl_id.as_deref().unwrap_or("unknown"),
        finding.network_interface_id,
        finding.vpc_id.as_deref().unwrap_or("unknown"),
        named(&finding.security_group_id, finding.security_group_name.as_deref()),
        rules.join("; "),
    )
}

fn forwarded_text(by: &ForwardedBy) -> String {
    format!(
        " is forwarded by load balancer {} from listener ports {},",
        by.name,
        range_text(&by.listener_ports)
    )
}

fn associated(finding: &Finding) -> String {
    let service = finding.service.as_deref();
    service.map(|name| format!(" which is associated with '{name}'")).unwrap_or_default()
}

fn named(id: &str, name: Option<&str>) -> String {
    name.map_or_else(|| id.to_owned(), |name| format!("{id} ({name})"))
}

fn listening_text(listener: &Listener) -> String {
    let process = listener.process.as_deref().unwrap_or("unknown");
    let pid = listener.pid.map(|pid| format!(", process id {pid}")).unwrap_or_default();
    let path = listener.path.as_deref().map(|path| format!(", {path}")).unwrap_or_default();
    format!("Process '{process}'{pid}{path} listens on it.")
}

fn rule_text(rule: &OpeningRule) -> String {
    let description =
        rule.description.as_deref().map(|text| format!(", \"{text}\"")).unwrap_or_default();
    let id = rule.id.as_deref().map(|id| format!(" by rule {id}")).unwrap_or_default();
    format!("{} from {}{id}{description}", rule.traffic, rule.source)
}

fn revoke(rules: &[OpeningRule]) -> String {
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule.id.as_deref()).collect();
    match ids.as_slice() {
        [] => String::new(),
        [one] => format!(": revoke or narrow rule {one}"),
        many => format!(": revoke or narrow rules {}", many.join(", ")),
    }
}

fn range_text(ranges: &[(u16, u16)]) -> String {
    let ranges: Vec<String> = ranges.iter().map(|(from, to)| format!("[{from} - {to}]")).collect();
    format!("[{}]", ranges.join(", "))
}
