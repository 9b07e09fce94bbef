//! Whom results speak of, in the shapes that importers take: what does not fit is left out, because
//! one odd value makes them refuse the whole file.

use std::net::IpAddr;

use super::clean::{clean, line, prefix, units};
use super::text::{maker, tool, unlabelled};
use crate::facts::Need;
use crate::outcome::{Endpoint, Outcome, SIMULATED};
use crate::target::Asset;
use crate::target::asset::{AssetType, Service, macs};
pub(super) use crate::xccdf::ids::bare;

/// The longest name STIG Manager takes, and what it keeps of an address list.
const LONGEST: usize = 255;

/// The name of the asset.
pub(super) fn name(asset: &Asset) -> String {
    prefix(&line(&asset.name), LONGEST).to_owned()
}

/// The addresses that are addresses.
pub(super) fn ips(asset: &Asset) -> Vec<IpAddr> {
    asset.ip.iter().filter_map(|ip| ip.trim().parse().ok()).collect()
}

/// The addresses under which the asset is known: its own, else those that it was asked at.
pub(super) fn addresses(outcome: &Outcome) -> Vec<IpAddr> {
    let mut found = ips(&outcome.asset);
    if found.is_empty() {
        for ip in hosts(outcome).filter_map(|host| host.parse().ok()) {
            if !found.contains(&ip) {
                found.push(ip);
            }
        }
    }
    found
}

/// The domain name of the asset: its own, else the first name that it was asked by.
pub(super) fn domain(outcome: &Outcome) -> String {
    let own = fqdn(&outcome.asset);
    if !own.is_empty() {
        return own.to_owned();
    }
    let asked = hosts(outcome).map(|host| Asset { fqdn: host.to_owned(), ..Asset::default() });
    let mut names = asked.map(|asset| fqdn(&asset).to_owned());
    names.find(|name| !name.is_empty()).unwrap_or_default()
}

/// The hosts of the URLs that were asked, without port and brackets.
fn hosts(outcome: &Outcome) -> impl Iterator<Item = &str> {
    outcome.endpoints.iter().filter_map(|endpoint| {
        let (_, rest) = endpoint.url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        match authority.strip_prefix('[') {
            Some(v6) => v6.split(']').next(),
            None => authority.split(':').next(),
        }
    })
}

/// The addresses for one field, separated by spaces; as many as importers keep whole.
pub(super) fn ip_list(asset: &Asset) -> String {
    let mut list = String::new();
    for ip in ips(asset) {
        let ip = ip.to_string();
        if !list.is_empty() && list.len() + 1 + ip.len() > LONGEST {
            break;
        }
        if !list.is_empty() {
            list.push(' ');
        }
        list.push_str(&ip);
    }
    list
}

/// An address as NIST's schemas want it: IPv6 with all eight groups.
pub(super) fn expanded(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => v6.segments().map(|group| format!("{group:x}")).join(":"),
    }
}

/// The MAC addresses for one field, separated by blanks, as importers take them.
pub(super) fn mac(asset: &Asset) -> String {
    macs(&asset.mac).0.join(" ")
}

/// The domain name if Heimdall's check passes it: labels that neither begin nor end with a hyphen,
/// the last of letters only.
pub(super) fn fqdn(asset: &Asset) -> &str {
    let fqdn = asset.importable_fqdn();
    let labels_fit = fqdn.split('.').all(|l| (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-'));
    let top = fqdn.rsplit('.').next().unwrap_or_default();
    let top_fits = top.len() > 1 && (top.bytes().all(|b| b.is_ascii_alphabetic()) || top.starts_with("xn--"));
    if labels_fit && top_fits { fqdn } else { "" }
}

/// The remark on the target: that it is simulated, what the configuration says of it, whose words the checklist holds,
/// and what was asked; `marking` where the format has no other place for one. STIG Manager makes it the asset's
/// description and keeps [`LONGEST`] characters: what others wrote stands whole, and what was asked takes the room that
/// is left, as many addresses as fit and the number of the others.
pub(super) fn remark(outcome: &Outcome, marking: &str) -> String {
    let comment = clean(&outcome.asset.comment).trim().to_owned();
    let notice = outcome.simulated_notice().filter(|n| !comment.contains(n.as_str())).unwrap_or_default();
    let texts = if outcome.source.shipped { "The texts of the rules are stigprobe's own, not DISA's." } else { "" };
    let marking = line(marking);
    let marking = if marking.is_empty() { marking } else { format!("Marking: {marking}") };
    let joined = |asked: &str| {
        let parts = [&notice, &comment, asked, texts, &marking];
        let parts: Vec<&str> = parts.into_iter().map(|part| part as &str).filter(|part| !part.is_empty()).collect();
        unlabelled(&parts.join("\n"))
    };
    let mut ways = (0..=outcome.endpoints.len()).rev().map(|shown| joined(&asked(outcome, shown)));
    ways.find(|text| units(text) <= LONGEST).unwrap_or_else(|| joined(""))
}

/// What was asked, the first so many by their addresses.
fn asked(outcome: &Outcome, shown: usize) -> String {
    let (shown, others) = outcome.endpoints.split_at(shown);
    let pinned = |e: &Endpoint| e.pin.as_ref().map(|pin| format!(" (pinned certificate {})", pin.short()));
    let shown = shown.iter().map(|e| format!("{} {}{}", line(&e.kind), line(&e.url), pinned(e).unwrap_or_default()));
    let mut all: Vec<String> = shown.collect();
    match (all.len(), others.len()) {
        (0, 0) => return String::new(),
        (_, 0) => {}
        (0, 1) => all.push("1 target".into()),
        (0, count) => all.push(format!("{count} targets")),
        (_, count) => all.push(format!("{count} more")),
    }
    format!("Scanned by {}: {}", maker(outcome), all.join(", "))
}

/// Whether the asset is a service on its host, and which: site and instance, empty where they are not said.
pub(super) fn service(asset: &Asset) -> (bool, String, String) {
    match asset.service() {
        None => (false, String::new(), String::new()),
        Some(Service { site, instance }) => (true, line(site), line(instance)),
    }
}

/// A title that begins by saying that the run is simulated, where it is.
pub(super) fn marked(outcome: &Outcome, title: &str) -> String {
    if outcome.simulated.is_some() && !title.starts_with(SIMULATED) {
        format!("{SIMULATED}: {title}")
    } else {
        title.to_owned()
    }
}

/// Who asked, in words, for XCCDF's `identity`: never empty.
pub(super) fn account(outcome: &Outcome) -> String {
    let accounts: Vec<String> = outcome
        .endpoints
        .iter()
        .map(|e| {
            let who = e.identity.as_deref().map(line).filter(|who| !who.is_empty());
            format!("{}: {}", line(&e.kind), who.as_deref().unwrap_or("not authenticated"))
        })
        .collect();
    if accounts.is_empty() { "not authenticated".into() } else { accounts.join(", ") }
}

/// Whether every target was asked with an account.
pub(super) fn authenticated(outcome: &Outcome) -> bool {
    let with_account = |e: &crate::outcome::Endpoint| e.identity.as_deref().is_some_and(|i| !i.trim().is_empty());
    !outcome.endpoints.is_empty() && outcome.endpoints.iter().all(with_account)
}

/// Whether the account was seen to be an administrator's: only those are given UCP's configuration.
pub(super) fn privileged(outcome: &Outcome) -> bool {
    let mut observations = outcome.rules.iter().flat_map(|rule| &rule.observations);
    authenticated(outcome) && observations.any(|o| o.origin().fact == Need::UcpConfig)
}

/// XCCDF's `target-facts`, names and values: in the words of SCC, of `OpenSCAP` and of STIG Manager,
/// which each look for their own, and in ours. A fact without a value is left out.
pub(super) fn facts(outcome: &Outcome) -> Vec<(&'static str, String)> {
    const SCC: [&str; 5] = [
        "urn:scap:fact:asset:identifier:host_name",
        "urn:scap:fact:asset:identifier:fqdn",
        "urn:scap:fact:asset:identifier:ipv4",
        "urn:scap:fact:asset:identifier:ipv6",
        "urn:scap:fact:asset:identifier:mac",
    ];
    const OPENSCAP: [&str; 5] = [
        "urn:xccdf:fact:asset:identifier:host_name",
        "urn:xccdf:fact:asset:identifier:fqdn",
        "urn:xccdf:fact:asset:identifier:ipv4",
        "urn:xccdf:fact:asset:identifier:ipv6",
        "urn:xccdf:fact:asset:identifier:mac",
    ];
    let asset = &outcome.asset;
    let mut facts = Vec::new();
    for [host, fqdn_name, v4, v6, mac_name] in [SCC, OPENSCAP] {
        facts.push((host, name(asset)));
        facts.push((fqdn_name, fqdn(asset).to_owned()));
        facts.extend(ips(asset).into_iter().map(|ip| (if ip.is_ipv4() { v4 } else { v6 }, expanded(ip))));
        facts.extend(macs(&asset.mac).0.into_iter().map(|mac| (mac_name, mac)));
    }
    let policy = outcome.policy_sha256.clone().unwrap_or_default();
    let simulated = outcome.simulated.as_deref().map(line).unwrap_or_default();
    facts.extend([
        ("urn:xccdf:fact:scanner:name", line(&outcome.maker.name)),
        ("urn:xccdf:fact:scanner:version", line(&outcome.maker.version)),
        ("tag:stig-manager@users.noreply.github.com,2020:asset:name", name(asset)),
        ("tag:stig-manager@users.noreply.github.com,2020:asset:description", remark(outcome, "")),
        ("tag:stig-manager@users.noreply.github.com,2020:asset:fqdn", fqdn(asset).to_owned()),
        ("tag:stig-manager@users.noreply.github.com,2020:asset:ip", ip_list(asset)),
        ("tag:stig-manager@users.noreply.github.com,2020:asset:mac", mac(asset)),
        ("urn:stigprobe:fact:simulated", simulated),
        (
            "urn:stigprobe:fact:interpretation",
            if outcome.maker.is_ours() { outcome.interpretation.word().to_owned() } else { String::new() },
        ),
        ("urn:stigprobe:fact:converted-from", converted(outcome)),
        ("urn:stigprobe:fact:evidence-sha256", outcome.evidence_sha256.clone()),
        ("urn:stigprobe:fact:policy-sha256", policy),
        ("urn:stigprobe:fact:marking", line(&asset.marking)),
    ]);
    if asset.kind == AssetType::NonComputing {
        facts.push(("tag:stig-manager@users.noreply.github.com,2020:asset:noncomputing", "true".to_owned()));
    }
    if let (true, site, instance) = service(asset) {
        // The metadata that STIG Manager makes of a checklist's WEB_OR_DATABASE, and keys assets on.
        facts.extend([
            ("tag:stig-manager@users.noreply.github.com,2020:asset:metadata:cklWebOrDatabase", "true".to_owned()),
            ("tag:stig-manager@users.noreply.github.com,2020:asset:metadata:cklHostName", name(asset)),
            ("tag:stig-manager@users.noreply.github.com,2020:asset:metadata:cklWebDbSite", site),
            ("tag:stig-manager@users.noreply.github.com,2020:asset:metadata:cklWebDbInstance", instance),
        ]);
    }
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// The file that the results were read from, where they were: its name, kind and digest.
pub(super) fn converted(outcome: &Outcome) -> String {
    let from = outcome.imported.as_ref();
    from.map_or(String::new(), |from| {
        format!("{} ({}, sha256 {}), by {}", line(&from.file), line(&from.format), from.sha256, tool())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Endpoint;
    use crate::report::fixture;

    #[test]
    fn addresses_that_fit() {
        let asset = Asset {
            ip: ["10.0.0.5", "10.0.0.6/24", "fe80::1"].map(String::from).into(),
            mac: "02:42:ac:11:00:02".into(),
            ..Asset::default()
        };
        assert_eq!(ip_list(&asset), "10.0.0.5 fe80::1");
        assert_eq!(expanded(ips(&asset)[1]), "fe80:0:0:0:0:0:0:1");
        assert_eq!(mac(&asset), "02:42:AC:11:00:02");
        let two = Asset { mac: "02-42-AC-11-00-02 x 0242.ac11.0003".into(), ..Asset::default() };
        assert_eq!(mac(&two), "02:42:AC:11:00:02 02:42:AC:11:00:03");
        let many = Asset { ip: vec!["2001:db8:1111:2222:3333:4444:5555:6666".into(); 20], ..Asset::default() };
        assert!(ip_list(&many).len() <= 255);
    }

    #[test]
    fn a_remark_keeps_what_others_wrote_and_fits_what_importers_keep() {
        let mut outcome = fixture::outcome();
        outcome.asset.comment = "rack 7".into();
        let endpoint = outcome.endpoints[0].clone();
        for count in [0, 1, 2, 3, 40] {
            outcome.endpoints = (0..count)
                .map(|at| Endpoint { url: format!("https://node{at:02}.docker.example.mil:8443"), ..endpoint.clone() })
                .collect();
            for simulated in [None, Some("unsigned-many,config-403".to_owned())] {
                outcome.simulated = simulated;
                for shipped in [false, true] {
                    outcome.source.shipped = shipped;
                    let text = remark(&outcome, "CUI//SP-CTI");
                    assert!(units(&text) <= LONGEST, "{}: {text}", units(&text));
                    assert!(text.contains("rack 7") && text.ends_with("Marking: CUI//SP-CTI"), "{text}");
                    assert_eq!(text.contains("Scanned by "), count > 0, "{text}");
                }
            }
        }
        assert!(remark(&outcome, "").contains("Scanned by stigprobe"), "{}", remark(&outcome, ""));
        outcome.simulated = None;
        let text = remark(&outcome, "");
        assert!(text.contains("UCP https://node00.docker.example.mil:8443") && text.contains(" more"), "{text}");
        outcome.asset.comment = "words of an assessor ".repeat(40).trim_end().to_owned();
        let text = remark(&outcome, "");
        assert!(text.starts_with(&outcome.asset.comment) && !text.contains("Scanned by"), "{text}");
    }

    #[test]
    fn domain_names_that_fit() {
        for (given, taken) in [
            ("ucp.example.mil", true),
            ("ucp01", false),
            ("ucp.lab1", false),
            ("a_b.mil", false),
            ("-a.mil", false),
            ("a..mil", false),
        ] {
            let asset = Asset { fqdn: given.into(), ..Asset::default() };
            assert_eq!(fqdn(&asset), if taken { given } else { "" });
        }
    }

    #[test]
    fn nothing_is_claimed_of_an_account_that_was_not_seen() {
        let mut outcome = fixture::outcome();
        assert!(authenticated(&outcome) && privileged(&outcome));
        for rule in &mut outcome.rules {
            rule.observations.clear();
        }
        assert!(authenticated(&outcome) && !privileged(&outcome));
        outcome.endpoints[0].identity = None;
        assert!(!authenticated(&outcome));
        outcome.endpoints.clear();
        assert_eq!(account(&outcome), "not authenticated");
    }
}
