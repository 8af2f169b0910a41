//! Answers that others collected: AWS Config, and the folders of `CloudMapper`.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

use std::fs;
use std::path::Path;

use reach_aws::{Loaded, Loader};
use reach_core::ScanOptions;
use reach_core::snapshot::Kind;
use serde_json::{Map, Value, json};

fn lab() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/examples/lab"))
}

fn answers() -> Vec<(String, Value)> {
    let files = fs::read_dir(lab()).unwrap().map(|entry| entry.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    });
    named.collect()
}

/// Everything that a finding says, but for the ids of rules, which only a call of their own tells.
fn findings(loaded: Loaded) -> Vec<(String, String, String, Option<u16>, String)> {
    let run = loaded.compile().scan(&ScanOptions::default());
    let findings = run.findings.iter().map(|finding| {
        (
            finding.severity.as_str().to_owned(),
            finding.instance_id.clone(),
            finding.instance_name.clone().unwrap_or_default(),
            finding.port,
            finding.destinations.to_string(),
        )
    });
    findings.collect()
}

/// As AWS Config writes a describe answer.
fn recorded(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut out = Map::new();
            for (key, value) in map {
                if key == "IpRanges" {
                    let list = value.as_array().unwrap();
                    let plain = list.iter().map(|range| range["CidrIp"].clone()).collect();
                    out.insert("ipRanges".to_owned(), Value::Array(plain));
                    out.insert("ipv4Ranges".to_owned(), recorded(value));
                    continue;
                }
                let (first, rest) = key.split_at(1);
                out.insert(first.to_lowercase() + rest, recorded(value));
            }
            Value::Object(out)
        }
        Value::Array(list) => Value::Array(list.iter().map(recorded).collect()),
        value => value.clone(),
    }
}

/// The lab's items: those that AWS Config records as they are described.
fn items() -> Vec<Value> {
    let mut items = Vec::new();
    for (_, answer) in answers() {
        for (key, kind) in [
            ("Vpcs", "VPC"),
            ("Subnets", "Subnet"),
            ("SecurityGroups", "SecurityGroup"),
            ("NetworkAcls", "NetworkAcl"),
            ("RouteTables", "RouteTable"),
            ("InternetGateways", "InternetGateway"),
            ("NatGateways", "NatGateway"),
            ("NetworkInterfaces", "NetworkInterface"),
            ("Addresses", "EIP"),
            ("Reservations", "Instance"),
        ] {
            let listed = answer.get(key).and_then(Value::as_array).into_iter().flatten();
            let resources = listed.flat_map(|it| match it.get("Instances") {
                Some(instances) => instances.as_array().unwrap().clone(),
                None => vec![it.clone()],
            });
            items.extend(resources.map(|resource| {
                json!({
                    "configurationItemVersion": "1.3",
                    "configurationItemStatus": "OK",
                    "resourceType": format!("AWS::EC2::{kind}"),
                    "awsAccountId": "123456789012",
                    "awsRegion": "us-east-1",
                    "configuration": recorded(&resource),
                })
            }));
        }
    }
    items
}

fn load(file: &Value) -> Loaded {
    let mut loader = Loader::new();
    loader.add("config.json", file.to_string().as_bytes()).unwrap();
    loader.finish().unwrap()
}

#[test]
fn a_snapshot_of_aws_config() {
    let mut items = items();
    items.push(json!({
        "configurationItemStatus": "ResourceDeleted", "resourceType": "AWS::EC2::VPC",
        "awsAccountId": "123456789012", "awsRegion": "us-east-1", "configuration": null
    }));
    items.push(json!({"resourceType": "AWS::S3::Bucket", "awsRegion": "us-east-1"}));
    items.push(json!({"resourceType": "AWS::EC2::TransitGateway", "awsRegion": "us-east-1"}));
    items.push(json!({"resourceType": "AWS::EC2::VPC", "awsRegion": "us-east-1"}));
    let file = json!({"fileVersion": "1.0", "configSnapshotId": "x", "configurationItems": items});
    let loaded = load(&file);
    let told: Vec<&str> = loaded.diagnostics.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "items of `AWS::EC2::TransitGateway` are not read: collect them by describe",
            "1 items without type, Region or whole configuration",
        ]
    );
    let [region] = loaded.snapshot.regions.as_slice() else { panic!("one Region") };
    assert_eq!(region.account.as_deref(), Some("123456789012"));
    assert_eq!(region.name.as_deref(), Some("us-east-1"));
    assert!(!region.collected(Kind::TransitGateways), "nobody says that there is none");
    let described = reach_aws::load(lab()).unwrap();
    let theirs = &described.snapshot.regions[0];
    assert_eq!(region.security_groups, theirs.security_groups);
    assert_eq!(region.network_interfaces, theirs.network_interfaces);
    assert_eq!(region.instances, theirs.instances);
    assert_eq!(region.route_tables, theirs.route_tables);
    assert_eq!(region.network_acls, theirs.network_acls);
    assert_eq!(findings(loaded), findings(described));
}

#[test]
fn what_select_resource_config_prints() {
    let results: Vec<Value> = items()
        .into_iter()
        .map(|mut item| {
            let map = item.as_object_mut().unwrap();
            map.remove("configurationItemStatus");
            let account = map.remove("awsAccountId").unwrap();
            map.insert("accountId".to_owned(), account);
            Value::String(item.to_string())
        })
        .collect();
    let file = json!({"Results": results, "QueryInfo": {"SelectFields": []}});
    assert_eq!(findings(load(&file)), findings(reach_aws::load(lab()).unwrap()));
}

#[test]
fn items_of_several_accounts_and_regions() {
    let item = |account: &str, region: &str, id: &str| {
        json!({"resourceType": "AWS::EC2::VPC", "awsAccountId": account, "awsRegion": region,
               "configuration": json!({"vpcId": id, "tags": null}).to_string(),
               "tags": {"Name": "n"}})
    };
    let file = json!({"baseConfigurationItems": [
        item("111122223333", "eu-west-1", "vpc-1"),
        item("111122223333", "us-east-1", "vpc-2"),
        item("444455556666", "eu-west-1", "vpc-3"),
    ]});
    let loaded = load(&file);
    let ids: Vec<String> = loaded
        .snapshot
        .regions
        .iter()
        .map(|region| region.vpcs.as_ref().unwrap()[0].vpc_id.clone())
        .collect();
    assert_eq!(ids, ["vpc-1", "vpc-2", "vpc-3"]);
    assert_eq!(loaded.snapshot.regions[0].vpcs.as_ref().unwrap()[0].tags[0].value, "n");
}

#[test]
fn folders_of_cloudmapper() {
    let folder = tempfile::tempdir().unwrap();
    let region = folder.path().join("account-data/demo/us-east-1");
    fs::create_dir_all(&region).unwrap();
    for (name, answer) in answers() {
        fs::write(region.join(format!("ec2-{name}")), answer.to_string()).unwrap();
    }
    let regions = json!({"Regions": [{"RegionName": "us-east-1"}]});
    fs::write(folder.path().join("account-data/demo/describe-regions.json"), regions.to_string())
        .unwrap();
    let loaded = reach_aws::load(folder.path().join("account-data")).unwrap();
    let [of] = loaded.snapshot.regions.as_slice() else { panic!("one Region") };
    assert_eq!(of.account.as_deref(), Some("123456789012"), "told by the data");
    assert_eq!(of.name.as_deref(), Some("us-east-1"));
    let described = reach_aws::load(lab()).unwrap();
    assert_eq!(loaded.snapshot, described.snapshot);
    assert_eq!(findings(loaded), findings(described));
}
