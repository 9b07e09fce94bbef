//! XML at its lowest: a reader that trusts nothing, and a writer that cannot produce anything
//! ill-formed. Neither knows what the document is about.

pub mod names;
pub mod read;
pub mod write;
