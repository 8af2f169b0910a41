//! Snapshots as people have them: folders, archives, single files, and what goes wrong with them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, as tests do"
)]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use reach_aws::{Limits, LoadError, Loaded, Loader, load, load_reader};
use reach_core::snapshot::{Kind, Region, Snapshot};
use reach_core::{Diagnostic, Level};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A small network in several files; names and grouping mean nothing.
const FILES: &[(&str, &str)] = &[
    ("one/vpcs of mine.json", r#"{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}]}"#),
    (
        "subnets.JSON",
        r#"{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a"}],
            "SecurityGroups": [], "ResponseMetadata": {"HTTPStatusCode": 200}}"#,
    ),
    (
        "two/three/i.json",
        r#"{"Reservations": [
            {"OwnerId": "111122223333", "ReservationId": "r-1",
             "Instances": [{"InstanceId": "i-1", "LaunchTime": "2024-01-01T00:00:00Z"}, {"InstanceId": "i-2"}]},
            {"Instances": [{"InstanceId": "i-3"}]}]}"#,
    ),
];

fn add_all(files: &[(&str, &str)]) -> Result<Loaded, LoadError> {
    let mut loader = Loader::new();
    for (name, text) in files {
        loader.add(name, text.as_bytes())?;
    }
    loader.finish()
}

fn one(text: &str) -> Result<Loaded, LoadError> {
    add_all(&[("x.json", text)])
}

fn only_region(loaded: &Loaded) -> &Region {
    assert_eq!(loaded.snapshot.regions.len(), 1, "{:?}", loaded.snapshot);
    &loaded.snapshot.regions[0]
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|d| d.code.as_str()).collect()
}

fn only_diagnostic(loaded: &Loaded) -> &Diagnostic {
    assert_eq!(loaded.diagnostics.len(), 1, "{:?}", loaded.diagnostics);
    &loaded.diagnostics[0]
}

fn write_folder(root: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn zipped<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_ref()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

// Ways in.

#[test]
fn a_folder_with_any_names() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), FILES);
    let loaded = load(folder.path()).unwrap();
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let region = only_region(&loaded);
    assert_eq!(region.account.as_deref(), Some("111122223333"), "from the owners");
    assert_eq!(region.name.as_deref(), Some("eu-west-1"), "from the zone");
    assert_eq!(region.count(Kind::Vpcs), 1);
    assert_eq!(region.security_groups, Some(vec![]), "asked for, and none there");
    assert_eq!(region.route_tables, None, "not asked for");
    let owners: Vec<_> = region
        .instances
        .iter()
        .flatten()
        .map(|i| (&*i.instance_id, i.owner_id.as_deref()))
        .collect();
    let owner = Some("111122223333");
    assert_eq!(owners, [("i-1", owner), ("i-2", owner), ("i-3", None)]);
}

#[test]
fn every_way_in_gives_the_same_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), FILES);
    let expected = load(folder.path()).unwrap().snapshot;

    let mut reversed = FILES.to_vec();
    reversed.reverse();
    assert_eq!(add_all(&reversed).unwrap().snapshot, expected, "order");

    let archive = zipped(&reversed);
    let path = folder.path().join("snapshot.bin");
    fs::write(&path, &archive).unwrap();
    assert_eq!(load(&path).unwrap().snapshot, expected, "zip by path, told by its magic");
    assert_eq!(load_reader("-", archive.as_slice()).unwrap().snapshot, expected, "zip by reader");

    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("s.zip"), &archive).unwrap();
    assert_eq!(load(outer.path()).unwrap().snapshot, expected, "zip in a folder");

    let joined = r#"{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}],
        "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a"}],
        "SecurityGroups": [],
        "Reservations": [{"Instances": [{"InstanceId": "i-1", "OwnerId": "111122223333"},
            {"InstanceId": "i-2", "OwnerId": "111122223333"}, {"InstanceId": "i-3"}]}]}"#;
    assert_eq!(one(joined).unwrap().snapshot, expected, "one file");
    assert_eq!(load_reader("standard input", joined.as_bytes()).unwrap().snapshot, expected);
    let path = folder.path().join("joined");
    fs::write(&path, joined).unwrap();
    assert_eq!(load(&path).unwrap().snapshot, expected, "one file named outright, no extension");
}

#[test]
fn a_byte_order_mark_is_no_content() {
    assert_eq!(one("\u{feff}{\"Vpcs\": []}").unwrap(), one(r#"{"Vpcs": []}"#).unwrap());
}

#[test]
fn other_files_in_a_folder_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(
        folder.path(),
        &[
            ("a.json", r#"{"Vpcs": []}"#),
            ("README.md", "text"),
            (".hidden.json", "not even JSON"),
            (".git/x.json", "not even JSON"),
        ],
    );
    let loaded = load(folder.path()).unwrap();
    let note = only_diagnostic(&loaded);
    assert_eq!((note.code.as_str(), note.level), ("file_skipped", Level::Note));
    assert!(note.file.as_deref().unwrap().ends_with("/README.md"));
}

#[cfg(unix)]
#[test]
fn links_to_folders_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &[("in/a.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#)]);
    std::os::unix::fs::symlink(folder.path(), folder.path().join("in/loop")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("in/a.json"), folder.path().join("b.json"))
        .unwrap();
    let loaded = load(folder.path()).unwrap();
    assert_eq!(only_region(&loaded).count(Kind::Vpcs), 1, "a linked file is read");
    assert_eq!(codes(&loaded), ["file_skipped"]);
}

#[test]
fn folders_too_deep() {
    let folder = tempfile::tempdir().unwrap();
    let deep = format!("{}x.json", "d/".repeat(40));
    write_folder(folder.path(), &[(&deep, r#"{"Vpcs": []}"#)]);
    assert_eq!(load(folder.path()).unwrap_err().code(), "too_large");
    let mut loader = Loader::with_limits(Limits::default().depth(40));
    loader.add_path(folder.path()).unwrap();
    assert_eq!(loader.finish().unwrap().snapshot.regions.len(), 1);
}

// Accounts and Regions.

#[test]
fn folders_tell_account_and_region() {
    let folder = tempfile::tempdir().unwrap();
    write_folder(
        folder.path(),
        &[
            ("accounts/444455556666/us-east-1/a.json", r#"{"Vpcs": [{"VpcId": "vpc-4"}]}"#),
            ("444455556666/eu-west-1/a.json", r#"{"Vpcs": [{"VpcId": "vpc-3"}]}"#),
            ("444455556666/eu-west-1/deep/b.json", r#"{"Subnets": []}"#),
            ("eu-west-1/a.json", r#"{"Vpcs": [{"VpcId": "vpc-2"}]}"#),
            ("a.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#),
        ],
    );
    let Snapshot { regions } = load(folder.path()).unwrap().snapshot;
    let told: Vec<_> = regions
        .iter()
        .map(|r| (r.account.as_deref(), r.name.as_deref(), &*r.vpcs.as_ref().unwrap()[0].vpc_id))
        .collect();
    let account = Some("444455556666");
    assert_eq!(
        told,
        [
            (None, None, "vpc-1"),
            (None, Some("eu-west-1"), "vpc-2"),
            (account, Some("eu-west-1"), "vpc-3"),
            (account, Some("us-east-1"), "vpc-4"),
        ]
    );
    assert_eq!(regions[2].subnets, Some(vec![]));
}

#[test]
fn an_answer_without_a_place_joins_the_place_that_its_data_tell() {
    let loaded = add_all(&[
        ("111122223333/eu-west-1/a.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#),
        (
            "b.json",
            r#"{"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1",
                "OwnerId": "111122223333", "AvailabilityZone": "eu-west-1a"}]}"#,
        ),
    ])
    .unwrap();
    assert_eq!(only_region(&loaded).count(Kind::Subnets), 1);
}

#[test]
fn a_place_is_not_guessed() {
    let loaded = one(
        r#"{"Vpcs": [{"VpcId": "vpc-1", "OwnerId": "111122223333"}, {"VpcId": "vpc-2", "OwnerId": "444455556666"}],
            "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailabilityZone": "eu-west-1a"},
                        {"SubnetId": "subnet-2", "VpcId": "vpc-2", "AvailabilityZone": "us-west-2-lax-1a"}]}"#,
    )
    .unwrap();
    assert_eq!((&only_region(&loaded).account, &only_region(&loaded).name), (&None, &None));

    let local_zone = r#"{"Subnets": [{"SubnetId": "subnet-2", "VpcId": "vpc-2", "AvailabilityZone": "us-west-2-lax-1a"}],
        "PrefixLists": [{"PrefixListId": "pl-1", "OwnerId": "AWS", "PrefixListName": "com.amazonaws.us-west-2.s3"},
                        {"PrefixListId": "pl-2", "OwnerId": "AWS", "PrefixListName": "com.amazonaws.global.cloudfront.origin-facing"}],
        "Vpcs": [{"VpcId": "vpc-2", "OwnerId": "444455556666"}]}"#;
    let loaded = one(local_zone).unwrap();
    assert_eq!(only_region(&loaded).name.as_deref(), Some("us-west-2"));
    assert_eq!(only_region(&loaded).account.as_deref(), Some("444455556666"));
}

// Pages, wrapped answers, prefix lists.

#[test]
fn pages_merge() {
    let loaded = add_all(&[
        ("p1.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}], "NextToken": "more"}"#),
        ("p2.json", r#"{"Vpcs": [{"VpcId": "vpc-2"}], "NextToken": null}"#),
    ])
    .unwrap();
    assert!(loaded.diagnostics.is_empty());
    let ids: Vec<_> =
        only_region(&loaded).vpcs.iter().flatten().map(|v| v.vpc_id.as_str()).collect();
    assert_eq!(ids, ["vpc-1", "vpc-2"]);
}

#[test]
fn a_missing_last_page_is_told() {
    let loaded = add_all(&[
        ("p1.json", r#"{"NextToken": "a", "Vpcs": [{"VpcId": "vpc-1"}]}"#),
        ("p2.json", r#"{"Vpcs": [{"VpcId": "vpc-2"}], "NextToken": "b"}"#),
        ("whole.json", r#"{"Subnets": []}"#),
        ("eu-west-1/whole.json", r#"{"Vpcs": []}"#),
    ])
    .unwrap();
    let warning = only_diagnostic(&loaded);
    assert_eq!((warning.code.as_str(), warning.level), ("answer_truncated", Level::Warning));
    assert_eq!(warning.file.as_deref(), Some("p2.json"));
    assert!(warning.message.contains("`Vpcs`"));
}

#[test]
fn both_prefix_list_calls_are_one_list() {
    let managed = r#"{"PrefixLists": [{"PrefixListId": "pl-1", "AddressFamily": "IPv4", "OwnerId": "AWS",
        "PrefixListName": "com.amazonaws.eu-west-1.s3", "State": "create-complete", "Tags": []}]}"#;
    let contents = r#"{"PrefixLists": [{"PrefixListId": "pl-1", "Cidrs": ["10.0.0.0/8"],
        "PrefixListName": "com.amazonaws.eu-west-1.s3"}]}"#;
    let loaded = add_all(&[("a.json", managed), ("b.json", contents)]).unwrap();
    assert_eq!(loaded, add_all(&[("b.json", managed), ("a.json", contents)]).unwrap());
    assert!(loaded.diagnostics.is_empty());
    let lists = only_region(&loaded).prefix_lists.as_deref().unwrap();
    assert_eq!(lists.len(), 1);
    assert_eq!(lists[0].cidrs.as_deref(), Some(&["10.0.0.0/8".to_owned()][..]));
    assert_eq!(lists[0].owner_id.as_deref(), Some("AWS"));
    assert_eq!(lists[0].address_family.as_deref(), Some("IPv4"));
}

#[test]
fn prefix_list_entries_wrapped_and_as_printed() {
    let loaded = add_all(&[
        (
            "a.json",
            r#"{"ManagedPrefixListEntries": [
                {"PrefixListId": "pl-1", "Entries": [{"Cidr": "10.0.0.0/8"}], "NextToken": "more"},
                {"PrefixListId": "pl-2", "Entries": [], "NextToken": "more"},
                {"PrefixListId": "pl-1", "Entries": [{"Cidr": "11.0.0.0/8"}, {"Cidr": "10.0.0.0/8"}]}]}"#,
        ),
        (
            "get-managed-prefix-list-entries-pl-0ab.json",
            r#"{"Entries": [{"Cidr": "12.0.0.0/8", "Description": "d"}]}"#,
        ),
        ("entries.json", r#"{"Entries": []}"#),
    ])
    .unwrap();
    let lists = only_region(&loaded).managed_prefix_list_entries.as_deref().unwrap();
    let told: Vec<_> = lists
        .iter()
        .map(|l| (&*l.prefix_list_id, l.entries.iter().map(|e| &*e.cidr).collect::<Vec<_>>()))
        .collect();
    assert_eq!(
        told,
        [
            ("pl-1", vec!["10.0.0.0/8", "11.0.0.0/8"]),
            ("pl-2", vec![]),
            ("pl-0ab", vec!["12.0.0.0/8"]),
        ]
    );
    assert_eq!(codes(&loaded), ["answer_truncated", "subject_unknown"]);
    assert_eq!(loaded.diagnostics[0].resource.as_deref(), Some("pl-2"));
}

// Duplicates.

#[test]
fn the_same_answer_twice_is_one() {
    let text = r#"{"SecurityGroups": [{"GroupId": "sg-1", "Tags": [{"Key": "a", "Value": "b"}]}]}"#;
    let loaded = add_all(&[("a.json", text), ("b.json", text)]).unwrap();
    assert_eq!(only_region(&loaded).count(Kind::SecurityGroups), 1);
    assert!(loaded.diagnostics.is_empty());
}

#[test]
fn answers_that_differ_are_told_and_their_order_means_nothing() {
    let a = r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "a"}]}"#;
    let b = r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "b"}]}"#;
    let c = r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "c"}]}"#;
    let loaded = add_all(&[("1.json", a), ("2.json", b), ("3.json", c)]).unwrap();
    let turned = add_all(&[("1.json", c), ("2.json", a), ("3.json", b)]).unwrap();
    assert_eq!(loaded.snapshot, turned.snapshot);
    assert_eq!(loaded.diagnostics, turned.diagnostics);
    let groups = only_region(&loaded).security_groups.as_deref().unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].group_name.as_deref(), Some("a"));
    let warning = only_diagnostic(&loaded);
    assert_eq!((warning.code.as_str(), warning.level), ("duplicate_resource", Level::Warning));
    assert_eq!(warning.resource.as_deref(), Some("sg-1"));
}

#[test]
fn the_same_resource_in_two_accounts_is_left_alone() {
    let text = r#"{"VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1"}]}"#;
    let loaded = add_all(&[
        ("111122223333/eu-west-1/a.json", text),
        ("444455556666/eu-west-1/a.json", text),
    ])
    .unwrap();
    assert_eq!(loaded.snapshot.regions.len(), 2);
    assert!(loaded.diagnostics.is_empty());
}

// Kinds that are not read.

#[test]
fn kinds_that_are_not_read_are_told_once_a_file() {
    let loaded = one(r#"{"Vpcs": [], "RouteServers": [{"Deep": [[1]]}], "RouteServers": [],
            "KeyPairs": [], "Gadgets": {"x": 1}, "Gadgets": 2}"#)
    .unwrap();
    assert_eq!(codes(&loaded), ["kind_not_modelled", "kind_not_used", "unknown_kind"]);
    let levels: Vec<_> = loaded.diagnostics.iter().map(|d| d.level).collect();
    assert_eq!(levels, [Level::Note, Level::Note, Level::Warning]);
    assert!(loaded.diagnostics[2].message.contains("`Gadgets`"));
    assert!(loaded.diagnostics.iter().all(|d| d.file.as_deref() == Some("x.json")));
}

#[test]
fn listeners_among_the_answers() {
    let loaded = one(r#"{"Vpcs": [], "i-0123456789abcdef0": [], "i-01234567": []}"#).unwrap();
    assert_eq!(codes(&loaded), ["kind_not_used"]);
}

#[test]
fn keys_with_control_characters_are_spelled_out() {
    let loaded =
        add_all(&[("a\u{1b}[2J.json", r#"{"Vpcs": [], "\u001b[31mred\n\u202e": [], "Long": 1}"#)])
            .unwrap();
    let text: String = loaded.diagnostics.iter().map(ToString::to_string).collect();
    assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
    assert!(text.contains(r"\u{1b}[31mred\u{a}\u{202e}"), "{text}");
}

#[test]
fn json_that_is_no_answer() {
    let loaded = add_all(&[
        ("a.json", r#"{"Vpcs": []}"#),
        ("b.json", "[1, [2], {}]"),
        ("c.json", "3"),
        ("d.json", "\"text\""),
        ("e.json", "null"),
        ("f.json", "{}"),
        ("g.json", "1e3"),
        ("h.json", "-3"),
        ("i.json", "true"),
    ])
    .unwrap();
    assert_eq!(codes(&loaded), ["not_a_describe_answer"; 8]);
}

// Nothing there.

#[test]
fn nothing_there() {
    let folder = tempfile::tempdir().unwrap();
    let error = load(folder.path()).unwrap_err();
    assert_eq!(error.code(), "no_describe_answer");
    assert!(
        folder
            .path()
            .to_str()
            .unwrap()
            .ends_with(error.file().unwrap().rsplit('/').next().unwrap())
    );
    assert!(error.to_string().ends_with("no describe answer found: there is no JSON file"));

    for text in ["[]", "7", "{}", r#"{"Gadgets": []}"#, r#"{"RouteServers": []}"#] {
        let error = one(text).unwrap_err();
        assert_eq!((error.code(), error.file()), ("no_describe_answer", Some("x.json")), "{text}");
        assert!(!error.to_string().contains('\n'));
    }
    assert_eq!(
        one("[]").unwrap_err().to_string(),
        "x.json: no describe answer found: holds a list, not a describe answer"
    );
    let error = add_all(&[("a.json", "[]"), ("b.json", "1")]).unwrap_err();
    assert_eq!((error.code(), error.file()), ("no_describe_answer", None));

    assert_eq!(Loader::new().finish().unwrap_err().code(), "no_describe_answer");
    assert_eq!(load(folder.path().join("absent")).unwrap_err().code(), "unreadable_file");
    let empty = zipped::<&str>(&[]);
    assert_eq!(load_reader("e.zip", empty.as_slice()).unwrap_err().code(), "no_describe_answer");
}

// What cannot be read.

#[test]
fn text_that_is_not_json() {
    for (text, line) in [
        ("", 1),
        ("  \n", 2),
        ("Vpcs", 1),
        ("{\"Vpcs\": [\n", 2),
        ("{\"Vpcs\": []}\n{\"Vpcs\": []}", 2),
        ("{\"Vpcs\": [{\"VpcId\": \"a\nb\"}]}", 2),
    ] {
        let error = one(text).unwrap_err();
        assert_eq!((error.code(), error.file()), ("invalid_json", Some("x.json")), "{text:?}");
        assert_eq!(error.line(), Some(line), "{text:?}: {error}");
        assert!(!error.to_string().contains('\n'));
        assert_eq!(error.field(), None);
    }
    let folder = tempfile::tempdir().unwrap();
    write_folder(folder.path(), &[("a.json", r#"{"Vpcs": []}"#), ("b.json", "oops")]);
    let error = load(folder.path()).unwrap_err();
    assert_eq!(error.code(), "invalid_json");
    assert!(error.file().unwrap().ends_with("/b.json"));
}

#[test]
fn text_that_is_not_utf8() {
    let mut loader = Loader::new();
    let error = loader.add("x.json", b"{\"Vpcs\": [{\"VpcId\": \"\xff\"}]}").unwrap_err();
    assert_eq!((error.code(), error.line()), ("invalid_json", Some(1)));
    let utf16: Vec<u8> =
        "\u{feff}{\"Vpcs\": []}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = Loader::new().add("x.json", &utf16).unwrap_err();
    assert_eq!(error.code(), "invalid_json");
    assert!(error.to_string().contains("UTF-16"), "{error}");
}

#[test]
fn a_number_where_a_string_belongs() {
    let text = r#"{"Vpcs": [],
  "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [
    {"IpProtocol": "tcp"},
    {"IpProtocol": "udp"},
    {"IpProtocol": 6}]}]}"#;
    let error = one(text).unwrap_err();
    assert_eq!(error.code(), "invalid_field");
    assert_eq!(error.file(), Some("x.json"));
    assert_eq!(error.line(), Some(5));
    assert_eq!(error.field(), Some("SecurityGroups[0].IpPermissions[2].IpProtocol"));
    assert_eq!(
        error.to_string(),
        "x.json:5:20: `SecurityGroups[0].IpPermissions[2].IpProtocol`: \
         invalid type: integer `6`, expected a string"
    );
}

#[test]
fn fields_of_the_wrong_type() {
    for (text, field) in [
        (r#"{"Vpcs": [{"CidrBlock": "10.0.0.0/8"}]}"#, "Vpcs[0]"),
        (r#"{"Vpcs": {}}"#, "Vpcs"),
        (r#"{"Vpcs": null}"#, "Vpcs"),
        (r#"{"Vpcs": [3]}"#, "Vpcs[0]"),
        (r#"{"Vpcs": [{"VpcId": "a", "VpcId": "b"}]}"#, "Vpcs[0]"),
        (
            r#"{"Reservations": [{"Instances": [{"InstanceId": []}]}]}"#,
            "Reservations[0].Instances[0].InstanceId",
        ),
        (r#"{"Reservations": [{"InstanceId": "i-1"}]}"#, "Reservations[0]"),
        (
            r#"{"ManagedPrefixListEntries": [{"PrefixListId": "pl-1"}]}"#,
            "ManagedPrefixListEntries[0]",
        ),
        (
            r#"{"NetworkAcls": [{"NetworkAclId": "a", "Entries": [{"RuleNumber": 99999999999, "Protocol": "6", "RuleAction": "allow"}]}]}"#,
            "NetworkAcls[0].Entries[0].RuleNumber",
        ),
        (r#"{"NextToken": 3, "Vpcs": []}"#, "NextToken"),
    ] {
        let error = one(text).unwrap_err();
        assert_eq!(error.code(), "invalid_field", "{text}: {error}");
        assert_eq!(error.field(), Some(field), "{text}: {error}");
        assert_eq!(error.line(), Some(1));
        assert!(!error.to_string().contains("struct"), "{error}");
    }
    let error = one(r#"{"Vpcs": [{"CidrBlock": "10.0.0.0/8"}]}"#).unwrap_err();
    assert!(error.to_string().contains("missing field `VpcId`"), "{error}");
}

#[test]
fn hostile_values_are_spelled_out() {
    let error = one(r#"{"Vpcs": "\u001b[31m\u202e\n"}"#).unwrap_err();
    let text = error.to_string();
    assert!(!text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{text:?}");
    let long = format!(r#"{{"Vpcs": "{}"}}"#, "x".repeat(100_000));
    assert!(one(&long).unwrap_err().to_string().len() < 1000);
}

#[test]
fn nothing_in_part() {
    let mut loader = Loader::new();
    loader.add("a.json", br#"{"Vpcs": []}"#).unwrap();
    loader.add("b.json", b"oops").unwrap_err();
    let error = loader.finish().unwrap_err();
    assert_eq!((error.code(), error.file()), ("incomplete", Some("b.json")));
}

// Archives.

#[test]
fn names_in_archives_are_only_names() {
    let archive = zipped(&[
        ("../../111122223333/eu-west-1/../v.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#),
        ("/etc/s.json", r#"{"Subnets": []}"#),
        ("C:\\444455556666\\s.json", r#"{"RouteTables": []}"#),
        ("__MACOSX/._v.json", "not even JSON"),
        ("inner.zip", "PK"),
        ("folder\\", ""),
        ("notes.txt", "text"),
    ]);
    let loaded = load_reader("s.zip", archive.as_slice()).unwrap();
    assert_eq!(loaded.snapshot.regions.len(), 3);
    assert_eq!(codes(&loaded), ["file_skipped", "file_skipped"]);
    assert_eq!(loaded.diagnostics[0].file.as_deref(), Some("s.zip/inner.zip"));
    assert_eq!(loaded.diagnostics[1].file.as_deref(), Some("s.zip/notes.txt"));
    let told = loaded.snapshot.regions.iter().find(|r| r.collected(Kind::Vpcs)).unwrap();
    assert_eq!(told.name.as_deref(), Some("eu-west-1"));
}

#[test]
fn an_archive_beyond_the_limits() {
    // 64 MiB of blanks: a few dozen kilobytes in the archive.
    let bomb = zipped(&[("a.json", vec![b' '; 64 << 20])]);
    assert!(bomb.len() < 1 << 20);
    let limits = Limits::default().bytes(1 << 20);
    let mut loader = Loader::with_limits(limits);
    let error = loader.add("s.zip", &bomb).unwrap_err();
    assert_eq!((error.code(), error.file()), ("too_large", Some("s.zip/a.json")));

    // The size that the archive declares is a claim: 4 bytes here.
    let mut liar = bomb;
    let declared = (64_u32 << 20).to_le_bytes();
    let at: Vec<usize> = (0..liar.len() - 4).filter(|&at| liar[at..at + 4] == declared).collect();
    assert!(!at.is_empty());
    for at in at {
        liar[at..at + 4].copy_from_slice(&4_u32.to_le_bytes());
    }
    let mut loader = Loader::with_limits(limits);
    let error = loader.add("s.zip", &liar).unwrap_err();
    assert!(matches!(error.code(), "too_large" | "invalid_archive"), "{error}");
    assert!(loader.finish().is_err());

    // Many small files add up.
    let many = zipped(&[("a.json", r#"{"Vpcs": []}"#), ("b.json", r#"{"Vpcs": []}"#)]);
    let error = Loader::with_limits(Limits::default().bytes(20)).add("s.zip", &many).unwrap_err();
    assert_eq!((error.code(), error.file()), ("too_large", Some("s.zip/b.json")));
    let error = Loader::with_limits(Limits::default().entries(1)).add("s.zip", &many).unwrap_err();
    assert_eq!((error.code(), error.file()), ("too_large", Some("s.zip")));
}

#[test]
fn archives_that_are_broken() {
    let whole = zipped(&[("a.json", r#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#)]);
    for cut in [4, 30, whole.len() / 2, whole.len() - 1] {
        let error = Loader::new().add("s.zip", &whole[..cut]).unwrap_err();
        assert_eq!(error.code(), "invalid_archive", "{cut}: {error}");
        assert!(!error.to_string().contains('\n'));
    }
    assert_eq!(Loader::new().add("s.zip", b"{}").unwrap_err().code(), "invalid_archive");
    let two = zipped(&[("a.json", r#"{"Vpcs": []}"#), ("b.json", r#"{"Subnets": []}"#)]);
    // The same name, and two that are shown as one because they are not UTF-8.
    for (a, b) in [(b'a', b'a'), (0xfe, 0xff)] {
        let mut twins = two.clone();
        for at in 0..twins.len() - 6 {
            match &twins[at..at + 6] {
                b"a.json" => twins[at] = a,
                b"b.json" => twins[at] = b,
                _ => {}
            }
        }
        let error = Loader::new().add("s.zip", &twins).unwrap_err();
        assert!(error.to_string().contains("the same name"), "one would go unread: {error}");
    }
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xff;
        // Whatever comes of it, it is an answer: no panic, no endless work.
        let mut loader = Loader::new();
        let _ = loader.add("s.zip", &flipped);
        let _ = loader.finish();
    }
}

#[test]
fn what_an_archive_says_of_itself_holds() {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.json", options).unwrap();
    writer.write_all(br#"{"Vpcs": [{"VpcId": "vpc-1"}]}"#).unwrap();
    let whole = writer.finish().unwrap().into_inner();
    assert!(Loader::new().add("s.zip", &whole).is_ok(), "stored");
    let refused = |patch: &dyn Fn(&mut [u8])| {
        let mut archive = whole.clone();
        patch(&mut archive);
        let error = Loader::new().add("s.zip", &archive).unwrap_err();
        assert_eq!(error.code(), "invalid_archive", "{error}");
        error.to_string()
    };
    let find = |archive: &[u8], text: &[u8]| {
        archive.windows(text.len()).position(|window| window == text).unwrap()
    };
    let changed = refused(&|archive| {
        let at = find(archive, b"vpc-1");
        archive[at + 4] = b'2';
    });
    assert!(changed.starts_with("s.zip/a.json: "), "{changed}");
    let patched = |signature: &'static [u8], offset: usize, value: u8| {
        refused(&move |archive| {
            let at = find(archive, signature);
            archive[at + offset] = value;
        })
    };
    let more = patched(b"PK\x05\x06", 10, 2);
    assert!(more.contains("another number of entries"), "{more}");
    let encrypted = patched(b"PK\x01\x02", 8, 1);
    assert!(encrypted.contains("encrypted"), "{encrypted}");
    let bzip2 = patched(b"PK\x01\x02", 10, 12);
    assert!(bzip2.contains("unusual"), "{bzip2}");
}

// Shapes meant to hurt.

#[test]
fn deep_nesting_is_an_error() {
    let deep = |open: &str| open.repeat(100_000);
    for text in [
        format!("{{\"Vpcs\": {}", deep("[")),
        format!("{{\"Vpcs\": [{{\"VpcId\": \"v\", \"Tags\": {}", deep("[")),
        format!("{{\"Vpcs\": [{{\"Unknown\": {}", deep("{\"a\":")),
        format!("{{\"Unknown\": {}", deep("[")),
        deep("["),
        deep("{\"a\":"),
    ] {
        let error = one(&text).unwrap_err();
        assert!(matches!(error.code(), "invalid_json" | "invalid_field"), "{error}");
    }
    let whole = format!("{}{}", deep("["), deep("]"));
    assert_eq!(one(&whole).unwrap_err().code(), "no_describe_answer");
    let error = one(&format!("{{\"Vpcs\": {whole}}}")).unwrap_err();
    assert_eq!(error.code(), "invalid_field");
}

#[test]
fn many_duplicates_take_little_time() {
    let groups: Vec<String> = (0..100_000)
        .map(|n| format!(r#"{{"GroupId": "sg-{}", "GroupName": "{n}"}}"#, n % 1000))
        .collect();
    let loaded = one(&format!(r#"{{"SecurityGroups": [{}]}}"#, groups.join(","))).unwrap();
    assert_eq!(only_region(&loaded).count(Kind::SecurityGroups), 1000);
    assert_eq!(loaded.diagnostics.len(), 1000);
    let pages: Vec<String> = (0..20_000)
        .map(|n| format!(r#"{{"PrefixListId": "pl-1", "Entries": [{{"Cidr": "{n}"}}]}}"#))
        .collect();
    let loaded = one(&format!(r#"{{"ManagedPrefixListEntries": [{}]}}"#, pages.join(","))).unwrap();
    let lists = only_region(&loaded).managed_prefix_list_entries.as_deref().unwrap();
    assert_eq!((lists.len(), lists[0].entries.len()), (1, 20_000));
}

// Snapshots of real accounts, where they stand beside the checkout.

#[test]
fn real_snapshots() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/real"));
    if !data.is_dir() {
        eprintln!("shared data not present: suite not run");
        return;
    }
    let mut snapshots = 0;
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_dir() {
            continue;
        }
        let loaded = load(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let vpcs: usize = loaded.snapshot.regions.iter().map(|r| r.count(Kind::Vpcs)).sum();
        assert!(vpcs > 0, "{}: no VPC", path.display());
        for region in &loaded.snapshot.regions {
            assert!(region.account.is_some() && region.name.is_some(), "{}", path.display());
        }
        let warnings: Vec<_> =
            loaded.diagnostics.iter().filter(|d| d.level == Level::Warning).collect();
        assert!(warnings.is_empty(), "{}: {warnings:?}", path.display());
        snapshots += 1;
    }
    assert!(snapshots > 0, "no snapshot was there to load");
}
