//! Ids: the digests that name a control and its check, and DISA's 1.1.4 ids in the form of 1.2.

use sha2::{Digest, Sha256};

use super::model::{CHECK_DIGEST, Rule};

/// SHA-256 as 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The id of a control: the same on every host, in every run, every release and both editions of a benchmark.
#[must_use]
pub fn control_id(benchmark_id: &str, stig_id: &str) -> String {
    let benchmark_id = bare(benchmark_id, "_benchmark_");
    sha256_hex(format!("stigprobe:control:v1\n{benchmark_id}\n{stig_id}\n").as_bytes())
}

/// The id of a control's check: changes when the check's text does.
#[must_use]
pub fn check_id(control_id: &str, check_digest: &str) -> String {
    sha256_hex(format!("{control_id}\n{check_digest}\n").as_bytes())
}

/// The digest of a rule's official check text.
///
/// A benchmark that states the digests of texts it does not carry does so with idents of
/// [`CHECK_DIGEST`]; every other benchmark carries the text itself. None when there is neither.
#[must_use]
pub fn check_digest(rule: &Rule) -> Option<String> {
    let stated = rule.idents.iter().find(|i| i.system == CHECK_DIGEST).map(|i| i.value.clone());
    stated.or_else(|| rule.check_content().map(|text| sha256_hex(text.as_bytes())))
}

/// The kinds of thing that XCCDF 1.2 gives ids to, with the word that stands in the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A benchmark.
    Benchmark,
    /// A profile.
    Profile,
    /// A group.
    Group,
    /// A rule.
    Rule,
    /// A Value.
    Value,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Benchmark => "benchmark",
            Kind::Profile => "profile",
            Kind::Group => "group",
            Kind::Rule => "rule",
            Kind::Value => "value",
        }
    }
}

/// An id in the form of XCCDF 1.2 (`xccdf_<namespace>_<kind>_<name>`), left alone if it has it already.
///
/// DISA's content is given the namespace `mil.disa.stig`, as DISA's own 1.2 files and STIG Manager
/// have it. Characters that an XML name cannot hold become `-`.
#[must_use]
pub fn v1_2(kind: Kind, id: &str) -> String {
    if id.starts_with("xccdf_") && id.contains(&format!("_{}_", kind.word())) {
        return id.to_owned();
    }
    let name: String =
        id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect();
    format!("xccdf_mil.disa.stig_{}_{name}", kind.word())
}

/// An id without what XCCDF 1.2 puts before it (`xccdf_<namespace>_<kind>_`); `kind` is `_rule_` and the like.
#[must_use]
pub fn bare<'a>(id: &'a str, kind: &str) -> &'a str {
    let rest = id.strip_prefix("xccdf_").and_then(|rest| {
        // A namespace has no underscore (IR 7275r4, 6.2.2).
        let name = &rest[rest.find('_')?..];
        name.strip_prefix(kind)
    });
    rest.filter(|name| !name.is_empty()).unwrap_or(id)
}

/// The part of a rule's id that stays when DISA revises it: `SV-235847` of `SV-235847r961770_rule`,
/// also with XCCDF 1.2's prefix. None when the id is not of DISA's form.
#[must_use]
pub fn stem(rule_id: &str) -> Option<&str> {
    let bare = bare(rule_id, "_rule_");
    let digits = bare.strip_prefix("SV-")?;
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &digits[len..];
    let ends_well = rest.is_empty() || rest.starts_with(['r', 'R', '_']);
    (len > 0 && ends_well).then(|| &bare[..3 + len])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        let vectors = [
            ("DKER-EE-004370", "8335a02ddfa9f324dcfec9a5bd70c0c078ca5a58ee2d447f2fb9fb82c313defd"),
            ("DKER-EE-004260", "0ec9495edf71700ee06543c91e813beb1764e86d199f16dd6936d4777b1021a6"),
            ("DKER-EE-006190", "9db6f971de47ff279231e11f3d7955fbf00f569f06e6763a53c9745fd47fec26"),
        ];
        for (stig_id, expected) in vectors {
            for prefix in ["", "xccdf_mil.disa.stig_benchmark_"] {
                let id = format!("{prefix}Docker_Enterprise_2-x_Linux-UNIX_STIG");
                assert_eq!(control_id(&id, stig_id), expected);
            }
        }
    }

    #[test]
    fn ids_of_1_2_are_made_once() {
        let id = v1_2(Kind::Rule, "SV-235847r961770_rule");
        assert_eq!(id, "xccdf_mil.disa.stig_rule_SV-235847r961770_rule");
        assert_eq!(v1_2(Kind::Rule, &id), id);
        assert_eq!(v1_2(Kind::Benchmark, "A/B"), "xccdf_mil.disa.stig_benchmark_A-B");
    }

    #[test]
    fn ids_lose_the_prefix_of_1_2() {
        for (id, kind, wanted) in [
            ("xccdf_mil.disa.stig_rule_SV-1r2_rule", "_rule_", "SV-1r2_rule"),
            ("SV-1r2_rule", "_rule_", "SV-1r2_rule"),
            ("xccdf_mil.disa.stig_benchmark_X_STIG", "_benchmark_", "X_STIG"),
            ("xccdf_mil.disa.stig_benchmark_X_STIG", "_rule_", "xccdf_mil.disa.stig_benchmark_X_STIG"),
            ("xccdf_a_group_the_rule_b", "_rule_", "xccdf_a_group_the_rule_b"),
            ("xccdf_a_rule_", "_rule_", "xccdf_a_rule_"),
            ("xccdf_", "_rule_", "xccdf_"),
        ] {
            assert_eq!(bare(id, kind), wanted, "{id}");
        }
    }

    #[test]
    fn stems() {
        assert_eq!(stem("SV-235847r961770_rule"), Some("SV-235847"));
        assert_eq!(stem("xccdf_mil.disa.stig_rule_SV-235847r961770_rule"), Some("SV-235847"));
        assert_eq!(stem("SV-235847"), Some("SV-235847"));
        for not in ["V-235847", "SV-", "SV-12x", "DKER-EE-004370", ""] {
            assert_eq!(stem(not), None, "{not}");
        }
    }
}
