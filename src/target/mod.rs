//! What is scanned: configuration, asset identity and credentials.

pub mod asset;
pub mod config;
pub mod credentials;
pub mod engine;
pub mod marking;
pub mod pin;

pub use asset::Asset;
pub use credentials::{ClientBundle, Login};
pub use engine::EngineUri;
pub use pin::Pin;
