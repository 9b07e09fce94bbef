//! The machine as a whole, on small documents.
