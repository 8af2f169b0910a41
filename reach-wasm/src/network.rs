use reach_aws::aws_command;
use reach_core::change::EditFile;
use reach_core::packet::Traffic;
use reach_core::{PathsOptions, ScanOptions};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{self, PathsInput, ScanInput, TraceInput};
use crate::error;
use crate::loader::Loader;

/// The types of what goes in.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// The types of what comes out, made from those in Rust.
#[wasm_bindgen(typescript_custom_section)]
const ANSWERS: &str = include_str!("answers.d.ts");

/// A snapshot, compiled for questions. It never changes.
///
/// Everything that fails throws an `Error` with `code` and `details`, a `ReachError`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Network(pub(crate) reach_core::Network);

#[wasm_bindgen]
impl Network {
    /// Reads a snapshot: what `aws ec2 describe-*` printed, by file name.
    ///
    /// A content is JSON, or the bytes of a zip of JSON files. Names mean nothing, and neither do
    /// folders in them but `ACCOUNT/REGION/`: a file's kind is told by its top-level key, such as
    /// `SecurityGroups`. Nothing leaves the page.
    ///
    /// Throws where any of it cannot be read: `details` has `file`, `line`, `column` and `field`.
    /// What can be read but does not fit together is in {@link diagnostics}.
    #[wasm_bindgen(js_name = fromFiles)]
    pub fn from_files(
        #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array | string>")]
        files: &JsValue,
    ) -> Result<Network, JsValue> {
        let mut loader = Loader::new();
        for (name, bytes) in convert::files(files)? {
            loader.add(&name, &bytes)?;
        }
        loader.network()
    }

    /// What reading and compiling the snapshot noticed.
    #[wasm_bindgen(getter, unchecked_return_type = "Diagnostic[]")]
    pub fn diagnostics(&self) -> Result<JsValue, JsValue> {
        convert::to_js(&self.0.diagnostics())
    }

    /// What there is to ask about and to change, by AWS id.
    #[wasm_bindgen(unchecked_return_type = "Inventory")]
    pub fn inventory(&self) -> Result<JsValue, JsValue> {
        convert::to_js(&self.0.inventory())
    }

    /// Assesses instances with the rules package `network-reachability-1.1`: which ports can be
    /// reached from the internet, a peered VPC or a virtual private gateway.
    #[wasm_bindgen(unchecked_return_type = "Run")]
    pub fn scan(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "ScanOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let ScanInput { tags, listeners, baseline } = convert::options(options)?;
        let options = ScanOptions { tags: tags.into_pairs(), listeners, baseline };
        convert::to_js(&self.0.scan(&options))
    }

    /// Follows traffic from one end to another, reply included, and says what gets through, by
    /// which hops, and what stops the rest.
    ///
    /// `from` and `to` are the id of an instance, interface or gateway, a private or public
    /// address, a CIDR block, `"internet"`, or a `Name` tag that only one instance has.
    ///
    /// `traffic` is `"tcp/22"`, `"udp/53"`, `"tcp/8000-8080"`, `"icmp/echo-request"`,
    /// `"icmp/8/0"`, `"proto/50"` or `"any"`.
    #[wasm_bindgen(unchecked_return_type = "Trace")]
    pub fn trace(
        &self,
        from: &str,
        to: &str,
        traffic: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "TraceOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let options = convert::options::<TraceInput>(options)?.into();
        let traffic: Traffic = traffic.parse().map_err(|e| error::traffic(&e))?;
        let answer = self.0.trace(from, to, &traffic, &options).map_err(|e| error::query(&e))?;
        convert::to_js(&answer)
    }

    /// Every way from one end to another on which something gets through or may get through: the
    /// answer of {@link trace} without the ways on which nothing does.
    #[wasm_bindgen(unchecked_return_type = "Trace")]
    pub fn paths(
        &self,
        from: &str,
        to: &str,
        traffic: &str,
        #[wasm_bindgen(unchecked_optional_param_type = "PathsOptions")] options: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let PathsInput { trace, blocked } = convert::options(options)?;
        let options = PathsOptions { trace: trace.into(), blocked };
        let traffic: Traffic = traffic.parse().map_err(|e| error::traffic(&e))?;
        let answer = self.0.paths(from, to, &traffic, &options).map_err(|e| error::query(&e))?;
        convert::to_js(&answer)
    }

    /// The network as it would be after edits, made one after the other: all of them or none.
    ///
    /// An edit is named after the EC2 action that makes the change and has that action's
    /// parameters. `edits` is one edit, a list of edits, or JSON text of either.
    #[wasm_bindgen(js_name = withEdits)]
    pub fn with_edits(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Edits")] edits: &JsValue,
    ) -> Result<Network, JsValue> {
        let file: EditFile = convert::from_js(edits, "invalid_edit")?;
        self.0.with(&file.into_edits()).map(Self).map_err(|e| error::edit(&e))
    }

    /// The commands of the AWS command line that make edits true, one line each, for a POSIX shell.
    #[wasm_bindgen(js_name = awsCommands)]
    pub fn aws_commands(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Edits")] edits: &JsValue,
    ) -> Result<Vec<String>, JsValue> {
        let file: EditFile = convert::from_js(edits, "invalid_edit")?;
        let snapshot = self.0.snapshot();
        Ok(file.into_edits().iter().map(|edit| aws_command(edit, snapshot)).collect())
    }
}
