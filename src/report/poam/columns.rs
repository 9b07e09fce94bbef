//! The columns of plans of action and milestones, and the templates that have them.

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// What only the organization can say: offices, dates, milestones, threat and impact. A made-up date would look like
    /// a promise.
    Organization,
    Description,
    Title,
    Controls,
    RuleIds,
    RuleId,
    Source,
    Status,
    Identified,
    Comments,
    RawSeverity,
    Severity,
    Devices,
    Mitigations,
    Recommendations,
}

/// A column by the text of its header.
#[derive(Debug)]
pub(super) struct Column {
    /// The header, and other texts that templates have for it.
    titles: &'static [&'static str],
    /// How wide it is where we make the workbook.
    pub(super) width: f64,
    /// How many characters go into it.
    pub(super) limit: usize,
    pub(super) content: Content,
}

const fn column(titles: &'static [&'static str], width: f64, limit: usize, content: Content) -> Column {
    Column { titles, width, limit, content }
}

const COLUMNS: [Column; 49] = {
    use Content::{
        Comments, Controls, Description, Devices, Identified, Mitigations, Organization, RawSeverity, Recommendations,
        RuleId, RuleIds, Severity, Source, Status, Title,
    };
    [
        column(&["POA&M Item ID"], 12.0, 100, Organization),
        column(&["Control Vulnerability Description"], 60.0, 2_000, Description),
        column(&["Controls / APs", "Security Control Number (NC/NA controls only)"], 18.0, 100, Controls),
        column(&["Office/Org"], 18.0, 100, Organization),
        column(&["Security Checks"], 26.0, 250, RuleIds),
        column(&["Resources Required"], 18.0, 250, Organization),
        column(&["Scheduled Completion Date"], 16.0, 100, Organization),
        column(&["Milestone ID"], 12.0, 100, Organization),
        column(&["Milestone with Completion Dates"], 24.0, 2_000, Organization),
        column(&["Milestone Changes"], 18.0, 2_000, Organization),
        column(&["Source Identifying Vulnerability ", "Source Identifying Control Vulnerability"], 36.0, 2_000, Source),
        column(&["Status"], 12.0, 100, Status),
        column(&["Comments"], 60.0, 2_000, Comments),
        column(&["Raw Severity", "Raw Severity Value"], 14.0, 100, RawSeverity),
        column(&["Devices Affected"], 26.0, 2_000, Devices),
        column(
            &["Mitigations (in-house and in conjunction with the Navy CSSP)", "Mitigations", "Mitigation"],
            30.0,
            2_000,
            Mitigations,
        ),
        column(&["Predisposing Conditions"], 18.0, 2_000, Organization),
        column(&["Severity", "Severity Value"], 14.0, 100, Severity),
        column(&["Relevance of Threat"], 14.0, 100, Organization),
        column(&["Threat Description"], 18.0, 2_000, Organization),
        column(&["Likelihood"], 12.0, 100, Organization),
        column(&["Impact"], 12.0, 100, Organization),
        column(&["Impact Description"], 18.0, 2_000, Organization),
        column(&["Residual Risk Level"], 14.0, 100, Organization),
        column(&["Recommendations"], 60.0, 2_000, Recommendations),
        column(&["Resulting Residual Risk after Proposed Mitigations"], 18.0, 100, Organization),
        // MCCAST's.
        column(
            &["Authorization Package (Authorization Package Name)", "Authorization Package"],
            24.0,
            250,
            Organization,
        ),
        column(&["Name"], 40.0, 250, Title),
        column(&["Date Identified"], 14.0, 100, Identified),
        column(&["Source Identifying Weakness"], 36.0, 2_000, Source),
        column(&["POAM Status"], 12.0, 100, Status),
        column(&["Estimated Completion Date"], 14.0, 100, Organization),
        column(&["Actual Start Date"], 14.0, 100, Organization),
        column(&["Actual Completion Date"], 14.0, 100, Organization),
        column(&["Vulnerability Library (Rule_ID)", "Vulnerability Library"], 26.0, 250, RuleId),
        column(&["Allocated Control (Allocated Control ID)", "Allocated Control"], 18.0, 100, Controls),
        column(&["Subjective Mitigated Risk Level"], 16.0, 100, Severity),
        column(&["Weaknesses"], 60.0, 2_000, Description),
        column(&["Affected Hardware"], 26.0, 2_000, Devices),
        column(&["CVSS v3 Modified Attack Vector (MAV)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Attack Complexity (MAC)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Privileges Required (MPR)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified User Interaction (MUI)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Scope (MS)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Confidentiality (MC)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Integrity (MI)"], 12.0, 100, Organization),
        column(&["CVSS v3 Modified Availability Impact (MA)"], 12.0, 100, Organization),
        // Of exports of eMASS that have more.
        column(&["Created Date"], 14.0, 100, Organization),
        column(&["Completion Date"], 14.0, 100, Organization),
    ]
};

/// The column with this header, whatever its blanks and capitals.
pub(super) fn column_of(header: &str) -> Option<&'static Column> {
    let wanted = folded(header);
    COLUMNS.iter().find(|column| column.titles.iter().any(|title| folded(title) == wanted))
}

fn folded(header: &str) -> String {
    let text = header.trim().trim_end_matches('*');
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The columns of eMASS's newer template, as they are written there.
pub(super) const EMASS: [&str; 26] = [
    "POA&M Item ID",
    "Control Vulnerability Description",
    "Controls / APs",
    "Office/Org",
    "Security Checks",
    "Resources Required",
    "Scheduled Completion Date",
    "Milestone ID",
    "Milestone with Completion Dates",
    "Milestone Changes",
    "Source Identifying Vulnerability ",
    "Status",
    "Comments",
    "Raw Severity",
    "Devices Affected",
    "Mitigations (in-house and in conjunction with the Navy CSSP)",
    "Predisposing Conditions",
    "Severity",
    "Relevance of Threat",
    "Threat Description",
    "Likelihood",
    "Impact",
    "Impact Description",
    "Residual Risk Level",
    "Recommendations",
    "Resulting Residual Risk after Proposed Mitigations",
];

/// What eMASS's older template does not have.
pub(super) const NEWER: &str = "Milestone ID";

/// The columns of MCCAST's template.
pub(super) const MCCAST: [&str; 23] = [
    "Authorization Package (Authorization Package Name)",
    "Name",
    "Date Identified",
    "Source Identifying Weakness",
    "POAM Status",
    "Estimated Completion Date",
    "Actual Start Date",
    "Actual Completion Date",
    "Vulnerability Library (Rule_ID)",
    "Allocated Control (Allocated Control ID)",
    "Subjective Mitigated Risk Level",
    "Weaknesses",
    "Mitigation",
    "Comments",
    "Affected Hardware",
    "CVSS v3 Modified Attack Vector (MAV)",
    "CVSS v3 Modified Attack Complexity (MAC)",
    "CVSS v3 Modified Privileges Required (MPR)",
    "CVSS v3 Modified User Interaction (MUI)",
    "CVSS v3 Modified Scope (MS)",
    "CVSS v3 Modified Confidentiality (MC)",
    "CVSS v3 Modified Integrity (MI)",
    "CVSS v3 Modified Availability Impact (MA)",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_a_template_is_known_and_no_header_means_two() {
        for title in EMASS.iter().chain(&MCCAST) {
            let column = column_of(title).unwrap_or_else(|| panic!("{title}"));
            assert!(column.titles.contains(title), "{title}");
        }
        assert!(EMASS.contains(&NEWER));
        let mut all: Vec<String> = COLUMNS.iter().flat_map(|c| c.titles).map(|title| folded(title)).collect();
        all.sort();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_header_is_known_whatever_its_blanks_and_capitals() {
        for (header, content) in [
            ("  source identifying\nvulnerability", Content::Source),
            ("Raw  Severity*", Content::RawSeverity),
            ("MITIGATIONS", Content::Mitigations),
        ] {
            assert_eq!(column_of(header).map(|c| c.content), Some(content), "{header}");
        }
        assert!(column_of("Anything").is_none() && column_of("").is_none());
    }
}
