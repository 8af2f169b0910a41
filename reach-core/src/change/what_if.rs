use super::{Edit, EditError, apply};
use crate::Network;

impl Network {
    /// What the network would be after these edits, in order, all or none.
    ///
    /// # Errors
    ///
    /// [`EditError`] names the first edit that does not fit, and says why.
    ///
    /// # Complexity
    ///
    /// As [`Network::compile`] of the edited snapshot.
    pub fn with(&self, edits: &[Edit]) -> Result<Self, EditError> {
        let edited = apply(self.snapshot(), edits)?;
        Ok(Self::compile_noting(edited, self.notes().to_vec()))
    }
}
