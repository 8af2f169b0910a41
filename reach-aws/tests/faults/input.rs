//! What a user may get wrong: one line, exit code 2, no output.

use std::fs;
use std::process::{Command, Output};

use crate::aws::{Aws, Reply};
use crate::{code, stderr};

fn refused(output: &Output, message: &str) {
    assert_eq!(code(output), 2, "{}", stderr(output));
    let text = stderr(output);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("error: ") && text.contains(message), "{text}");
}

#[test]
fn no_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    let mut command = aws.command(folder.path(), &["collect", "out"]);
    let output = command.env_remove("AWS_ACCESS_KEY_ID").output().unwrap();
    refused(&output, "no AWS credentials: name a profile with --profile");
    assert!(aws.seen().is_empty());
    assert!(!folder.path().join("out").exists());
}

#[test]
fn no_region() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    let mut command = aws.command(folder.path(), &["collect", "out"]);
    refused(&command.env_remove("AWS_REGION").output().unwrap(), "no Region: name one");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn a_wrong_profile() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    let output = aws.run(folder.path(), &["collect", "out", "--profile", "nobody"]);
    refused(&output, "profile `nobody`");
}

#[test]
fn a_role_that_cannot_be_assumed() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.is("AssumeRole") {
        true => Reply::query_error(403, "AccessDenied"),
        false => None,
    });
    let role = "arn:aws:iam::444455556666:role/audit";
    let output = aws.run(folder.path(), &["collect", "out", "--role-arn", role]);
    refused(&output, "the role `arn:aws:iam::444455556666:role/audit` cannot be assumed");
    assert!(stderr(&output).contains("the AccessDenied message"), "{}", stderr(&output));
}

#[test]
fn credentials_that_aws_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.is("GetCallerIdentity") {
        true => Reply::query_error(403, "InvalidClientTokenId"),
        false => None,
    });
    let output = aws.run(folder.path(), &["collect", "out"]);
    refused(&output, "sts:GetCallerIdentity: the InvalidClientTokenId message");
}

#[test]
fn an_output_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    fs::write(folder.path().join("out"), "mine").unwrap();
    refused(&aws.run(folder.path(), &["collect", "out"]), "out: exists already");
    assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"mine");
    assert!(aws.seen().is_empty(), "nothing is asked for an answer that has no place");
}

#[test]
fn a_place_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    refused(&aws.run(folder.path(), &["collect", "/dev/null/out"]), "cannot be written");
}

/// A file may have no byte: what a full disk comes to, without filling one.
#[test]
#[cfg(unix)]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|_| None);
    let direct = aws.command(folder.path(), &[]);
    let mut command = Command::new("/bin/sh");
    command.current_dir(folder.path()).env_clear();
    command.envs(direct.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" collect out"]);
    let output = command.arg(direct.get_program()).stderr(std::process::Stdio::piped()).output();
    refused(&output.unwrap(), "cannot be written");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn several_accounts_and_regions() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.operation.as_str() {
        "DescribeRegions" => Reply::ec2(
            "<regionInfo><item><regionName>eu-west-1</regionName></item>\
             <item><regionName>us-east-1</regionName></item></regionInfo>",
        ),
        _ => None,
    });
    let role = |account: &str| format!("arn:aws:iam::{account}:role/audit");
    let (first, second) = (role("444455556666"), role("777788889999"));
    let arguments =
        ["collect", "out", "--region", "all", "--role-arn", &first, "--role-arn", &second];
    let output = aws.run(folder.path(), &arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let regions = reach_aws::load(folder.path().join("out")).unwrap().snapshot.regions;
    let places: Vec<(&str, &str)> = regions
        .iter()
        .map(|it| (it.account.as_deref().unwrap(), it.name.as_deref().unwrap()))
        .collect();
    let expected = [
        ("444455556666", "eu-west-1"),
        ("444455556666", "us-east-1"),
        ("777788889999", "eu-west-1"),
        ("777788889999", "us-east-1"),
    ];
    assert_eq!(places, expected);
    assert_eq!(aws.times("AssumeRole"), 2, "once an account, not once a client");
}

#[test]
fn an_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let aws = Aws::start(|request| match request.operation.as_str() {
        "ListAccounts" if request.parameters[""].contains("NextToken") => Some(Reply::Says(
            200,
            r#"{"Accounts": [{"Id": "777788889999", "State": "ACTIVE"},
                {"Id": "000000000000", "State": "SUSPENDED"}]}"#
                .to_owned(),
        )),
        "ListAccounts" => Some(Reply::Says(
            200,
            r#"{"Accounts": [{"Id": "111122223333"}, {"Id": "444455556666", "State": "ACTIVE"}],
                "NextToken": "2"}"#
                .to_owned(),
        )),
        "AssumeRole" if request.parameter("RoleArn")?.contains("777788889999") => {
            Reply::query_error(403, "AccessDenied")
        }
        _ => None,
    });
    let output = aws.run(folder.path(), &["collect", "out", "--org-role", "audit"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stderr(&output).contains("account 777788889999"), "{}", stderr(&output));
    let loaded = reach_aws::load(folder.path().join("out")).unwrap();
    let accounts: Vec<&str> =
        loaded.snapshot.regions.iter().filter_map(|it| it.account.as_deref()).collect();
    assert_eq!(accounts, ["111122223333", "444455556666", "777788889999"]);
    assert_eq!(loaded.diagnostics.len(), 1);
    let folders: Vec<_> = fs::read_dir(folder.path().join("out")).unwrap().collect();
    assert_eq!(folders.len(), 3);
}
