//! stigprobe's own results: an earlier run, with everything that it rests on.

use std::io::Cursor;
use std::sync::Arc;

use super::draft::time;
use super::matching::onto;
use super::overrides::{Change, settle};
use super::{ImportError, Kind, Source};
use crate::facts::{Need, Origin};
use crate::finding::{Literal, Observation};
use crate::outcome::{
    Answer, BenchmarkSource, Beside, CheckRef, Endpoint, EvidenceFile, Imported, Interpretation, Maker, Outcome,
    ProfileRef, RuleOutcome, SeverityOverride, Standing, Statement, Waived,
};
use crate::report::json::{BesideInfo, FactInfo, FileInfo, ObservationInfo, Results, RuleInfo, SCHEMA, WaiverInfo};
use crate::shipped::SHIPPED;
use crate::target::Asset;
use crate::when::{day, is_credible};
use crate::xccdf::ids::sha256_hex;
use crate::xccdf::model::{CCI, Group, Ident, Item, LEGACY, PlainText, Rule, Weight};
use crate::xccdf::read::{Content, read_any};
use crate::xccdf::score::scores;
use crate::xccdf::{Benchmark, Verdict, resolve};

/// Reads the results.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Outcome>, ImportError> {
    let failed = |e: &dyn std::fmt::Display| ImportError::unreadable(Kind::Results, e);
    let results: Results = serde_json::from_slice(source.bytes).map_err(|e| failed(&e))?;
    if results.schema != SCHEMA {
        return Err(failed(&format!(
            "the schema is {:?}, and this version of stigprobe reads {SCHEMA:?}",
            results.schema
        )));
    }
    let mut lost = Vec::new();
    let origins: Vec<Option<Origin>> = results.facts.iter().map(|f| origin(f, &mut lost)).collect();
    let benchmark = benchmark(&results);
    let rules: Vec<RuleOutcome> = benchmark
        .rules()
        .zip(&results.rules)
        .map(|((_, rule), info)| rule_outcome(&benchmark.id, rule, info, &results.facts, &origins, &mut lost))
        .collect();
    let day = |text: &str| {
        let no_time = || failed(&format!("{text:?} is no time at which a scan can have been made"));
        time(text).filter(|at| is_credible(*at)).ok_or_else(no_time)
    };
    let (started, finished) = (day(&results.started)?, day(&results.finished)?);
    let verdicts: Vec<Verdict> = rules.iter().map(RuleOutcome::after_waiver).collect();
    let made_by = results.made_by.map(|m| Maker { name: m.name, version: m.version, system: m.system });
    let target = results.target;
    let outcome = Outcome {
        scores: scores(&benchmark, &verdicts),
        history: Vec::new(),
        source: BenchmarkSource {
            name: results.benchmark.source.clone(),
            sha256: results.benchmark.sha256.clone(),
            shipped: results.benchmark.shipped,
        },
        profile: results.profile.map(|id| ProfileRef { id, title: String::new(), tailoring: None }),
        asset: Asset {
            name: target.name,
            fqdn: target.fqdn,
            ip: target.ip,
            mac: target.mac,
            role: super::checklist::role(&target.role).unwrap_or_default(),
            tech_area: target.tech_area,
            comment: target.comment,
            marking: target.marking,
            web_db_site: target.web_db_site,
            web_db_instance: target.web_db_instance,
            kind: target.asset_type,
        },
        endpoints: target
            .endpoints
            .into_iter()
            .map(|e| Endpoint { kind: e.kind, url: e.url, identity: e.identity, pin: e.pin })
            .collect(),
        simulated: results.simulated,
        interpretation: if results.interpretation == Interpretation::Literal.word() {
            Interpretation::Literal
        } else {
            Interpretation::Intent
        },
        started,
        finished,
        maker: made_by.unwrap_or(Maker { name: results.tool.name, version: results.tool.version, system: None }),
        imported: Some(Imported {
            format: Kind::Results.name().into(),
            file: source.name.to_owned(),
            sha256: sha256_hex(source.bytes),
            lost,
        }),
        evidence_sha256: results.evidence_sha256,
        policy_sha256: results.policy_sha256,
        benchmark: Arc::new(benchmark),
        rules,
    };
    Ok(vec![with_texts(outcome)])
}

/// The outcome with the texts of the shipped benchmark, where it is the one that the run was made with.
fn with_texts(outcome: Outcome) -> Outcome {
    for shipped in SHIPPED.iter().filter(|_| outcome.source.shipped) {
        let Ok(document) = read_any(Cursor::new(shipped.xml)) else {
            continue;
        };
        if document.sha256 != outcome.source.sha256 {
            continue;
        }
        if let Content::Benchmark(benchmark) = document.content
            && let Ok(benchmark) = resolve::resolved(*benchmark, resolve::AbstractProfiles::Keep)
        {
            let source = outcome.source.clone();
            return onto(outcome, &Arc::new(benchmark), &source);
        }
    }
    outcome
}

/// What the results themselves say of the benchmark: ids and titles, no texts.
fn benchmark(results: &Results) -> Benchmark {
    let said = &results.benchmark;
    let ident = |system: &str, value: &String| Ident { system: system.to_owned(), value: value.clone() };
    let item = |info: &RuleInfo| {
        let legacy = info.legacy_ids.iter().map(|id| ident(LEGACY, id));
        let weight = info.weight.trim().parse::<f64>().ok().filter(|w| w.is_finite() && *w >= 0.0);
        let rule = Item::Rule(Box::new(Rule {
            id: info.rule_id.clone(),
            severity: info.severity.as_str().to_owned(),
            weight: weight.map_or_else(Weight::default, |value| Weight { text: info.weight.clone(), value }),
            role: info.role.clone(),
            version: info.stig_id.clone(),
            title: info.title.clone(),
            idents: legacy
                .chain(info.ccis.iter().map(|id| ident(CCI[0], id)))
                .chain(info.idents.iter().map(|id| ident(&id.name, &id.value)))
                .collect(),
            ..Rule::default()
        }));
        match &info.group_id {
            Some(id) => Item::Group(Group { id: id.clone(), selected: true, items: vec![rule], ..Group::default() }),
            None => rule,
        }
    };
    Benchmark {
        id: said.id.clone(),
        title: said.title.clone(),
        version: said.version.clone(),
        statuses: super::draft::status(&said.release_info),
        plain_texts: vec![PlainText { id: "release-info".into(), text: said.release_info.clone() }],
        items: results.rules.iter().map(item).collect(),
        ..Benchmark::default()
    }
}

fn origin(info: &FactInfo, lost: &mut Vec<String>) -> Option<Origin> {
    let fact = Need::ALL.iter().find(|need| need.name() == info.fact);
    match (fact, time(&info.at).filter(|at| is_credible(*at))) {
        (Some(fact), Some(at)) => {
            Some(Origin { fact: *fact, request: info.request.clone(), at, sha256: info.sha256.clone(), node: None })
        }
        _ => {
            lost.push(format!("observations of the fact {:?}, which this version does not know", info.fact));
            None
        }
    }
}

fn rule_outcome(
    benchmark_id: &str,
    rule: &Rule,
    info: &RuleInfo,
    facts: &[FactInfo],
    origins: &[Option<Origin>],
    lost: &mut Vec<String>,
) -> RuleOutcome {
    let observation = |info: &ObservationInfo| {
        // Where the results do not say which of several sources it was, it is the first of that name.
        let at = info.source.or_else(|| facts.iter().position(|f| f.fact == info.fact))?;
        let origin = &Origin { node: info.node.clone(), ..origins.get(at)?.as_ref()?.clone() };
        let texts = (info.subject.as_str(), info.expected.as_str(), info.actual.as_str());
        Some(match info.verdict {
            Verdict::Pass => Observation::seen(origin, texts.0, texts.1, texts.2, true),
            Verdict::Fail => Observation::seen(origin, texts.0, texts.1, texts.2, false),
            _ => Observation::undecided(origin, texts.0, texts.1, texts.2),
        })
    };
    let observations: Vec<Observation> = info.observations.iter().filter_map(observation).collect();
    let missing = info.observations.len() - observations.len();
    if missing > 0 {
        lost.push(format!("{missing} observations of {}", info.stig_id));
    }
    for day in info.answer.iter().map(|a| &a.on).filter(|d| day(d).is_none()) {
        lost.push(format!("what a person said of {} on {day:?}, which is no day", info.stig_id));
    }
    let change = |w: &WaiverInfo| Change {
        old: w.old_result,
        new: w.new_result,
        by: w.authority.clone(),
        at: w.time.clone().unwrap_or_else(|| w.on.clone()),
        remark: w.remark.clone(),
        expires: w.expires.as_deref().and_then(day),
        fault: (w.old_result != info.result)
            .then(|| format!("It is of {}, and {} was found", w.old_result, info.result)),
    };
    let stated = info.waiver.as_ref().map_or(info.result, |w| w.new_result);
    let settled = settle(stated, info.waiver.iter().map(change).collect());
    RuleOutcome {
        result: settled.result.worse(info.result),
        summary: info.summary.clone(),
        observations,
        other_reading: info.other_reading.as_ref().map(|o| Literal { verdict: o.verdict, reason: o.reason.clone() }),
        attachments: info.attachments.clone(),
        notes: info.notes.clone(),
        question: info.question.clone(),
        answer: info.answer.as_ref().and_then(|a| {
            Some(Answer {
                result: a.result,
                statement: statement(&a.by, &a.on, &a.text, a.expires.as_deref(), a.evidence.as_ref())?,
            })
        }),
        waiver: settled.waiver.map(|waiver| Waived {
            statement: Statement {
                evidence: info.waiver.as_ref().and_then(|w| w.evidence.as_ref()).map(evidence),
                ..waiver.statement
            },
            ..waiver
        }),
        time: info.time.as_deref().and_then(time),
        details: info.details.clone(),
        comments: info.comments.clone(),
        severity_override: info
            .severity_override
            .as_ref()
            .map(|o| SeverityOverride { severity: o.severity.clone(), reason: o.reason.clone() }),
        beside: info.beside.iter().map(beside).chain(settled.beside).collect(),
        check: info.check.as_ref().map(|c| CheckRef {
            system: c.system.clone(),
            href: c.href.clone(),
            name: c.name.clone(),
        }),
        control_id: info.control_id.clone(),
        check_id: info.check_id.clone(),
        tenable_control_id: info.tenable_control_id.clone(),
        tenable_learned_from: info.tenable_learned_from.clone(),
        probe: info.probe.clone(),
        role: info.role.clone(),
        severity: info.severity.clone(),
        weight: info.weight.clone(),
        ..RuleOutcome::of(benchmark_id, rule)
    }
}

/// None where the day is none: nobody could say whether it counts.
fn statement(by: &str, on: &str, text: &str, expires: Option<&str>, file: Option<&FileInfo>) -> Option<Statement> {
    Some(Statement {
        by: by.to_owned(),
        on: day(on)?,
        at: None,
        text: text.to_owned(),
        expires: expires.and_then(day),
        evidence: file.map(evidence),
    })
}

fn evidence(file: &FileInfo) -> EvidenceFile {
    EvidenceFile { name: file.file.clone(), sha256: file.sha256.clone() }
}

fn beside(info: &BesideInfo) -> Beside {
    let all = [Standing::Counts, Standing::Agrees, Standing::Conflict, Standing::SetAside];
    let standing = all.into_iter().find(|s| s.word() == info.standing);
    Beside {
        source: info.source.clone(),
        result: info.result,
        details: info.details.clone(),
        comments: info.comments.clone(),
        facts: info.facts.iter().map(|f| (f.name.clone(), f.value.clone())).collect(),
        // A word that is not known must not hide a conflict.
        standing: standing.unwrap_or(Standing::Conflict),
        because: info.because.clone(),
    }
}
