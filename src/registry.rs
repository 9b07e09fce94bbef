//! Which rule is decided by which probe. Whoever adds a rule adds one line here.

use crate::probes::{ContentTrust, Probe, SignedTags, UcpTrustedCa};
use crate::xccdf::Rule;
use crate::xccdf::ids::stem;

/// A rule of a STIG and the probe that decides it.
#[derive(Debug)]
pub struct Binding {
    /// The rule's number without its revision: `SV-235847`.
    pub rule: &'static str,
    /// Its STIG-ID: `DKER-EE-004370`.
    pub stig_id: &'static str,
    /// The number that it had in the first release: `SV-104867`.
    pub legacy: &'static str,
    /// What decides it.
    pub probe: &'static dyn Probe,
    /// SHA-256 of the check text that the probe was written for.
    pub check_digest: &'static str,
    /// Rules that ask the same thing, by STIG-ID. Two rules share a probe only if each names the other.
    pub aliases: &'static [&'static str],
}

/// Every rule that has a probe, by number.
pub static BINDINGS: &[Binding] = &[
    Binding {
        rule: "SV-235793",
        stig_id: "DKER-EE-001870",
        legacy: "SV-104757",
        probe: &UcpTrustedCa,
        check_digest: "7ef27ac91643554cbc0f5c1d5fbc1df4d44e2bd6d84b11ba1c256a533155499c",
        aliases: &["DKER-EE-003920", "DKER-EE-006190"],
    },
    Binding {
        rule: "SV-235838",
        stig_id: "DKER-EE-003590",
        legacy: "SV-104847",
        probe: &ContentTrust,
        check_digest: "cfe5f2f2bd89ecb86498a41cf0c8d2ec9614fc46817fc0af224f87a561abd676",
        aliases: &["DKER-EE-004370"],
    },
    Binding {
        rule: "SV-235841",
        stig_id: "DKER-EE-003920",
        legacy: "SV-104853",
        probe: &UcpTrustedCa,
        check_digest: "24072d1baffbaf3ba14554da9b59aba22e9e95e9411dadcdeafd0876372f889d",
        aliases: &["DKER-EE-001870", "DKER-EE-006190"],
    },
    Binding {
        rule: "SV-235846",
        stig_id: "DKER-EE-004260",
        legacy: "SV-104865",
        probe: &SignedTags,
        check_digest: "9409736048c72181fda3145073f69720402ffafb74fa3843effbaae505285a81",
        aliases: &[],
    },
    Binding {
        rule: "SV-235847",
        stig_id: "DKER-EE-004370",
        legacy: "SV-104867",
        probe: &ContentTrust,
        check_digest: "0e9634e1f6a3bd4891c3cfa158c93dd27dc06e7ff505d6e005d89df8dd58736c",
        aliases: &["DKER-EE-003590"],
    },
    Binding {
        rule: "SV-235871",
        stig_id: "DKER-EE-006190",
        legacy: "SV-104917",
        probe: &UcpTrustedCa,
        check_digest: "cf3e4eb2c5e47ce2115cc8c583fbe293f4f3de691c6ba59d996da6bf8cc2b272",
        aliases: &["DKER-EE-001870", "DKER-EE-003920"],
    },
];

/// The probe of a rule: by the rule's number, else by its STIG-ID, else by an id of older releases.
///
/// DISA gives every rule a new revision with every release, so revisions are not looked at.
#[must_use]
pub fn find(rule: &Rule) -> Option<&'static Binding> {
    let number = stem(&rule.id);
    let by_number = BINDINGS.iter().find(|b| number == Some(b.rule));
    let by_stig_id = || BINDINGS.iter().find(|b| b.stig_id == rule.version);
    let by_legacy = || {
        let mut old: Vec<&str> = rule.legacy_ids().collect();
        old.extend(number);
        BINDINGS.iter().find(|b| old.contains(&b.legacy))
    };
    by_number.or_else(by_stig_id).or_else(by_legacy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_stand_in_order_and_once() {
        assert!(BINDINGS.is_sorted_by(|a, b| a.rule < b.rule));
    }

    #[test]
    fn a_probe_is_shared_by_declared_aliases_only() {
        for a in BINDINGS {
            let name = a.probe.card().name;
            let sharing: Vec<&str> = BINDINGS
                .iter()
                .filter(|b| b.probe.card().name == name && b.rule != a.rule)
                .map(|b| b.stig_id)
                .collect();
            assert_eq!(sharing, a.aliases, "{}", a.stig_id);
        }
    }
}
