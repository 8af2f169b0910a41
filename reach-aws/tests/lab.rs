//! The lab's story, played on the built command.
