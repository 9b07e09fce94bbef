//! stigprobe runs DISA's STIGs for Docker Enterprise: it reads the benchmark, decides each rule from
//! evidence, and writes the results that assessors' tools take in.
//!
//! Data goes one way: a benchmark gives a [`plan`], the plan says what to [`collect`], what was
//! collected is [`evidence`], [`evaluate`] turns plan, evidence and [`policy`] into an [`outcome`], and
//! [`report`] writes it down. [`run`] is the whole story on one page.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod cci;
pub mod cli;
pub mod collect;
pub mod disa;
pub mod evaluate;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod history;
pub mod import;
pub mod input;
pub mod join;
pub mod lab;
pub mod lint;
pub mod outcome;
pub mod package;
pub mod plan;
pub mod policy;
pub mod printable;
pub mod probes;
pub mod registry;
pub mod report;
pub mod run;
pub mod shipped;
pub mod target;
pub mod tenable;
pub mod threads;
pub mod toml_file;
pub mod when;
pub mod xccdf;
pub mod xml;
