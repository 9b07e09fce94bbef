//! What is scanned: configuration, asset identity and credentials.

pub mod asset;
pub mod config;
pub mod credentials;

pub use asset::Asset;
pub use credentials::{ClientBundle, Login};
