//! Which resource an error is about, told by the way to the field that is wrong.

use serde_json::{Map, Value};

use crate::json::Step;
use crate::text::shown;

/// The id of the innermost resource on the way to a field, where it has a readable one.
pub(crate) fn resource_id<'w>(text: &str, way: impl Iterator<Item = &'w Step>) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let mut value = &document;
    let mut list = None;
    let mut found = None;
    for step in way {
        match step {
            Step::Key(key) => {
                list = Some(key);
                value = value.get(key)?;
            }
            Step::Index(index) => {
                value = value.get(index)?;
                let id = list.zip(value.as_object()).and_then(|(list, it)| id_of(list, it));
                found = id.or(found);
            }
        }
    }
    found.map(shown)
}

/// The id of an element of a list: `SecurityGroups` hold a `GroupId`, `LoadBalancers` a
/// `LoadBalancerArn`.
fn id_of<'v>(list: &str, element: &'v Map<String, Value>) -> Option<&'v str> {
    let kind = list.strip_suffix('s')?;
    element.iter().find_map(|(field, value)| {
        let what = field.strip_suffix("Id").or_else(|| field.strip_suffix("Arn"))?;
        (!what.is_empty() && kind.ends_with(what)).then(|| value.as_str()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use crate::Loader;

    fn concerned(text: &str) -> Option<String> {
        let error = Loader::new().add("answer.json", text.as_bytes()).unwrap_err();
        assert_eq!(error.code(), "invalid_field", "{error}");
        error.resource().map(str::to_owned)
    }

    #[test]
    fn the_innermost_resource_is_named() {
        let group = r#"{"SecurityGroups": [{"GroupId": "sg-0"}, {"VpcId": "vpc-1", "GroupId": "sg-1",
            "IpPermissions": [{"IpProtocol": 7}]}]}"#;
        assert_eq!(concerned(group).as_deref(), Some("sg-1"));
        let instance = r#"{"Reservations": [{"ReservationId": "r-1", "Instances": [
            {"InstanceId": "i-1", "State": 3}]}]}"#;
        assert_eq!(concerned(instance).as_deref(), Some("i-1"));
    }

    #[test]
    fn what_has_no_readable_id_is_not_named() {
        assert_eq!(concerned(r#"{"SecurityGroups": [{"GroupId": 7, "VpcId": "vpc-1"}]}"#), None);
        assert_eq!(concerned(r#"{"Vpcs": 7}"#), None);
    }
}
