//! The two editions of XCCDF that results are written in, and how each calls things.

use crate::xccdf::ids::{Kind, v1_2};
use crate::xccdf::model::Schema;

/// How ids of 1.2 begin that stand for ids of DISA's.
const DISA: &str = "xccdf_mil.disa.stig_";

/// An edition of XCCDF as a writer sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edition(Schema);

impl Edition {
    /// XCCDF 1.2 (IR 7275 r4).
    pub(super) const V1_2: Edition = Edition(Schema::V1_2);
    /// XCCDF 1.1.4 (IR 7275 r3), in which DISA publishes manual STIGs.
    #[cfg(test)]
    pub(super) const V1_1: Edition = Edition(Schema::V1_1);

    /// Whether this is 1.2.
    pub(super) fn is_1_2(self) -> bool {
        self.0 == Schema::V1_2
    }

    /// The namespace of its elements.
    pub(super) fn namespace(self) -> &'static str {
        self.0.namespace()
    }

    /// `Benchmark/@style`: the edition of SCAP that goes with it.
    pub(super) fn style(self) -> &'static str {
        if self.is_1_2() { "SCAP_1.2" } else { "SCAP_1.1" }
    }

    /// The id of a thing: in the form that 1.2 prescribes, or as 1.1.4 has it, which is DISA's own.
    pub(super) fn id(self, kind: Kind, id: &str) -> String {
        if self.is_1_2() {
            return v1_2(kind, id);
        }
        // `<kind>_<name>` is left. Ids of other publishers stay as they are: nobody knows them by
        // another name, and short names of groups and rules could be the same.
        let name = id.strip_prefix(DISA).and_then(|rest| rest.split_once('_'));
        let id = name.map_or(id, |(_, name)| name);
        let safe = id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' });
        let safe: String = safe.collect();
        // The schema wants an NCName, which begins with a letter or an underscore.
        if safe.starts_with(|c: char| c.is_alphabetic() || c == '_') { safe } else { format!("_{safe}") }
    }
}

impl From<Schema> for Edition {
    fn from(schema: Schema) -> Self {
        Edition(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_map_there_and_back() {
        for (kind, id) in [
            (Kind::Rule, "SV-235775r960735_rule"),
            (Kind::Group, "V-235775"),
            (Kind::Profile, "MAC-1_Classified"),
            (Kind::Benchmark, "Docker_Enterprise_2-x_Linux-UNIX_STIG"),
        ] {
            let new = Edition::V1_2.id(kind, id);
            assert_eq!(Edition::V1_1.id(kind, &new), id);
            assert_eq!(Edition::V1_1.id(kind, id), id);
        }
    }

    #[test]
    fn what_is_no_name_becomes_one() {
        assert_eq!(Edition::V1_1.id(Kind::Benchmark, "A/B c"), "A-B-c");
        assert_eq!(Edition::V1_1.id(Kind::Rule, "1"), "_1");
        let other = "xccdf_org.example_rule_1";
        assert_eq!(Edition::V1_1.id(Kind::Rule, other), other);
    }
}
