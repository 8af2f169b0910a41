//! Prints the types of what the package answers, as TypeScript, from the types in Rust.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::collections::BTreeMap;

use reach_core::{Diagnostic, Inventory, Run, TraceAnswer};
use ts_rs::{Config, TS, TypeVisitor};

fn main() {
    let mut types = Types(BTreeMap::new());
    types.visit::<Diagnostic>();
    types.visit::<Inventory>();
    types.visit::<Run>();
    // Named where types are written by hand.
    types.visit::<reach_core::Severity>();
    types.visit::<TraceAnswer>();
    println!("// Made by `make types` from the types in Rust. Do not edit.");
    for declaration in types.0.values() {
        println!("\n{declaration}");
    }
}

/// Declarations by name.
struct Types(BTreeMap<String, String>);

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let config = Config::default();
        // What is no type of ours has no declaration.
        let Some(_) = T::output_path() else { return };
        let name = T::ident(&config);
        if self.0.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        // What follows the first paragraph is for users of the Rust types.
        let docs = match docs.split_once("\n *\n") {
            Some((first, _)) => format!("{first}\n */\n"),
            None => docs,
        };
        self.0.insert(name, laid_out(&format!("{docs}export {}", T::decl(&config))));
        T::visit_dependencies(self);
    }
}

/// A line for each field, a line for each short comment.
fn laid_out(declaration: &str) -> String {
    let lines = declaration
        .replace("[`", "`")
        .replace("`]", "`")
        .replace("= { \"", "= {\n\"")
        .replace("{ \n", "{\n")
        .replace(", \n", ",\n")
        .replace(", };", ",\n};")
        .replace(", } | { ", ",\n} | {\n");
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for line in lines.lines() {
        inside &= !line.starts_with('}');
        let indent = if inside { "  " } else { "" };
        match (line, out.as_slice()) {
            (" */", [.., open, text]) if open.trim() == "/**" => {
                let text = text.trim().trim_start_matches("* ").to_owned();
                out.truncate(out.len() - 2);
                out.push(format!("{indent}/** {text} */"));
            }
            _ => out.push(format!("{indent}{line}")),
        }
        inside |= line.ends_with('{');
    }
    out.join("\n")
}
