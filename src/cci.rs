//! From DISA's control correlation identifiers to the controls of NIST SP 800-53.
//!
//! The CCIs of the STIGs that are shipped, as DISA's CCI list of 2023-06-07 maps them to revisions 4
//! and 5 (`U_CCI_List.xml`). A CCI that is not here is simply not mapped.

/// A CCI with the control that it is part of.
struct Mapped {
    cci: &'static str,
    rev4: &'static str,
    rev5: &'static str,
}

/// The control of SP 800-53 revision 5 that a CCI is part of, else that of revision 4, as DISA
/// writes it: `CM-7 a`, `SC-8 (1)`.
#[must_use]
pub fn control(cci: &str) -> Option<&'static str> {
    let at = TABLE.binary_search_by_key(&cci, |mapped| mapped.cci).ok()?;
    let found = &TABLE[at];
    [found.rev5, found.rev4].into_iter().find(|c| !c.is_empty())
}

/// The same without the part of its statement: `CM-7`, `SC-8 (1)`.
#[must_use]
pub fn base_control(cci: &str) -> Option<String> {
    let mut words = control(cci)?.split_whitespace();
    let number = words.next()?;
    match words.next() {
        Some(enhancement) if is_enhancement(enhancement) => Some(format!("{number} {enhancement}")),
        _ => Some(number.to_owned()),
    }
}

fn is_enhancement(word: &str) -> bool {
    word.strip_prefix('(').and_then(|w| w.strip_suffix(')')).is_some_and(|w| w.bytes().all(|b| b.is_ascii_digit()))
}

#[rustfmt::skip]
const TABLE: &[Mapped] = &[
    Mapped { cci: "CCI-000015", rev4: "AC-2 (1)", rev5: "AC-2 (1)" },
    Mapped { cci: "CCI-000016", rev4: "AC-2 (2)", rev5: "AC-2 (2)" },
    Mapped { cci: "CCI-000017", rev4: "AC-2 (3)", rev5: "AC-2 (3) (d)" },
    Mapped { cci: "CCI-000018", rev4: "AC-2 (4)", rev5: "AC-2 (4)" },
    Mapped { cci: "CCI-000044", rev4: "AC-7 a", rev5: "AC-7 a" },
    Mapped { cci: "CCI-000048", rev4: "AC-8 a", rev5: "AC-8 a" },
    Mapped { cci: "CCI-000054", rev4: "AC-10", rev5: "AC-10" },
    Mapped { cci: "CCI-000057", rev4: "AC-11 a", rev5: "AC-11 a" },
    Mapped { cci: "CCI-000060", rev4: "AC-11 (1)", rev5: "AC-11 (1)" },
    Mapped { cci: "CCI-000067", rev4: "AC-17 (1)", rev5: "AC-17 (1)" },
    Mapped { cci: "CCI-000068", rev4: "AC-17 (2)", rev5: "AC-17 (2)" },
    Mapped { cci: "CCI-000130", rev4: "AU-3", rev5: "AU-3 a" },
    Mapped { cci: "CCI-000131", rev4: "AU-3", rev5: "AU-3 b" },
    Mapped { cci: "CCI-000132", rev4: "AU-3", rev5: "AU-3 c" },
    Mapped { cci: "CCI-000133", rev4: "AU-3", rev5: "AU-3 d" },
    Mapped { cci: "CCI-000134", rev4: "AU-3", rev5: "AU-3 e" },
    Mapped { cci: "CCI-000135", rev4: "AU-3 (1)", rev5: "AU-3 (1)" },
    Mapped { cci: "CCI-000139", rev4: "AU-5 a", rev5: "AU-5 a" },
    Mapped { cci: "CCI-000140", rev4: "AU-5 b", rev5: "AU-5 b" },
    Mapped { cci: "CCI-000154", rev4: "AU-6 (4)", rev5: "AU-6 (4)" },
    Mapped { cci: "CCI-000158", rev4: "AU-7 (1)", rev5: "AU-7 (1)" },
    Mapped { cci: "CCI-000166", rev4: "AU-10", rev5: "AU-10" },
    Mapped { cci: "CCI-000169", rev4: "AU-12 a", rev5: "AU-12 a" },
    Mapped { cci: "CCI-000171", rev4: "AU-12 b", rev5: "AU-12 b" },
    Mapped { cci: "CCI-000172", rev4: "AU-12 c", rev5: "AU-12 c" },
    Mapped { cci: "CCI-000185", rev4: "IA-5 (2) (a)", rev5: "IA-5 (2) (b) (1)" },
    Mapped { cci: "CCI-000186", rev4: "IA-5 (2) (b)", rev5: "IA-5 (2) (a) (1)" },
    Mapped { cci: "CCI-000187", rev4: "IA-5 (2) (c)", rev5: "IA-5 (2) (a) (2)" },
    Mapped { cci: "CCI-000192", rev4: "IA-5 (1) (a)", rev5: "" },
    Mapped { cci: "CCI-000193", rev4: "IA-5 (1) (a)", rev5: "" },
    Mapped { cci: "CCI-000194", rev4: "IA-5 (1) (a)", rev5: "" },
    Mapped { cci: "CCI-000195", rev4: "IA-5 (1) (b)", rev5: "" },
    Mapped { cci: "CCI-000196", rev4: "IA-5 (1) (c)", rev5: "" },
    Mapped { cci: "CCI-000197", rev4: "IA-5 (1) (c)", rev5: "IA-5 (1) (c)" },
    Mapped { cci: "CCI-000198", rev4: "IA-5 (1) (d)", rev5: "" },
    Mapped { cci: "CCI-000199", rev4: "IA-5 (1) (d)", rev5: "" },
    Mapped { cci: "CCI-000200", rev4: "IA-5 (1) (e)", rev5: "" },
    Mapped { cci: "CCI-000205", rev4: "IA-5 (1) (a)", rev5: "" },
    Mapped { cci: "CCI-000213", rev4: "AC-3", rev5: "AC-3" },
    Mapped { cci: "CCI-000366", rev4: "CM-6 b", rev5: "CM-6 b" },
    Mapped { cci: "CCI-000381", rev4: "CM-7 a", rev5: "CM-7 a" },
    Mapped { cci: "CCI-000382", rev4: "CM-7 b", rev5: "CM-7 b" },
    Mapped { cci: "CCI-000764", rev4: "IA-2", rev5: "IA-2" },
    Mapped { cci: "CCI-000765", rev4: "IA-2 (1)", rev5: "IA-2 (1)" },
    Mapped { cci: "CCI-000766", rev4: "IA-2 (2)", rev5: "IA-2 (2)" },
    Mapped { cci: "CCI-000767", rev4: "IA-2 (3)", rev5: "" },
    Mapped { cci: "CCI-000768", rev4: "IA-2 (4)", rev5: "" },
    Mapped { cci: "CCI-000770", rev4: "IA-2 (5)", rev5: "" },
    Mapped { cci: "CCI-000778", rev4: "IA-3", rev5: "IA-3" },
    Mapped { cci: "CCI-000795", rev4: "IA-4 e", rev5: "" },
    Mapped { cci: "CCI-000803", rev4: "IA-7", rev5: "IA-7" },
    Mapped { cci: "CCI-001067", rev4: "RA-5 (5)", rev5: "RA-5 (5)" },
    Mapped { cci: "CCI-001084", rev4: "SC-3", rev5: "SC-3" },
    Mapped { cci: "CCI-001090", rev4: "SC-4", rev5: "SC-4" },
    Mapped { cci: "CCI-001094", rev4: "SC-5 (1)", rev5: "SC-5 (1)" },
    Mapped { cci: "CCI-001095", rev4: "SC-5 (2)", rev5: "SC-5 (2)" },
    Mapped { cci: "CCI-001133", rev4: "SC-10", rev5: "SC-10" },
    Mapped { cci: "CCI-001184", rev4: "SC-23", rev5: "SC-23" },
    Mapped { cci: "CCI-001188", rev4: "SC-23 (3)", rev5: "SC-23 (3)" },
    Mapped { cci: "CCI-001199", rev4: "SC-28", rev5: "SC-28" },
    Mapped { cci: "CCI-001314", rev4: "SI-11 b", rev5: "SI-11 b" },
    Mapped { cci: "CCI-001368", rev4: "AC-4", rev5: "AC-4" },
    Mapped { cci: "CCI-001403", rev4: "AC-2 (4)", rev5: "AC-2 (4)" },
    Mapped { cci: "CCI-001404", rev4: "AC-2 (4)", rev5: "AC-2 (4)" },
    Mapped { cci: "CCI-001405", rev4: "AC-2 (4)", rev5: "AC-2 (4)" },
    Mapped { cci: "CCI-001414", rev4: "AC-4", rev5: "AC-4" },
    Mapped { cci: "CCI-001453", rev4: "AC-17 (2)", rev5: "AC-17 (2)" },
    Mapped { cci: "CCI-001462", rev4: "AU-14 (2)", rev5: "" },
    Mapped { cci: "CCI-001464", rev4: "AU-14 (1)", rev5: "AU-14 (1)" },
    Mapped { cci: "CCI-001487", rev4: "AU-3", rev5: "AU-3 f" },
    Mapped { cci: "CCI-001499", rev4: "CM-5 (6)", rev5: "CM-5 (6)" },
    Mapped { cci: "CCI-001619", rev4: "IA-5 (1) (a)", rev5: "" },
    Mapped { cci: "CCI-001665", rev4: "SC-24", rev5: "SC-24" },
    Mapped { cci: "CCI-001683", rev4: "AC-2 (4)", rev5: "" },
    Mapped { cci: "CCI-001684", rev4: "AC-2 (4)", rev5: "" },
    Mapped { cci: "CCI-001685", rev4: "AC-2 (4)", rev5: "" },
    Mapped { cci: "CCI-001686", rev4: "AC-2 (4)", rev5: "" },
    Mapped { cci: "CCI-001749", rev4: "CM-5 (3)", rev5: "" },
    Mapped { cci: "CCI-001762", rev4: "CM-7 (1) (b)", rev5: "CM-7 (1) (b)" },
    Mapped { cci: "CCI-001764", rev4: "CM-7 (2)", rev5: "CM-7 (2)" },
    Mapped { cci: "CCI-001774", rev4: "CM-7 (5) (b)", rev5: "CM-7 (5) (b)" },
    Mapped { cci: "CCI-001811", rev4: "CM-11 (1)", rev5: "" },
    Mapped { cci: "CCI-001812", rev4: "CM-11 (2)", rev5: "" },
    Mapped { cci: "CCI-001813", rev4: "CM-5 (1)", rev5: "CM-5 (1) (a)" },
    Mapped { cci: "CCI-001814", rev4: "CM-5 (1)", rev5: "" },
    Mapped { cci: "CCI-001849", rev4: "AU-4", rev5: "AU-4" },
    Mapped { cci: "CCI-001851", rev4: "AU-4 (1)", rev5: "AU-4 (1)" },
    Mapped { cci: "CCI-001855", rev4: "AU-5 (1)", rev5: "AU-5 (1)" },
    Mapped { cci: "CCI-001858", rev4: "AU-5 (2)", rev5: "AU-5 (2)" },
    Mapped { cci: "CCI-001941", rev4: "IA-2 (8)", rev5: "IA-2 (8)" },
    Mapped { cci: "CCI-001942", rev4: "IA-2 (9)", rev5: "" },
    Mapped { cci: "CCI-001953", rev4: "IA-2 (12)", rev5: "IA-2 (12)" },
    Mapped { cci: "CCI-001954", rev4: "IA-2 (12)", rev5: "IA-2 (12)" },
    Mapped { cci: "CCI-001967", rev4: "IA-3 (1)", rev5: "IA-3 (1)" },
    Mapped { cci: "CCI-001991", rev4: "IA-5 (2) (d)", rev5: "" },
    Mapped { cci: "CCI-002007", rev4: "IA-5 (13)", rev5: "IA-5 (13)" },
    Mapped { cci: "CCI-002009", rev4: "IA-8 (1)", rev5: "IA-8 (1)" },
    Mapped { cci: "CCI-002010", rev4: "IA-8 (1)", rev5: "IA-8 (1)" },
    Mapped { cci: "CCI-002011", rev4: "IA-8 (2)", rev5: "" },
    Mapped { cci: "CCI-002014", rev4: "IA-8 (4)", rev5: "" },
    Mapped { cci: "CCI-002038", rev4: "IA-11", rev5: "" },
    Mapped { cci: "CCI-002041", rev4: "IA-5 (1) (f)", rev5: "" },
    Mapped { cci: "CCI-002130", rev4: "AC-2 (4)", rev5: "AC-2 (4)" },
    Mapped { cci: "CCI-002132", rev4: "AC-2 (4)", rev5: "" },
    Mapped { cci: "CCI-002142", rev4: "AC-2 (10)", rev5: "" },
    Mapped { cci: "CCI-002145", rev4: "AC-2 (11)", rev5: "AC-2 (11)" },
    Mapped { cci: "CCI-002165", rev4: "AC-3 (4)", rev5: "AC-3 (4)" },
    Mapped { cci: "CCI-002233", rev4: "AC-6 (8)", rev5: "AC-6 (8)" },
    Mapped { cci: "CCI-002234", rev4: "AC-6 (9)", rev5: "AC-6 (9)" },
    Mapped { cci: "CCI-002235", rev4: "AC-6 (10)", rev5: "AC-6 (10)" },
    Mapped { cci: "CCI-002238", rev4: "AC-7 b", rev5: "AC-7 b" },
    Mapped { cci: "CCI-002262", rev4: "AC-16 a", rev5: "AC-16 a" },
    Mapped { cci: "CCI-002263", rev4: "AC-16 a", rev5: "AC-16 a" },
    Mapped { cci: "CCI-002264", rev4: "AC-16 a", rev5: "AC-16 a" },
    Mapped { cci: "CCI-002361", rev4: "AC-12", rev5: "AC-12" },
    Mapped { cci: "CCI-002385", rev4: "SC-5", rev5: "SC-5 a" },
    Mapped { cci: "CCI-002418", rev4: "SC-8", rev5: "SC-8" },
    Mapped { cci: "CCI-002420", rev4: "SC-8 (2)", rev5: "SC-8 (2)" },
    Mapped { cci: "CCI-002421", rev4: "SC-8 (1)", rev5: "SC-8 (1)" },
    Mapped { cci: "CCI-002422", rev4: "SC-8 (2)", rev5: "SC-8 (2)" },
    Mapped { cci: "CCI-002450", rev4: "SC-13", rev5: "SC-13 b" },
    Mapped { cci: "CCI-002470", rev4: "SC-23 (5)", rev5: "SC-23 (5)" },
    Mapped { cci: "CCI-002476", rev4: "SC-28 (1)", rev5: "SC-28 (1)" },
    Mapped { cci: "CCI-002530", rev4: "SC-39", rev5: "SC-39" },
    Mapped { cci: "CCI-002605", rev4: "SI-2 c", rev5: "SI-2 c" },
    Mapped { cci: "CCI-002617", rev4: "SI-2 (6)", rev5: "SI-2 (6)" },
    Mapped { cci: "CCI-002699", rev4: "SI-6 b", rev5: "SI-6 b" },
    Mapped { cci: "CCI-002702", rev4: "SI-6 d", rev5: "SI-6 d" },
    Mapped { cci: "CCI-002710", rev4: "SI-7 (1)", rev5: "SI-7 (1)" },
    Mapped { cci: "CCI-002715", rev4: "SI-7 (5)", rev5: "SI-7 (5)" },
    Mapped { cci: "CCI-002723", rev4: "SI-7 (8)", rev5: "SI-7 (8)" },
    Mapped { cci: "CCI-002724", rev4: "SI-7 (8)", rev5: "SI-7 (8)" },
    Mapped { cci: "CCI-002754", rev4: "SI-10 (3)", rev5: "SI-10 (3)" },
    Mapped { cci: "CCI-002824", rev4: "SI-16", rev5: "SI-16" },
    Mapped { cci: "CCI-002890", rev4: "MA-4 (6)", rev5: "MA-4 (6)" },
    Mapped { cci: "CCI-003123", rev4: "MA-4 (6)", rev5: "MA-4 (6)" },
    Mapped { cci: "CCI-003627", rev4: "", rev5: "AC-2 (3) (a)" },
    Mapped { cci: "CCI-003938", rev4: "", rev5: "CM-5 (1) (b)" },
    Mapped { cci: "CCI-003980", rev4: "", rev5: "CM-11 (2)" },
    Mapped { cci: "CCI-003992", rev4: "", rev5: "CM-14" },
    Mapped { cci: "CCI-004045", rev4: "", rev5: "IA-2 (5)" },
    Mapped { cci: "CCI-004061", rev4: "", rev5: "IA-5 (1) (b)" },
    Mapped { cci: "CCI-004062", rev4: "", rev5: "IA-5 (1) (d)" },
    Mapped { cci: "CCI-004066", rev4: "", rev5: "IA-5 (1) (h)" },
    Mapped { cci: "CCI-004068", rev4: "", rev5: "IA-5 (2) (b) (2)" },
    Mapped { cci: "CCI-004895", rev4: "", rev5: "SC-11 b" },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_maps() {
        assert!(TABLE.is_sorted_by(|a, b| a.cci < b.cci));
        assert_eq!(base_control("CCI-000381").as_deref(), Some("CM-7"));
        assert_eq!(base_control("CCI-999999"), None);
    }

    #[test]
    fn an_enhancement_belongs_to_the_number() {
        assert_eq!(control("CCI-002724"), Some("SI-7 (8)"));
        assert_eq!(base_control("CCI-002724").as_deref(), Some("SI-7 (8)"));
    }
}
