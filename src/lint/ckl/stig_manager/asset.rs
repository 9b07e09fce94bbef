//! The asset: its name, by which it is found, and its addresses.

use super::{SECOND, structure};
use crate::lint::check::Effect::{Cut, Mangled, Refused};
use crate::lint::check::{Found, Row};
use crate::lint::ckl::Ckl;
use crate::lint::shape::{self, Shape};
use crate::lint::stig_manager::{MOST_NAME, row};
use crate::lint::text;

row!(
    HOST,
    "host-name",
    Refused,
    "HOST_NAME is missing or empty, or has more than 255 characters",
    "Write the name of the asset into HOST_NAME."
);
row!(
    HOST_SHAPE,
    "host-name",
    Mangled,
    "HOST_NAME is there twice, or has an attribute, a comment or a CDATA section: the name becomes an object",
    "Write HOST_NAME once, as text alone."
);
row!(
    ASSET_LONG,
    "asset-field",
    Cut,
    "HOST_IP, HOST_FQDN or HOST_MAC has more than 255 characters",
    "Give the asset's main addresses only."
);

pub(super) static ROWS: &[&Row] = &[&HOST, &HOST_SHAPE, &ASSET_LONG];

pub(super) fn check(ckl: &Ckl<'_>, found: &mut Found) {
    let second = ckl.tree.named(ckl.root, "ASSET").nth(1);
    if let Some(second) = second {
        found.add(&SECOND, ckl.at(second), "ASSET", "a second ASSET is not read");
    }
    let Some(asset) = ckl.asset.filter(|id| !shape::is_leaf(ckl.tree, *id)) else {
        structure(ckl, ckl.asset.unwrap_or(ckl.root), "there is no ASSET with anything in it", found);
        return;
    };
    let host = ckl.tree.child(asset, "HOST_NAME");
    let at = ckl.at(host.unwrap_or(asset));
    match shape::child(ckl.tree, asset, "HOST_NAME") {
        Shape::Absent => found.add(&HOST, at, "HOST_NAME", "there is no HOST_NAME"),
        Shape::Text(name) if name.is_empty() => found.add(&HOST, at, "HOST_NAME", "it is empty"),
        Shape::Text(name) if text::units(&name) > MOST_NAME => {
            found.add(&HOST, at, "HOST_NAME", "it has more than 255 characters");
        }
        Shape::Text(_) => {}
        Shape::Other(why) => found.add(&HOST_SHAPE, at, "HOST_NAME", why),
    }
    for field in ["HOST_IP", "HOST_FQDN", "HOST_MAC"] {
        let Some(id) = ckl.tree.child(asset, field) else {
            continue;
        };
        if text::units(&text::of(ckl.tree, id)) > MOST_NAME {
            found.add(&ASSET_LONG, ckl.at(id), field, "it has more than 255 characters");
        }
    }
}
