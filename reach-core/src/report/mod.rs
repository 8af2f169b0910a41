//! Plain data into the formats of other tools: SARIF, ASFF, OCSF, Mermaid, SVG, HTML.
//!
//! Empty so far.
