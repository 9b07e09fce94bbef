//! Outcomes for the tests of this folder: one as it should be, and one full of what targets may send.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::facts::{Need, Origin};
use crate::finding::{Literal, Observation};
use crate::outcome::{
    Answer, BenchmarkSource, Beside, Endpoint, EvidenceFile, Interpretation, Maker, Outcome, ProfileRef, RuleOutcome,
    Standing, Statement, Waived,
};
use crate::target::Asset;
use crate::xccdf::model::{
    Benchmark, Check, ContentRef, Fix, FixText, Group, Ident, Item, Notice, PlainText, Profile, Reference, Rule,
    Schema, Select, Status, Weight,
};
use crate::xccdf::score::scores;
use crate::xccdf::{Verdict, ids};

fn at(minute: u32) -> DateTime<Utc> {
    format!("2026-11-21T18:{minute:02}:00Z").parse().expect("a time")
}

/// Where a fact of the tests comes from.
pub(crate) fn origin(fact: Need) -> Origin {
    let request = match fact {
        Need::DtrTags => "GET https://dtr.example.mil/api/v0/repositories",
        _ => "GET https://ucp.example.mil/api/ucp/config-toml",
    };
    Origin { fact, request: request.into(), at: at(4), sha256: ids::sha256_hex(request.as_bytes()), node: None }
}

fn rule(number: u32, revision: u32, version: &str, severity: &str) -> Item {
    let dc = [("publisher", "DISA"), ("identifier", "5281"), ("evil", "x")];
    let ident = |system: &str, value: &str| Ident { system: system.into(), value: value.into() };
    let mut idents = vec![ident("http://cyber.mil/cci", "CCI-000054")];
    if number == 235_775 {
        idents.insert(0, ident("http://cyber.mil/legacy", "SV-104693"));
        idents.insert(1, ident("http://cyber.mil/legacy", "V-94863"));
    }
    let rule = Rule {
        id: format!("SV-{number}r{revision}_rule"),
        cluster_id: None,
        severity: severity.into(),
        weight: Weight { text: "10.0".into(), value: 10.0 },
        role: "full".into(),
        selected: true,
        version: version.into(),
        title: format!("Rule {version} must be kept."),
        description: "<VulnDiscussion>Sessions & limits.</VulnDiscussion><Documentable>false</Documentable>".into(),
        references: vec![Reference {
            dc: dc.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
            ..Reference::default()
        }],
        idents,
        fixtexts: vec![FixText {
            fixref: Some(format!("F-{number}_fix")),
            text: "Set it.".into(),
            ..FixText::default()
        }],
        fixes: [format!("F-{number}_fix"), "not a name".into()].map(|id| Fix { id: Some(id), ..Fix::default() }).into(),
        checks: vec![Check {
            system: format!("C-{number}_chk"),
            content_refs: vec![ContentRef { href: "STIG.xml".into(), name: Some("M".into()) }],
            content: Some(format!("Look at {version}.")),
            ..Check::default()
        }],
        ..Rule::default()
    };
    Item::Group(Group {
        id: format!("V-{number}"),
        cluster_id: None,
        selected: true,
        weight: Weight::default(),
        title: "SRG-APP-000001".into(),
        description: "<GroupDescription></GroupDescription>".into(),
        items: vec![Item::Rule(Box::new(rule))],
        ..Group::default()
    })
}

fn benchmark() -> Benchmark {
    let select = |idref: &str, selected| Select { idref: idref.into(), selected };
    Benchmark {
        schema: Schema::V1_1,
        id: "Docker_Enterprise_2-x_Linux-UNIX_STIG".into(),
        lang: Some("en".into()),
        statuses: vec![Status { value: "accepted".into(), date: Some("2024-06-12".into()) }],
        title: "Docker Enterprise 2.x Linux/UNIX Security Technical Implementation Guide".into(),
        description: "A guide.".into(),
        notices: vec![Notice { id: "terms-of-use".into(), text: String::new() }],
        references: vec![Reference {
            href: Some("https://cyber.mil".into()),
            dc: vec![("publisher".into(), "DISA".into()), ("source".into(), "STIG.DOD.MIL".into())],
            ..Reference::default()
        }],
        plain_texts: vec![PlainText {
            id: "release-info".into(),
            text: "Release: 2 Benchmark Date: 24 Jul 2024".into(),
        }],
        version: "2".into(),
        profiles: ["MAC-1_Public", "MAC-1_Classified"]
            .map(|id| Profile {
                id: id.into(),
                title: "I - Mission Critical".into(),
                description: "<ProfileDescription></ProfileDescription>".into(),
                selects: vec![select("V-235775", false), select("V-235775", true), select("V-999999", true)],
                ..Profile::default()
            })
            .into(),
        items: vec![
            rule(235_775, 960_735, "DKER-EE-001000", "low"),
            rule(235_776, 960_759, "DKER-EE-001050", "medium"),
            rule(235_777, 960_762, "DKER-EE-001070", "high"),
            rule(235_778, 960_765, "DKER-EE-001080", "medium"),
            rule(235_779, 960_768, "DKER-EE-001090", "medium"),
        ],
        ..Benchmark::default()
    }
}

fn rule_outcome(rule: &Rule, result: Verdict, summary: &str, observations: Vec<Observation>) -> RuleOutcome {
    RuleOutcome {
        result,
        summary: summary.into(),
        observations,
        probe: Some("sessions".into()),
        tenable_control_id: None,
        ..RuleOutcome::of("Docker_Enterprise_2-x_Linux-UNIX_STIG", rule)
    }
}

/// A run in which one rule passes, one fails, two are undecided and one does not apply.
pub(crate) fn outcome() -> Outcome {
    let benchmark = benchmark();
    let (ucp, dtr) = (origin(Need::UcpConfig), origin(Need::DtrTags));
    let rules: Vec<&Rule> = benchmark.rules().map(|(_, rule)| rule).collect();
    let limit = Observation::seen(&ucp, "per_user_limit", "10", "10", true);
    let tags = vec![
        Observation::seen(&dtr, "dev/app:0.9", "signed", "signed by releases", true),
        Observation::seen(&dtr, "dev/app:1.0", "signed", "no trust data", false),
    ];
    let applies = Observation::seen(&ucp, "backend", "managed", "managed", true);
    let mut rules = vec![
        rule_outcome(rules[0], Verdict::Pass, "The limit is set.", vec![limit]),
        rule_outcome(rules[1], Verdict::Fail, "1 of 2 tags is not signed.", tags),
        rule_outcome(rules[2], Verdict::Error, "GET https://ucp.example.mil/ca: timed out", Vec::new()),
        rule_outcome(rules[3], Verdict::NotChecked, "No probe decides this rule.", Vec::new()),
        rule_outcome(rules[4], Verdict::NotApplicable, "No LDAP is configured.", vec![applies]),
    ];
    rules[1].other_reading = Some(Literal { verdict: Verdict::Pass, reason: "The command prints nothing.".into() });
    rules[1].attachments = vec!["dtr-unsigned-tags.jsonl".into()];
    rules[1].tenable_control_id = Some("a10965d1bb75e68ecc85af061cab4515d9d803c17943915e5491b81eccecb167".into());
    rules[3].probe = None;
    let results: Vec<Verdict> = rules.iter().map(|rule| rule.result).collect();
    let endpoint = |kind: &str, url: &str| Endpoint {
        kind: kind.into(),
        url: url.into(),
        identity: Some("auditor".into()),
        pin: None,
    };
    Outcome {
        scores: scores(&benchmark, &results),
        history: Vec::new(),
        source: BenchmarkSource {
            name: "U_Docker_Enterprise_2-x_Linux-Unix_STIG_V2R2_Manual-xccdf.xml".into(),
            sha256: "0".repeat(64),
            shipped: false,
        },
        profile: Some(ProfileRef {
            id: "MAC-1_Classified".into(),
            title: "I - Mission Critical".into(),
            tailoring: None,
        }),
        benchmark: Arc::new(benchmark),
        asset: Asset {
            name: "ucp01".into(),
            fqdn: "ucp01.example.mil".into(),
            ip: vec!["10.0.0.5".into()],
            mac: "02:42:ac:11:00:02".into(),
            marking: "CUI".into(),
            ..Asset::default()
        },
        endpoints: vec![endpoint("UCP", "https://ucp.example.mil"), endpoint("DTR", "https://dtr.example.mil")],
        simulated: None,
        interpretation: Interpretation::Intent,
        started: at(0),
        finished: at(5),
        maker: Maker::this(),
        imported: None,
        evidence_sha256: "1".repeat(64),
        policy_sha256: Some("2".repeat(64)),
        rules,
    }
}

/// The same run after people have spoken: the rule that nobody looked at has an answer, the open one an
/// exception.
pub(crate) fn spoken() -> Outcome {
    let mut outcome = outcome();
    let statement = |by: &str, text: &str| Statement {
        by: by.into(),
        on: "2026-11-02".parse().expect("a date"),
        at: None,
        text: text.into(),
        expires: "2027-11-02".parse().ok(),
        evidence: Some(EvidenceFile { name: "plan.pdf".into(), sha256: "3".repeat(64) }),
    };
    outcome.rules[3].question = Some("Does the plan say how?".into());
    outcome.rules[3].result = Verdict::Pass;
    outcome.rules[3].summary = "Answered by Jane Doe on 2026-11-02: SSP 4.2.".into();
    outcome.rules[3].answer =
        Some(Answer { result: Verdict::Pass, statement: statement("Jane Doe", "SSP 4.2 says so.") });
    outcome.rules[1].waiver = Some(Waived {
        result: Verdict::Pass,
        statement: statement("The AO", "Accepted until the registry is replaced."),
    });
    let results: Vec<Verdict> = outcome.rules.iter().map(RuleOutcome::after_waiver).collect();
    outcome.scores = scores(&outcome.benchmark, &results);
    outcome
}

/// The word of a scan that contradicts a result.
pub(crate) fn contradiction() -> Beside {
    Beside {
        source: "Nessus on ucp01 (scan.nessus)".into(),
        result: Verdict::Fail,
        details: "[FAILED] DKER-EE-001000".into(),
        comments: String::new(),
        facts: Vec::new(),
        standing: Standing::Conflict,
        because: "The scan found it open.".into(),
    }
}

/// What is told of it beside this result.
pub(crate) fn contradicted(ours: Verdict) -> String {
    let other = "fail by Nessus on ucp01 (scan.nessus)";
    match ours {
        Verdict::Fail => format!("{other}, which stands; found otherwise here"),
        ours => format!("{ours} here, {other}"),
    }
}

/// A simulated run in which every text is as unfriendly as a target can make it.
pub(crate) fn nasty() -> Outcome {
    let mut outcome = outcome();
    let ucp = origin(Need::UcpConfig);
    let text = "\u{feff}\u{1b}[31m\u{7f}\u{9b}1m\u{85}\u{2028}]]> &amp;lt; <b> \u{0}\u{202e}gpj\u{202c} \u{5e9}\u{5dc}\r\n[pass] forged\u{ffff}";
    outcome.simulated = Some("default".into());
    outcome.asset.name = "SIMULATED-ucp01".into();
    outcome.asset.comment = format!("passed :: TEST {text}");
    outcome.rules[0].summary = text.into();
    outcome.rules[0].notes = vec![text.into()];
    outcome.rules[0].observations = vec![Observation::seen(&ucp, text, text, text, true)];
    let long: String = "\u{1f600}<x\u{5e9}".repeat(10_000);
    outcome.rules[1].observations[0] = Observation::seen(&ucp, "long", "short", long, false);
    outcome.rules[2].summary = format!("LABEL :: {text}");
    outcome
}
