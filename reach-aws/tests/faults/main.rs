//! `reach collect` when AWS does not answer as asked: nothing is lost, nothing is hidden, and the
//! exit code tells.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

mod aws;
mod input;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reach_core::snapshot::{Kind, Region};
use serde_json::Value;

use aws::{Aws, Reply, Request};

const PLACE: &str = "out/111122223333/eu-west-1";

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn file(folder: &Path, name: &str) -> Option<Value> {
    let bytes = fs::read(folder.join(PLACE).join(name)).ok()?;
    Some(serde_json::from_slice(&bytes).unwrap())
}

fn region(folder: &Path) -> Region {
    let [region] =
        reach_aws::load(folder.join("out")).unwrap().snapshot.regions.try_into().unwrap();
    region
}

fn gaps(folder: &Path) -> Vec<Value> {
    let file = file(folder, "not-collected.json");
    file.map(|it| it["NotCollected"].as_array().unwrap().clone()).unwrap_or_default()
}

/// A list of VPCs, and where the next ones are.
fn vpcs(ids: std::ops::Range<usize>, next: Option<usize>) -> Option<Reply> {
    let items: Vec<String> =
        ids.map(|id| format!("<item><vpcId>vpc-{id:03}</vpcId></item>")).collect();
    let items = items.concat();
    let next = next.map(|page| format!("<nextToken>{page}</nextToken>")).unwrap_or_default();
    Reply::ec2(format!("<vpcSet>{items}</vpcSet>{next}"))
}

/// Five pages of ten VPCs each.
fn paged(request: &Request) -> Option<Reply> {
    if !request.is("DescribeVpcs") {
        return None;
    }
    let page: usize = request.parameter("NextToken").unwrap_or("0").parse().unwrap();
    vpcs(page * 10..page * 10 + 10, (page < 4).then_some(page + 1))
}

#[test]
fn an_empty_region_has_nothing_and_that_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!((code(&output), stderr(&output)), (0, String::new()));
    assert!(output.stdout.is_empty());
    let region = region(folder.path());
    for kind in Kind::ALL {
        let wanted = *kind != Kind::TransitGatewayStaticRoutes;
        assert_eq!(region.collected(*kind), wanted, "{}", kind.key());
        assert_eq!(region.count(*kind), 0);
    }
    let scan = aws.run(folder.path(), &["scan", "out", "--fail-on", "low"]);
    assert_eq!(code(&scan), 0, "{}", stderr(&scan));
}

#[test]
fn every_page_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(paged);
    assert_eq!(code(&aws.run(folder.path(), &["collect", "out"])), 0);
    assert_eq!(region(folder.path()).count(Kind::Vpcs), 50);
    assert_eq!(aws.times("DescribeVpcs"), 5);
    assert_eq!(aws.times("DescribeVpcAttribute"), 50);
    let file = file(folder.path(), "ec2-describe-vpcs.json").unwrap();
    assert_eq!(file.as_object().unwrap().len(), 1, "the pages are one answer");
}

#[test]
fn a_server_error_on_the_third_page_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let failed = AtomicBool::new(false);
    let aws = Aws::start(move |request| {
        let third = request.is("DescribeVpcs") && request.parameter("NextToken") == Some("2");
        if third && !failed.swap(true, Ordering::SeqCst) {
            return Some(Reply::Says(500, String::new()));
        }
        paged(request)
    });
    let output =
        aws.command(folder.path(), &["collect", "out"]).env("AWS_MAX_ATTEMPTS", "3").output();
    assert_eq!(code(&output.unwrap()), 0);
    assert_eq!(region(folder.path()).count(Kind::Vpcs), 50);
    assert_eq!(aws.times("DescribeVpcs"), 6);
}

#[test]
fn a_page_that_stays_away_takes_the_kind_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| {
        let third = request.is("DescribeVpcs") && request.parameter("NextToken") == Some("2");
        if third { Some(Reply::Says(500, String::new())) } else { paged(request) }
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 1);
    let told = "account 111122223333, Region eu-west-1: `ec2 describe-vpcs` was not answered: \
                Http500 (action ec2:DescribeVpcs)";
    assert_eq!(stderr(&output), format!("not collected: {told}\n"));
    let region = region(folder.path());
    assert!(!region.collected(Kind::Vpcs), "half of the VPCs look like all of them");
    assert!(!region.collected(Kind::VpcAttributes));
    assert!(region.collected(Kind::Subnets));
    let loaded = reach_aws::load(folder.path().join("out")).unwrap();
    assert_eq!(loaded.diagnostics.len(), 1);
    assert_eq!(loaded.diagnostics[0].code, "not_collected");
    assert_eq!(loaded.diagnostics[0].message, told);
}

#[test]
fn throttling_is_waited_out() {
    let folder = tempfile::tempdir().unwrap();
    let refused = AtomicUsize::new(0);
    let aws = Aws::start(move |request| {
        if request.is("DescribeVpcs") && refused.fetch_add(1, Ordering::SeqCst) < 2 {
            return Reply::ec2_error(503, "RequestLimitExceeded");
        }
        paged(request)
    });
    let output =
        aws.command(folder.path(), &["collect", "out"]).env("AWS_MAX_ATTEMPTS", "4").output();
    let output = output.unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(region(folder.path()).count(Kind::Vpcs), 50);
}

#[test]
fn a_denied_call_is_told_with_the_action_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.operation.as_str() {
        "DescribeRouteTables" => Reply::ec2_error(403, "UnauthorizedOperation"),
        "ListFirewalls" => Some(Reply::Says(
            400,
            r#"{"__type": "AccessDeniedException", "message": "no"}"#.to_owned(),
        )),
        "DescribeTargetGroups" => Reply::query_error(403, "AccessDenied"),
        _ => paged(request),
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 1);
    let actions: Vec<(String, String)> = gaps(folder.path())
        .iter()
        .map(|gap| (gap["Action"].as_str().unwrap().into(), gap["Code"].as_str().unwrap().into()))
        .collect();
    let expected = [
        ("ec2:DescribeRouteTables", "UnauthorizedOperation"),
        ("elasticloadbalancing:DescribeTargetGroups", "AccessDenied"),
        ("network-firewall:ListFirewalls", "AccessDeniedException"),
    ];
    assert_eq!(actions, expected.map(|(action, code)| (action.to_owned(), code.to_owned())));
    for (action, code) in expected {
        assert!(stderr(&output).contains(action) && stderr(&output).contains(code));
    }
    let region = region(folder.path());
    for kind in
        [Kind::RouteTables, Kind::TargetGroups, Kind::TargetGroupAttributes, Kind::Firewalls]
    {
        assert!(!region.collected(kind), "{}", kind.key());
    }
    assert_eq!(region.count(Kind::Vpcs), 50);
    let scan = aws.run(folder.path(), &["scan", "out", "--format", "json"]);
    let run: Value = serde_json::from_slice(&scan.stdout).unwrap();
    let told = run["diagnostics"].as_array().unwrap().iter();
    assert_eq!(told.filter(|it| it["code"] == "not_collected").count(), 3);
}

#[test]
fn what_a_region_does_not_offer_is_told_and_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.operation.as_str() {
        "DescribeLocalGateways" => Reply::ec2_error(400, "UnsupportedOperation"),
        _ => None,
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 0);
    assert!(stderr(&output).contains("ec2 describe-local-gateways"));
    assert_eq!(gaps(folder.path()).len(), 1);
    assert!(!region(folder.path()).collected(Kind::LocalGateways));
}

/// Two of each, so that one may be refused.
fn pairs(request: &Request) -> Option<Reply> {
    match request.operation.as_str() {
        "DescribeManagedPrefixLists" => Reply::ec2(
            "<prefixListSet><item><prefixListId>pl-1</prefixListId></item>\
             <item><prefixListId>pl-2</prefixListId></item></prefixListSet>",
        ),
        "GetManagedPrefixListEntries" => {
            Reply::ec2("<entrySet><item><cidr>192.0.2.0/24</cidr></item></entrySet>")
        }
        "DescribeTargetGroups" => {
            let group = |name: &str| {
                format!(
                    "<member><TargetGroupArn>arn:aws:elasticloadbalancing:eu-west-1:111122223333:\
                     targetgroup/{name}/0a</TargetGroupArn></member>"
                )
            };
            let groups = group("a") + &group("b");
            Reply::query("DescribeTargetGroups", &format!("<TargetGroups>{groups}</TargetGroups>"))
        }
        "DescribeTargetHealth" => {
            Reply::query("DescribeTargetHealth", "<TargetHealthDescriptions/>")
        }
        _ => None,
    }
}

#[test]
fn one_subject_that_is_refused_is_never_one_that_has_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| {
        let refused = request.parameter("PrefixListId") == Some("pl-2")
            || request.is("DescribeTargetGroupAttributes")
                && request.parameter("TargetGroupArn").unwrap().contains("/b/");
        match (refused, request.service.as_str()) {
            (true, "ec2") => Reply::ec2_error(403, "UnauthorizedOperation"),
            (true, _) => Reply::query_error(403, "AccessDenied"),
            _ => pairs(request),
        }
    });
    assert_eq!(code(&aws.run(folder.path(), &["collect", "out"])), 1);
    let region = region(folder.path());
    // A prefix list without entries in the snapshot may hold anything: the other one stays.
    assert_eq!(region.count(Kind::ManagedPrefixListEntries), 1);
    // A target group without attributes would have the default ones: all go.
    assert!(!region.collected(Kind::TargetGroupAttributes));
    assert_eq!(region.count(Kind::LoadBalancerTargetHealth), 2);
    let subjects: Vec<Value> = gaps(folder.path()).iter().map(|it| it["Subject"].clone()).collect();
    assert_eq!(subjects.len(), 2);
    assert_eq!(subjects[0], "pl-2");
}

#[test]
fn a_connection_that_is_cut_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let cut = AtomicBool::new(false);
    let aws = Aws::start(move |request| {
        let second = request.is("DescribeVpcs") && request.parameter("NextToken") == Some("1");
        if second && !cut.swap(true, Ordering::SeqCst) {
            Some(Reply::IsCut)
        } else {
            paged(request)
        }
    });
    let output =
        aws.command(folder.path(), &["collect", "out"]).env("AWS_MAX_ATTEMPTS", "3").output();
    let output = output.unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(region(folder.path()).count(Kind::Vpcs), 50);
}

#[test]
fn a_connection_that_is_always_cut_or_silent_is_told() {
    for reply in [Reply::IsCut, Reply::Hangs] {
        let folder = tempfile::tempdir().unwrap();
        let aws = Aws::start(move |request| match request.is("DescribeVpcs") {
            true => Some(reply.clone()),
            false => None,
        });
        let output = aws.run(folder.path(), &["collect", "out", "--timeout", "1"]);
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        assert_eq!(stderr(&output).lines().count(), 1);
        assert!(stderr(&output).contains("`ec2 describe-vpcs` was not answered"));
        assert!(!region(folder.path()).collected(Kind::Vpcs));
    }
}

#[test]
fn pages_that_go_round_in_a_circle_end() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.is("DescribeVpcs") {
        true => vpcs(0..1, Some(1)),
        false => None,
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("the pages go round in a circle"));
    assert!(!region(folder.path()).collected(Kind::Vpcs));
}

#[test]
fn an_answer_that_nobody_can_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.operation.as_str() {
        "DescribeVpcs" => Some(Reply::Says(200, "<html><p>proxy</html>".to_owned())),
        "DescribeSubnets" => Reply::ec2(
            "<subnetSet><item><availableIpAddressCount>many</availableIpAddressCount></item></subnetSet>",
        ),
        "ListFirewalls" => Some(Reply::Says(200, "[".to_owned())),
        _ => None,
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 1);
    let gaps = gaps(folder.path());
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(gaps.iter().all(|gap| gap["Code"] == "UnreadableAnswer"), "{gaps:?}");
}

#[test]
fn a_region_that_is_not_enabled_is_told_once_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| {
        if request.region != "ap-east-1" {
            return paged(request);
        }
        match request.service.as_str() {
            "ec2" => Reply::ec2_error(401, "AuthFailure"),
            "elb" | "elbv2" => Reply::query_error(403, "AuthFailure"),
            _ => Some(Reply::Says(400, r#"{"__type": "AuthFailure"}"#.to_owned())),
        }
    });
    let arguments = ["collect", "out", "--region", "eu-west-1", "--region", "ap-east-1"];
    let output = aws.run(folder.path(), &arguments);
    assert_eq!(code(&output), 1);
    assert_eq!(
        stderr(&output),
        "not collected: account 111122223333, Region ap-east-1: nothing was answered: \
         AuthFailure: the AuthFailure message\n"
    );
    let regions = reach_aws::load(folder.path().join("out")).unwrap().snapshot.regions;
    assert_eq!(regions.len(), 2, "the Region is there, and nothing of it is known");
    assert_eq!(regions[0].name.as_deref(), Some("ap-east-1"));
    assert!(Kind::ALL.iter().all(|kind| !regions[0].collected(*kind)));
    assert_eq!(regions[1].count(Kind::Vpcs), 50);
    let gate = aws.run(folder.path(), &["scan", "out", "--fail-on", "low"]);
    assert_eq!(code(&gate), 2, "nobody can tell");
}

#[test]
fn expired_credentials_stop_the_run_and_the_next_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let expired = Arc::new(AtomicBool::new(true));
    let switch = Arc::clone(&expired);
    let aws = Aws::start(move |request| {
        let late = request.is("DescribeVpcAttribute");
        if late && switch.load(Ordering::SeqCst) {
            return Reply::ec2_error(400, "RequestExpired");
        }
        paged(request)
    });
    let output = aws.run(folder.path(), &["collect", "out", "--concurrency", "1"]);
    assert_eq!(code(&output), 2);
    assert_eq!(
        stderr(&output),
        "error: the credentials are no longer valid (RequestExpired): renew them, and the same \
         command goes on where it stopped\n"
    );
    assert!(!folder.path().join("out").exists());
    assert!(folder.path().join("out.partial").is_dir());
    assert_eq!(aws.times("DescribeVpcs"), 5);

    expired.store(false, Ordering::SeqCst);
    let other = aws.run(folder.path(), &["collect", "out", "--no-tags"]);
    assert_eq!(code(&other), 2);
    assert!(stderr(&other).contains("other options"), "{}", stderr(&other));
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(aws.times("DescribeVpcs"), 5, "what was answered is not asked again");
    assert_eq!(region(folder.path()).count(Kind::VpcAttributes), 50);
    assert!(!folder.path().join("out.partial").exists());
}

#[test]
fn a_run_that_is_killed_leaves_nothing_that_looks_whole() {
    let folder = tempfile::tempdir().unwrap();
    let hang = Arc::new(Mutex::new(true));
    let switch = Arc::clone(&hang);
    let aws = Aws::start(move |request| {
        if request.is("DescribeSubnets") && *switch.lock().unwrap() {
            return Some(Reply::Hangs);
        }
        paged(request)
    });
    let mut child = aws.spawn(folder.path(), &["collect", "out.zip"]);
    let answered =
        folder.path().join("out.zip.partial/111122223333/eu-west-1/ec2-describe-vpcs.json");
    for _ in 0..300 {
        if answered.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(answered.exists());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!folder.path().join("out.zip").exists());
    let before = aws.times("DescribeVpcs");
    *hang.lock().unwrap() = false;
    assert_eq!(code(&aws.run(folder.path(), &["collect", "out.zip"])), 0);
    assert_eq!(aws.times("DescribeVpcs"), before);
    let regions = reach_aws::load(folder.path().join("out.zip")).unwrap().snapshot.regions;
    assert_eq!(regions[0].count(Kind::Vpcs), 50);
    assert!(regions[0].collected(Kind::Subnets));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn firewalls_are_followed_to_their_rules() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| {
        let answer = match request.operation.as_str() {
            "ListFirewalls" if request.parameters[""].contains("NextToken") => {
                r#"{"Firewalls": [{"FirewallArn": "arn:f2"}]}"#
            }
            "ListFirewalls" => r#"{"Firewalls": [{"FirewallArn": "arn:f1"}], "NextToken": "x"}"#,
            "DescribeFirewall" => {
                let arn = if request.parameters[""].contains("arn:f1") { "f1" } else { "f2" };
                return Some(Reply::Says(
                    200,
                    format!(
                        r#"{{"UpdateToken": "u", "Firewall": {{"FirewallName": "{arn}",
                        "FirewallArn": "arn:{arn}", "FirewallId": "{arn}", "FirewallPolicyArn":
                        "arn:p", "VpcId": "vpc-1", "SubnetMappings": []}}}}"#
                    ),
                ));
            }
            "DescribeFirewallPolicy" => {
                r#"{"UpdateToken": "u", "FirewallPolicyResponse": {"FirewallPolicyName": "p",
                 "FirewallPolicyArn": "arn:p", "FirewallPolicyId": "p"}, "FirewallPolicy":
                 {"StatelessDefaultActions": ["aws:pass"], "StatelessFragmentDefaultActions":
                 ["aws:pass"], "StatelessRuleGroupReferences": [{"ResourceArn": "arn:g1",
                 "Priority": 1}], "StatefulRuleGroupReferences": [{"ResourceArn": "arn:g2"}]}}"#
            }
            "DescribeRuleGroup" => {
                let arn = if request.parameters[""].contains("arn:g1") { "g1" } else { "g2" };
                return Some(Reply::Says(
                    200,
                    format!(
                        r#"{{"UpdateToken": "u", "RuleGroupResponse": {{"RuleGroupArn":
                        "arn:{arn}", "RuleGroupName": "{arn}", "RuleGroupId": "{arn}"}},
                        "RuleGroup": {{"RulesSource": {{"RulesString": "pass tcp any any -> any any (sid:1;)"}}}}}}"#
                    ),
                ));
            }
            _ => return None,
        };
        Some(Reply::Says(200, answer.to_owned()))
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let region = region(folder.path());
    assert_eq!(region.count(Kind::Firewalls), 2);
    assert_eq!(region.count(Kind::FirewallPolicies), 1, "the policy of both");
    assert_eq!(region.count(Kind::FirewallRuleGroups), 2);
    let seen = aws.seen();
    let calls = seen.iter().filter(|request| request.service == "network-firewall");
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    for call in calls {
        *by.entry(&call.operation).or_default() += 1;
    }
    let expected = [
        ("DescribeFirewall", 2),
        ("DescribeFirewallPolicy", 1),
        ("DescribeRuleGroup", 2),
        ("ListFirewalls", 2),
    ];
    assert_eq!(by, BTreeMap::from(expected));
}

#[test]
fn what_is_asked_for_is_what_the_policy_allows() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| paged(request).or_else(|| pairs(request)));
    assert_eq!(code(&aws.run(folder.path(), &["collect", "out"])), 0);
    let policy = aws.run(folder.path(), &["iam-policy"]);
    let policy: Value = serde_json::from_slice(&policy.stdout).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    for request in aws.seen() {
        let prefix = match request.service.as_str() {
            "elb" | "elbv2" => "elasticloadbalancing",
            // Nobody can be denied it.
            "sts" => continue,
            other => other,
        };
        let action = format!("{prefix}:{}", request.operation);
        assert!(actions.contains(&action.as_str().into()), "{action}");
    }
}
