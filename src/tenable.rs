//! The control ids that Tenable has published for rules of the Docker Enterprise STIG.
//!
//! They are opaque: no public rule computes them, and they change with the revision of a rule. So one
//! is carried only where exactly this revision is scanned, and never one of ours in its place.

/// Rule id with its revision, and the id that tenable.com shows for it.
const PUBLISHED: [(&str, &str); 12] = [
    (
        "SV-235803r627536_rule",
        "a10965d1bb75e68ecc85af061cab4515d9d803c17943915e5491b81eccecb167",
    ),
    (
        "SV-235816r960963_rule",
        "6f34c338f75cb440ad253d5995e0aed5c022f325951a802d4ddc3345ceb2a40e",
    ),
    (
        "SV-235827r627608_rule",
        "7192943ebf63cd52cd30c75184c6ca1fa4b8b444425c17576b0131675b79a4a6",
    ),
    (
        "SV-235827r961155_rule",
        "58917363890f3039474e73c3e2df3adfc0919b34554eb134b52a302e429cad4e",
    ),
    (
        "SV-235847r627668_rule",
        "49b2b4e72874dce3358ac1eeef26b399218933c591565dd76d24a113c7cfadb4",
    ),
    (
        "SV-235851r961863_rule",
        "e1812ea36550107d5aba49962bfe9b32f735d0ca72b0a48d8a3f311de55fc732",
    ),
    (
        "SV-235853r961863_rule",
        "7be037bcb2c7dbe7af0083507d50a2c19ee4c134414ff13eebfc076405880eae",
    ),
    (
        "SV-235854r961863_rule",
        "3a397c8004389b9eadcc92db1fb3cd28e98c089509ae74de95db1112aecadb3d",
    ),
    (
        "SV-235867r961863_rule",
        "a690ca1c90210061523500a76f197e4b9de117eb1bfa47f1d7e2c69a0e6687bd",
    ),
    (
        "SV-235868r961863_rule",
        "ecdd8752df0b07813c9b17769deec33eec8de9636e57d9b0039ce6922ef64124",
    ),
    (
        "SV-235869r961863_rule",
        "f622619001b6e87af50eac1754e09efd657eba05fae1859bfadac37869ee9f2b",
    ),
    (
        "SV-235871r627740_rule",
        "dd20d68a6dab3f4239d24f55390902383b9b61dca1557abfcc61e59cf6eb6fea",
    ),
];

/// Tenable's control id for this revision of a rule, where it is public.
#[must_use]
pub fn control_id(rule_id: &str) -> Option<&'static str> {
    let bare = rule_id
        .split_once("_rule_")
        .map_or(rule_id, |(_, rest)| rest);
    PUBLISHED
        .iter()
        .find(|(rule, _)| *rule == bare)
        .map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_revision_has_one() {
        let id = "49b2b4e72874dce3358ac1eeef26b399218933c591565dd76d24a113c7cfadb4";
        assert_eq!(control_id("SV-235847r627668_rule"), Some(id));
        assert_eq!(
            control_id("xccdf_mil.disa.stig_rule_SV-235847r627668_rule"),
            Some(id)
        );
        assert_eq!(control_id("SV-235847r961770_rule"), None);
        assert!(
            PUBLISHED
                .iter()
                .all(|(rule, id)| rule.ends_with("_rule") && id.len() == 64)
        );
    }
}
