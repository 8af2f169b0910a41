//! Cases of section 20, asked of the oracle alone.
