//! Snapshots that may be shown: whose they are cannot be told, and every answer stays the same.
//!
//! Account ids, resource ids, names, tags and descriptions are replaced, the same by the same;
//! addresses by others of the same class that share prefixes as the old ones do. Whatever is not
//! known as a word of AWS's own is replaced.
//!
//! ```
//! use reach_aws::anonymize::Anonymizer;
//!
//! let mut file = serde_json::json!({"Vpcs": [{"VpcId": "vpc-0123456789abcdef0",
//!     "CidrBlock": "10.20.0.0/16", "Tags": [{"Key": "Name", "Value": "payroll"}]}]});
//! let mut anonymizer = Anonymizer::new(b"a secret");
//! anonymizer.learn(&file);
//! anonymizer.rewrite(&mut file);
//! assert!(!file.to_string().contains("payroll"));
//! assert_eq!(file["Vpcs"][0]["VpcId"], anonymizer.rename("vpc-0123456789abcdef0").as_str());
//! ```

mod address;
mod key;
mod rule;
mod word;

use std::collections::BTreeMap;
use std::path::Path;

use ipnet::IpNet;
use serde_json::Value;

use crate::output::{Form, Pending, WriteError};
use crate::{LoadError, Loader, subject};
use address::Addresses;
use key::Key;

/// Replaces what would tell whose a snapshot is. Under the same secret, the same text is replaced
/// by the same; without the secret, nobody finds the way back.
#[derive(Debug)]
pub struct Anonymizer {
    key: Key,
    addresses: Addresses,
}

/// Why a snapshot was not anonymised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnonymizeError {
    /// It cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The other one cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl Anonymizer {
    /// An anonymizer with a secret of any length.
    pub fn new(secret: &[u8]) -> Self {
        Self { key: Key::of(secret), addresses: Addresses::new() }
    }

    /// Takes in where VPCs and subnets are: what AWS reserves in them has to stay in its place.
    /// Everything is to be learned before the first is rewritten.
    pub fn learn(&mut self, document: &Value) {
        match document {
            Value::Object(map) => {
                for (key, value) in map {
                    match key.as_str() {
                        "Vpcs" => each_net(value, &mut |net| self.addresses.learn_vpc(net)),
                        "Subnets" => each_net(value, &mut |net| self.addresses.learn_subnet(net)),
                        _ => self.learn(value),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    /// Rewrites a file of a snapshot.
    pub fn rewrite(&self, document: &mut Value) {
        self.value("", document);
    }

    /// What a text alone becomes: an id, a name, an address, an ARN.
    pub fn rename(&self, text: &str) -> String {
        word::word(&self.key, &self.addresses, text)
    }

    /// The name of a file: accounts and ids in it are replaced, and so is what is no call's name.
    pub fn file_name(&self, name: &str) -> String {
        let parts: Vec<String> = name.split('/').map(|part| self.part_of_name(part)).collect();
        parts.join("/")
    }

    fn part_of_name(&self, part: &str) -> String {
        let (stem, extension) = match part.rsplit_once('.') {
            Some((stem, extension)) => (stem, format!(".{extension}")),
            None => (part, String::new()),
        };
        // What a file is about stands in its name where the answer does not say it.
        if let Some(arn) = subject::target_group(part).or_else(|| subject::load_balancer(part)) {
            return format!("{}{extension}", self.rename(&arn).replace([':', '/'], "_"));
        }
        for call in ["describe-load-balancer-attributes", "describe-instance-health"] {
            if let Some(name) = subject::classic_load_balancer(part, call) {
                return format!("{call}-{}{extension}", self.rename(&name));
            }
        }
        for (at, _) in stem.match_indices('-') {
            let tail = stem.get(at + 1..).unwrap_or_default();
            let digits = tail.rsplit('-').next().unwrap_or_default();
            let is_id = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
            if let (true, Some(id)) = (is_id, word::id(&self.key, tail)) {
                let call = stem.get(..at).unwrap_or_default();
                return format!("{call}-{id}{extension}");
            }
        }
        let calls = ["describe-", "get-", "search-", "list-", "not-collected"];
        match calls.iter().any(|call| stem.contains(call)) {
            true => part.to_owned(),
            false => format!("{}{extension}", self.rename(stem)),
        }
    }

    /// No deeper than the parser that made it goes.
    fn value(&self, field: &str, value: &mut Value) {
        match value {
            Value::Object(map) => {
                let inside = std::mem::take(map);
                for (key, mut value) in inside {
                    self.value(&key, &mut value);
                    let key = match crate::place::is_account(&key) || key.starts_with("i-") {
                        true => self.rename(&key),
                        false => key,
                    };
                    map.insert(key, value);
                }
            }
            Value::Array(items) if matches!(field, "Tags" | "TagSet" | "tags") => {
                for tag in items {
                    self.tag(tag);
                }
            }
            Value::Array(items) if field == "Attributes" => {
                for attribute in items {
                    self.attribute(attribute);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(field, item)),
            Value::String(text) => *text = self.text(field, text),
            _ => {}
        }
    }

    fn text(&self, field: &str, text: &str) -> String {
        if text.is_empty() || text == "*" {
            return text.to_owned();
        }
        match field {
            // Ours and AWS's own, whatever they say.
            "Call"
            | "Action"
            | "Code"
            | "Keyword"
            | "AvailabilityZoneId"
            | "AvailabilityZoneIds"
            | "Field"
            | "Region" => text.to_owned(),
            _ if tells_a_kind(field) && is_word(text) => text.to_owned(),
            "RulesString" => rule::suricata(&self.key, &self.addresses, text),
            "Definition" | "Source" | "Destination" | "SourcePort" | "DestinationPort"
            | "AddressDefinition" | "Settings" => match text.contains('"') {
                true => rule::suricata(&self.key, &self.addresses, text),
                false => rule::addresses_in(&self.key, &self.addresses, text),
            },
            _ => self.rename(text),
        }
    }

    /// The key of a name, and those that AWS sets, mean something.
    fn tag(&self, tag: &mut Value) {
        let Value::Object(tag) = tag else { return };
        for (field, value) in tag.iter_mut() {
            let Value::String(text) = value else { continue };
            let kept = text.is_empty()
                || matches!(field.as_str(), "Key" | "key")
                    && (text == "Name" || text.starts_with("aws:"));
            if !kept {
                *text = self.rename(text);
            }
        }
    }

    /// An attribute of a load balancer or a target group: what it is set to decides, but for the
    /// names of others.
    fn attribute(&self, attribute: &mut Value) {
        let Value::Object(attribute) = attribute else { return };
        let key = attribute.get("Key").and_then(Value::as_str).unwrap_or_default();
        let names = ["s3.", "cookie_name", "routing.http."].iter().any(|part| key.contains(part));
        if let (true, Some(Value::String(text))) = (names, attribute.get_mut("Value"))
            && !text.is_empty()
        {
            *text = self.rename(text);
        }
    }
}

/// Files that may be shown, of files that may not.
pub fn anonymize_files(
    files: BTreeMap<String, Vec<u8>>,
    secret: &[u8],
) -> Result<BTreeMap<String, Vec<u8>>, LoadError> {
    let mut anonymizer = Anonymizer::new(secret);
    let mut documents = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let document: Value =
            serde_json::from_slice(text).map_err(|error| LoadError::json(&name, &error))?;
        anonymizer.learn(&document);
        documents.push((name, document));
    }
    let rewritten = documents.into_iter().map(|(name, mut document)| {
        anonymizer.rewrite(&mut document);
        (anonymizer.file_name(&name), format!("{document:#}\n").into_bytes())
    });
    Ok(rewritten.collect())
}

/// Reads a snapshot and writes one that may be shown: a folder of a folder, a file of a file, a zip
/// where the name ends in `.zip`.
pub fn anonymize(from: &Path, out: &Path, secret: &[u8]) -> Result<(), AnonymizeError> {
    let pending = Pending::check(out)?;
    let files = Loader::files_of(from)?;
    // Nothing is rewritten that is no snapshot.
    let mut loader = Loader::new();
    for (name, bytes) in &files {
        loader.add(name, bytes)?;
    }
    loader.finish()?;
    let form = if from.is_dir() || files.len() != 1 { Form::Folder } else { Form::File };
    pending.write(&anonymize_files(files, secret)?, form)?;
    Ok(())
}

/// Whether a field says of what kind a resource is, or how it is, in AWS's words.
fn tells_a_kind(field: &str) -> bool {
    let ends = ["Type", "Types", "State", "Status", "Mode", "Scheme", "Protocol", "Origin"];
    let is_type = matches!(field, "type" | "Domain" | "AddressFamily");
    is_type || ends.iter().any(|end| field.ends_with(end))
}

fn is_word(text: &str) -> bool {
    let of_words = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    text.len() <= 48 && text.bytes().all(of_words)
}

fn each_net(value: &Value, learn: &mut dyn FnMut(IpNet)) {
    match value {
        Value::Object(map) => map.values().for_each(|value| each_net(value, learn)),
        Value::Array(items) => items.iter().for_each(|item| each_net(item, learn)),
        Value::String(text) => {
            if let Ok(net) = text.parse() {
                learn(net);
            }
        }
        _ => {}
    }
}
