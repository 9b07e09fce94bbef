//! Fills the contract of [`json`](super::json) from an outcome.

use std::collections::HashMap;

use super::identity::service;
use super::json::{
    AnswerInfo, BenchmarkInfo, BesideInfo, CheckInfo, Counts, EndpointInfo, FactInfo, FileInfo, ImportedInfo,
    MakerInfo, NamedValue, ObservationInfo, OtherReading, Results, RuleInfo, SCHEMA, ScoreInfo, SeverityInfo,
    TargetInfo, ToolInfo, WaiverInfo,
};
use super::text::{clean, line, time};
use crate::facts::Origin;
use crate::finding::Observation;
use crate::outcome::{Answer, Beside, Endpoint, Maker, Outcome, RuleOutcome, Statement, TOOL, TOOL_VERSION, Waived};
use crate::xccdf::score::Score;
use crate::xccdf::{Group, Rule, Verdict};

/// The document as data.
#[must_use]
pub fn results(outcome: &Outcome) -> Results {
    let benchmark = &outcome.benchmark;
    let asset = &outcome.asset;
    let sources = Sources::of(outcome);
    let endpoint = |e: &Endpoint| EndpointInfo {
        kind: line(&e.kind),
        url: line(&e.url),
        identity: e.identity.as_deref().map(line),
        pin: e.pin.clone(),
    };
    let score = |s: &Score| ScoreInfo { system: s.system.to_owned(), score: s.score, maximum: s.maximum };
    Results {
        schema: SCHEMA.to_owned(),
        tool: ToolInfo { name: TOOL.to_owned(), version: TOOL_VERSION.to_owned() },
        simulated: outcome.simulated.as_deref().map(line),
        simulated_notice: outcome.simulated_notice().map(|notice| line(&notice)),
        made_by: made_by(outcome),
        imported: outcome.imported.as_ref().map(|from| ImportedInfo {
            format: line(&from.format),
            file: line(&from.file),
            sha256: from.sha256.clone(),
            lost: from.lost.iter().map(|text| clean(text)).collect(),
        }),
        benchmark: BenchmarkInfo {
            id: benchmark.id.clone(),
            title: benchmark.title.clone(),
            version: benchmark.version.clone(),
            release: benchmark.release().map(String::from),
            revision: benchmark.revision(),
            release_info: benchmark.release_info().to_owned(),
            source: outcome.source.name.clone(),
            sha256: outcome.source.sha256.clone(),
            shipped: outcome.source.shipped,
        },
        target: TargetInfo {
            name: line(&asset.name),
            fqdn: line(&asset.fqdn),
            ip: asset.ip.iter().map(|ip| line(ip)).collect(),
            mac: line(&asset.mac),
            role: asset.role.word().to_owned(),
            tech_area: line(&asset.tech_area),
            comment: clean(&asset.comment),
            marking: line(&asset.marking),
            web_db_site: service(asset).1,
            web_db_instance: service(asset).2,
            asset_type: asset.kind,
            endpoints: outcome.endpoints.iter().map(endpoint).collect(),
        },
        profile: outcome.profile.as_ref().map(|profile| profile.id.clone()),
        interpretation: outcome.interpretation.word().to_owned(),
        started: time(outcome.started),
        finished: time(outcome.finished),
        evidence_sha256: outcome.evidence_sha256.clone(),
        policy_sha256: outcome.policy_sha256.clone(),
        counts: counts(outcome),
        waived: outcome.waived(),
        scores: outcome.scores.iter().map(score).collect(),
        facts: sources.facts(),
        rules: outcome
            .results()
            .map(|(group, rule, rule_outcome)| rule_info(group, rule, rule_outcome, &sources))
            .collect(),
    }
}

fn counts(outcome: &Outcome) -> Counts {
    Counts {
        pass: outcome.count(Verdict::Pass),
        fail: outcome.count(Verdict::Fail),
        error: outcome.count(Verdict::Error),
        unknown: outcome.count(Verdict::Unknown),
        notapplicable: outcome.count(Verdict::NotApplicable),
        notchecked: outcome.count(Verdict::NotChecked),
        notselected: outcome.count(Verdict::NotSelected),
        informational: outcome.count(Verdict::Informational),
        fixed: outcome.count(Verdict::Fixed),
    }
}

/// The sources that the results rest on, each once, in the order in which results name them.
struct Sources<'a> {
    all: Vec<&'a Origin>,
    places: HashMap<&'a Origin, usize>,
}

impl<'a> Sources<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        let mut sources = Sources { all: Vec::new(), places: HashMap::new() };
        let observations = outcome.rules.iter().flat_map(|rule| &rule.observations);
        for origin in observations.map(Observation::origin) {
            let next = sources.all.len();
            if *sources.places.entry(origin).or_insert(next) == next {
                sources.all.push(origin);
            }
        }
        sources
    }

    fn facts(&self) -> Vec<FactInfo> {
        let fact = |origin: &&Origin| FactInfo {
            fact: origin.fact.name().to_owned(),
            request: line(&origin.request),
            at: time(origin.at),
            sha256: line(&origin.sha256),
        };
        self.all.iter().map(fact).collect()
    }
}

fn rule_info(group: Option<&Group>, rule: &Rule, rule_outcome: &RuleOutcome, sources: &Sources<'_>) -> RuleInfo {
    let all = |texts: &[String]| texts.iter().map(|text| clean(text)).collect();
    RuleInfo {
        rule_id: rule.id.clone(),
        group_id: group.map(|group| group.id.clone()),
        stig_id: rule.version.clone(),
        title: rule.title.clone(),
        severity: rule_outcome.severity.clone(),
        weight: rule_outcome.weight.clone(),
        role: rule_outcome.role.clone(),
        result: rule_outcome.result,
        summary: clean(&rule_outcome.summary),
        control_id: rule_outcome.control_id.clone(),
        check_id: rule_outcome.check_id.clone(),
        tenable_control_id: rule_outcome.tenable_control_id.clone(),
        tenable_learned_from: rule_outcome.tenable_learned_from.as_deref().map(line),
        probe: rule_outcome.probe.clone(),
        ccis: rule.ccis().map(String::from).collect(),
        legacy_ids: rule.legacy_ids().map(String::from).collect(),
        observations: rule_outcome
            .observations
            .iter()
            .map(|o| ObservationInfo {
                subject: clean(o.subject()),
                expected: clean(o.expected()),
                actual: clean(o.actual()),
                verdict: o.verdict(),
                fact: o.origin().fact.name().to_owned(),
                node: o.node().map(clean),
                source: sources.places.get(o.origin()).copied(),
            })
            .collect(),
        other_reading: rule_outcome
            .other_reading
            .as_ref()
            .map(|other| OtherReading { verdict: other.verdict, reason: clean(&other.reason) }),
        attachments: all(&rule_outcome.attachments),
        notes: all(&rule_outcome.notes),
        question: rule_outcome.question.clone(),
        answer: rule_outcome.answer.as_ref().map(answer),
        waiver: rule_outcome.waiver.as_ref().map(|w| waiver(w, rule_outcome.result)),
        details: rule_outcome.details.as_deref().map(clean),
        comments: rule_outcome.comments.as_deref().map(clean),
        severity_override: rule_outcome
            .severity_override
            .as_ref()
            .map(|o| SeverityInfo { severity: o.severity.clone(), reason: clean(&o.reason) }),
        time: rule_outcome.time.map(time),
        idents: rule
            .other_idents()
            .map(|ident| NamedValue { name: line(&ident.system), value: line(&ident.value) })
            .collect(),
        check: rule_outcome.check.as_ref().map(|c| CheckInfo {
            system: line(&c.system),
            href: line(&c.href),
            name: c.name.as_deref().map(line),
        }),
        beside: rule_outcome.beside.iter().map(beside).collect(),
    }
}

fn made_by(outcome: &Outcome) -> Option<MakerInfo> {
    let maker = &outcome.maker;
    (*maker != Maker::this()).then(|| MakerInfo {
        name: line(&maker.name),
        version: line(&maker.version),
        system: maker.system.as_deref().map(line),
    })
}

fn beside(beside: &Beside) -> BesideInfo {
    let named = |(name, value): &(String, String)| NamedValue { name: line(name), value: clean(value) };
    BesideInfo {
        source: line(&beside.source),
        result: beside.result,
        details: clean(&beside.details),
        comments: clean(&beside.comments),
        facts: beside.facts.iter().map(named).collect(),
        standing: beside.standing.word().to_owned(),
        because: clean(&beside.because),
    }
}

fn answer(answer: &Answer) -> AnswerInfo {
    let said = &answer.statement;
    AnswerInfo {
        result: answer.result,
        by: line(&said.by),
        on: said.on.to_string(),
        text: clean(&said.text),
        expires: said.expires.map(|day| day.to_string()),
        evidence: file(said),
    }
}

fn waiver(waiver: &Waived, old_result: Verdict) -> WaiverInfo {
    let said = &waiver.statement;
    WaiverInfo {
        old_result,
        new_result: waiver.result,
        authority: line(&said.by),
        on: said.on.to_string(),
        time: said.at.as_deref().map(line),
        remark: clean(&said.text),
        expires: said.expires.map(|day| day.to_string()),
        evidence: file(said),
    }
}

fn file(said: &Statement) -> Option<FileInfo> {
    said.evidence.as_ref().map(|file| FileInfo { file: line(&file.name), sha256: file.sha256.clone() })
}
