//! What a format has no place for: said when results are converted, so that nobody finds out later.

use super::Format;
use super::clean::units;
use super::identity::fqdn;
use super::text::{LIMIT, comment, details};
use crate::outcome::Outcome;
use crate::target::asset::Role;
use crate::xccdf::{Severity, Verdict};

/// Something that results may say and a format may have no place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Times,
    Maker,
    Profile,
    Scores,
    Undecided,
    NotApplicable,
    Passes,
    Comments,
    SeverityReason,
    SeverityOverride,
    Role,
    TechArea,
    Addresses,
    Mac,
    AssetComment,
    Texts,
    LegacyIds,
    Length,
    Observations,
    Details,
    RuleTimes,
    Idents,
    Domain,
    SeverityWord,
    NoSeverity,
}

impl Said {
    const ALL: [Said; 25] = [
        Said::Times,
        Said::Maker,
        Said::Profile,
        Said::Scores,
        Said::Undecided,
        Said::NotApplicable,
        Said::Passes,
        Said::Comments,
        Said::SeverityReason,
        Said::SeverityOverride,
        Said::Role,
        Said::TechArea,
        Said::Addresses,
        Said::Mac,
        Said::AssetComment,
        Said::Texts,
        Said::LegacyIds,
        Said::Length,
        Said::Observations,
        Said::Details,
        Said::RuleTimes,
        Said::Idents,
        Said::Domain,
        Said::SeverityWord,
        Said::NoSeverity,
    ];

    fn words(self) -> &'static str {
        match self {
            Said::Times => "when it was scanned",
            Said::Maker => "which program made the results",
            Said::Profile => "the profile",
            Said::Scores => "the scores",
            Said::Undecided => {
                "which of error, unknown, notchecked, notselected and informational a result is (the details say it)"
            }
            Said::NotApplicable => "that a rule does not apply, as a result of its own (the details say it)",
            Said::Passes => "what is not open",
            Said::Comments => "comments",
            Said::SeverityReason => "why a severity was overridden",
            Said::SeverityOverride => "that a severity was overridden",
            Said::Role => "the role of the asset",
            Said::TechArea => "the technology area of the asset",
            Said::Addresses => "the addresses of the asset",
            Said::Mac => "the MAC address of the asset",
            Said::AssetComment => "the remark on the asset",
            Said::Texts => "the texts of the rules",
            Said::LegacyIds => "the ids of old",
            Said::Length => "details and comments beyond what importers keep",
            Said::Observations => "observations as data (the details tell them in words)",
            Said::Details => "finding details",
            Said::RuleTimes => "when each rule was checked",
            Said::Idents => "names of the rules in catalogs other than CCI and DISA's of old",
            Said::Domain => "the domain name of the asset, which importers would refuse",
            Said::SeverityWord => "a severity in a word that is not known",
            Said::NoSeverity => "that a rule has no severity (medium stands in its place; what is open says so)",
        }
    }

    /// Whether the results say it at all.
    fn is_in(self, outcome: &Outcome) -> bool {
        let asset = &outcome.asset;
        let any = |verdicts: &[Verdict]| outcome.rules.iter().any(|r| verdicts.contains(&r.result));
        let overridden = |reason: bool| {
            let overrides = outcome.rules.iter().filter_map(|r| r.severity_override.as_ref());
            overrides.into_iter().any(|o| !reason || !o.reason.trim().is_empty())
        };
        match self {
            // Results that state no time have that of their file.
            Said::Times => outcome.imported.is_none() || outcome.started != outcome.finished,
            Said::Maker => !outcome.maker.is_ours(),
            Said::Profile => outcome.profile.is_some(),
            Said::Scores => outcome.imported.is_none(),
            Said::Undecided => any(&[Verdict::Error, Verdict::Unknown, Verdict::NotSelected, Verdict::Informational]),
            Said::NotApplicable => any(&[Verdict::NotApplicable]),
            Said::Passes => any(&[Verdict::Pass, Verdict::Fixed, Verdict::NotApplicable]),
            Said::Comments => outcome.rules.iter().any(|r| r.comments.as_deref().is_some_and(|c| !c.trim().is_empty())),
            Said::SeverityReason => overridden(true),
            Said::SeverityOverride => overridden(false),
            Said::Role => asset.role != Role::None,
            Said::TechArea => !asset.tech_area.is_empty(),
            Said::Addresses => !asset.ip.is_empty() || !asset.fqdn.is_empty(),
            Said::Mac => !asset.mac.is_empty(),
            Said::AssetComment => !asset.comment.trim().is_empty(),
            Said::Texts => {
                outcome.benchmark.rules().any(|(_, r)| !r.description.is_empty() || r.check_content().is_some())
            }
            Said::LegacyIds => outcome.benchmark.rules().any(|(_, r)| r.legacy_ids().next().is_some()),
            Said::Length => outcome.results().any(|(_, rule, ro)| {
                let cut = |text: &Option<String>| text.as_deref().is_some_and(|t| units(t) > LIMIT);
                cut(&ro.details)
                    || cut(&ro.comments)
                    || [details(outcome, rule, ro), comment(outcome, rule, ro)]
                        .iter()
                        .any(|text| text.contains("[cut here: "))
            }),
            Said::Observations => outcome.rules.iter().any(|r| !r.observations.is_empty()),
            Said::RuleTimes => outcome.rules.iter().any(|r| r.time.is_some_and(|time| time != outcome.finished)),
            Said::Idents => outcome.benchmark.rules().any(|(_, rule)| rule.other_idents().next().is_some()),
            Said::Domain => {
                let written = asset.fqdn.trim().trim_end_matches('.');
                !written.is_empty() && fqdn(asset) != written
            }
            Said::SeverityWord => severities(outcome).any(|s| matches!(s, Severity::Other(_))),
            Said::NoSeverity => severities(outcome).any(|s| s == Severity::Unknown),
            Said::Details => outcome.rules.iter().any(|r| r.details.as_deref().is_some_and(|d| !d.trim().is_empty())),
        }
    }
}

/// The severities of the rules, their own and those that applied.
fn severities(outcome: &Outcome) -> impl Iterator<Item = Severity> {
    outcome.results().flat_map(|(_, rule, ro)| [Severity::read(&rule.severity), ro.severity.clone()])
}

/// What each format has no place for, whatever the results say.
const MISSING: [(Format, &[Said]); 15] = {
    use Said::{
        Addresses, AssetComment, Comments, Details, Domain, Idents, LegacyIds, Length, Mac, Maker, NoSeverity,
        NotApplicable, Observations, Passes, Profile, Role, RuleTimes, Scores, SeverityOverride, SeverityReason,
        SeverityWord, TechArea, Texts, Times, Undecided,
    };
    [
        (Format::Json, &[Texts]),
        (Format::Xccdf, &[SeverityReason, Role, TechArea, Length, Observations, Domain, SeverityWord]),
        (Format::Arf, &[SeverityReason, Comments, Role, TechArea, Length, Observations, Domain, SeverityWord]),
        (
            Format::Ckl,
            &[
                Times,
                Maker,
                Profile,
                Scores,
                Undecided,
                Length,
                Observations,
                RuleTimes,
                Idents,
                Domain,
                SeverityWord,
                NoSeverity,
            ],
        ),
        (
            Format::Cklb,
            &[Times, Maker, Profile, Scores, Undecided, Length, Observations, RuleTimes, Idents, Domain, SeverityWord],
        ),
        (
            Format::Nessus,
            &[
                Profile,
                Scores,
                Undecided,
                NotApplicable,
                Comments,
                SeverityReason,
                SeverityOverride,
                Role,
                TechArea,
                AssetComment,
                Length,
                Observations,
                RuleTimes,
                Idents,
                Domain,
                SeverityWord,
            ],
        ),
        (
            Format::Hdf,
            &[Profile, Scores, Undecided, Role, TechArea, Addresses, Mac, AssetComment, Length, Observations, Idents],
        ),
        (
            Format::Csv,
            &[Profile, Scores, Role, TechArea, Addresses, Mac, AssetComment, Length, Observations, RuleTimes, Idents],
        ),
        (Format::Html, &[Scores, Role, TechArea, RuleTimes, Idents, SeverityWord]),
        (
            Format::OscalResults,
            &[
                Profile,
                Scores,
                Comments,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                Texts,
                LegacyIds,
                Length,
                Observations,
                Idents,
            ],
        ),
        (
            Format::OscalPoam,
            &[
                Profile,
                Scores,
                Passes,
                Comments,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                LegacyIds,
                Length,
                Observations,
                Idents,
            ],
        ),
        (
            Format::Xlsx,
            &[
                Profile,
                Scores,
                Passes,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                Texts,
                LegacyIds,
                Length,
                Observations,
                Details,
                RuleTimes,
                Idents,
                SeverityWord,
            ],
        ),
        (
            Format::Junit,
            &[
                Profile,
                Scores,
                Undecided,
                Comments,
                SeverityReason,
                SeverityOverride,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                Texts,
                LegacyIds,
                Length,
                Observations,
                RuleTimes,
                Idents,
            ],
        ),
        (
            Format::Sarif,
            &[
                Profile,
                Scores,
                Comments,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                LegacyIds,
                Length,
                RuleTimes,
                Idents,
                SeverityWord,
            ],
        ),
        (
            Format::Markdown,
            &[
                Profile,
                Scores,
                Passes,
                Comments,
                SeverityReason,
                SeverityOverride,
                Role,
                TechArea,
                Addresses,
                Mac,
                AssetComment,
                Texts,
                LegacyIds,
                Length,
                Observations,
                Details,
                RuleTimes,
                Idents,
            ],
        ),
    ]
};

fn missing(format: Format) -> &'static [Said] {
    let row = MISSING.iter().find(|(of, _)| *of == format);
    row.map_or(&[], |(_, said)| said)
}

/// What these results say and this format has no place for.
#[must_use]
pub fn lost(format: Format, outcome: &Outcome) -> Vec<&'static str> {
    let missing = missing(format);
    let said = Said::ALL.into_iter().filter(|s| missing.contains(s) && s.is_in(outcome));
    said.map(Said::words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Maker, SeverityOverride};
    use crate::report::{fixture, write};
    use crate::xccdf::Item;
    use crate::xccdf::model::Ident;

    /// Each thing that a result may say, with words that nothing else has.
    fn marked() -> (Outcome, Vec<(Said, &'static str)>) {
        let mut outcome = fixture::outcome();
        outcome.maker = Maker { name: "MAKERWORD".into(), version: "1".into(), system: None };
        outcome.asset.tech_area = "UNIX OS".into();
        outcome.asset.role = Role::MemberServer;
        outcome.asset.comment = "ASSETREMARK".into();
        outcome.endpoints.clear();
        outcome.asset.fqdn = "DOMAINWORD".into();
        outcome.rules[0].severity = "SEVERITYWORD".into();
        outcome.rules[1].time = "2020-02-03T04:05:06Z".parse().ok();
        if let Some(Item::Group(group)) = std::sync::Arc::make_mut(&mut outcome.benchmark).items.get_mut(1)
            && let Some(Item::Rule(rule)) = group.items.first_mut()
        {
            rule.idents.push(Ident { system: "http://cce.mitre.org".into(), value: "CCE-7777-7".into() });
        }
        outcome.asset.ip = vec!["198.51.100.77".into()];
        outcome.asset.mac = "02:42:AC:11:77:99".into();
        // In our own words the maker would stand in every comment.
        for rule in &mut outcome.rules {
            rule.details = Some("x".into());
        }
        let open = &mut outcome.rules[1];
        open.details = Some("DETAILSWORD".into());
        open.comments = Some("COMMENTSWORD".into());
        open.severity_override = Some(SeverityOverride { severity: "low".into(), reason: "REASONWORD".into() });
        let words = vec![
            (Said::Maker, "MAKERWORD"),
            (Said::Profile, "MAC-1_Classified"),
            (Said::Comments, "COMMENTSWORD"),
            (Said::SeverityReason, "REASONWORD"),
            (Said::Role, "Member Server"),
            (Said::TechArea, "UNIX OS"),
            (Said::Addresses, "198.51.100.77"),
            (Said::Mac, "02:42:AC:11:77:99"),
            (Said::AssetComment, "ASSETREMARK"),
            (Said::Texts, "Sessions "),
            (Said::LegacyIds, "SV-104693"),
            (Said::Details, "DETAILSWORD"),
            (Said::Times, "2026-11-21"),
            (Said::RuleTimes, "2020-02-03T04:05:06"),
            (Said::Idents, "CCE-7777-7"),
            (Said::SeverityWord, "SEVERITYWORD"),
        ];
        (outcome, words)
    }

    #[test]
    fn what_is_said_to_be_lost_is_lost_and_nothing_else() {
        let (outcome, words) = marked();
        let mut wrong = Vec::new();
        for format in Format::ALL {
            let Ok(text) = String::from_utf8(write(format, &outcome)) else {
                continue;
            };
            for (said, word) in &words {
                // Nessus writes times in a form of its own.
                let is_time = format == Format::Nessus && *said == Said::Times;
                let is_lost = missing(format).contains(said);
                // The rule that has it is not open.
                if format == Format::OscalPoam && *said == Said::SeverityWord {
                    continue;
                }
                if !is_time && text.contains(word) == is_lost {
                    wrong.push(format!("{format} {said:?}: lost by the table: {is_lost}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_domain_name_that_importers_refuse_is_lost_where_it_is_not_written() {
        let (outcome, _) = marked();
        for format in Format::ALL {
            let Ok(text) = String::from_utf8(write(format, &outcome)) else {
                continue;
            };
            let is_lost = [Said::Domain, Said::Addresses].iter().any(|said| missing(format).contains(said));
            assert_eq!(text.contains("DOMAINWORD"), !is_lost, "{format}");
        }
        assert!(Said::Domain.is_in(&outcome));
        let dotted = Outcome {
            asset: crate::target::Asset { fqdn: "a.example.mil.".into(), ..outcome.asset.clone() },
            ..outcome
        };
        assert!(!Said::Domain.is_in(&dotted));
    }

    #[test]
    fn every_format_has_its_row() {
        let mut rows = MISSING.map(|(format, _)| format);
        rows.sort();
        assert_eq!(rows, Format::ALL);
    }

    #[test]
    fn only_what_is_said_can_be_lost() {
        let outcome = fixture::outcome();
        assert!(lost(Format::Ckl, &outcome).contains(&Said::Profile.words()));
        assert!(!lost(Format::Nessus, &outcome).contains(&Said::Comments.words()));
        assert!(!lost(Format::Xccdf, &outcome).contains(&Said::Length.words()));
        assert!(lost(Format::Xccdf, &fixture::nasty()).contains(&Said::Length.words()));
    }
}
