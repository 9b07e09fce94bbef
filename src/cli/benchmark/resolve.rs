//! `stigprobe benchmark resolve`.

use serde::Serialize;

use super::info::IdentInfo;
use super::{How, Prepared, Which, prepare, title};
use crate::cli::CLEAN;
use crate::cli::output::{self, Failed};
use crate::report::text::line;
use crate::xccdf::apply::{Applied, AppliedRule, Basis, Texts, basis, exports};
use crate::xccdf::ids::check_digest;
use crate::xccdf::model::{Check, CheckNode, ComplexCheck, Datum, Operator, Profile, ValueSetting};
use crate::xccdf::resolve::merged;
use crate::xccdf::{Group, Rule};

// Options of `benchmark resolve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    how: How,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<u8, Failed> {
    let prepared = prepare(&args.which, &args.how)?;
    if args.json {
        output::print_json(&json(&prepared))?;
    } else {
        output::print(&text(&prepared))?;
    }
    Ok(CLEAN)
}

/// The JSON of `benchmark resolve`: a contract.
#[derive(Serialize)]
struct Json<'a> {
    profile: Option<&'a str>,
    rules: Vec<RuleJson<'a>>,
    values: Vec<ValueJson<'a>>,
    profiles: Vec<ProfileJson>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    id: &'a str,
    group_id: Option<&'a str>,
    selected: bool,
    reason: &'a str,
    role: &'a str,
    severity: &'a str,
    weight: f64,
    /// The check that decides; of several that could, the first.
    check: Option<serde_json::Value>,
    /// All that could: the first whose system is supported is the one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<serde_json::Value>,
    version: &'a str,
    title: &'a str,
    ccis: Vec<&'a str>,
    idents: Vec<IdentInfo<'a>>,
    check_digest: Option<String>,
    fixes: Vec<FixJson<'a>>,
    exports: Vec<ExportJson<'a>>,
}

#[derive(Serialize)]
struct FixJson<'a> {
    id: Option<&'a str>,
    system: Option<&'a str>,
    /// The text with everything put in; none when something that it names is not there.
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
}

#[derive(Serialize)]
struct ExportJson<'a> {
    name: String,
    value_id: &'a str,
    r#type: &'a str,
    value: serde_json::Value,
}

#[derive(Serialize)]
struct ValueJson<'a> {
    id: &'a str,
    r#type: &'a str,
    value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<&'a str>,
    title: &'a str,
    /// Why it is no value that the Value admits.
    #[serde(skip_serializing_if = "Option::is_none")]
    misfit: Option<&'a str>,
}

#[derive(Serialize)]
struct ProfileJson {
    id: String,
    title: String,
    selectors: Vec<serde_json::Value>,
}

fn datum(value: Option<&Datum>) -> serde_json::Value {
    match value {
        None => serde_json::Value::Null,
        Some(Datum::Simple(text)) => text.as_str().into(),
        Some(Datum::Complex(parts)) => parts.clone().into(),
    }
}

fn json(prepared: &Prepared) -> Json<'_> {
    let Prepared { benchmark, applied, .. } = prepared;
    let texts = Texts::new(benchmark, &applied.values);
    let rules = benchmark.rules().zip(&applied.rules);
    Json {
        profile: applied.profile.as_deref(),
        rules: rules.map(|((group, rule), as_applied)| rule_json(group, rule, as_applied, applied, &texts)).collect(),
        values: applied
            .values
            .iter()
            .map(|v| ValueJson {
                id: &v.id,
                r#type: &v.kind,
                value: datum(v.value.as_ref()),
                operator: v.operator.as_deref(),
                selector: v.selector.as_deref(),
                title: &v.title,
                misfit: v.misfit.as_deref(),
            })
            .collect(),
        profiles: benchmark.profiles.iter().map(profile_json).collect(),
    }
}

fn rule_json<'a>(
    group: Option<&'a Group>,
    rule: &'a Rule,
    as_applied: &'a AppliedRule,
    applied: &'a Applied,
    texts: &Texts<'_>,
) -> RuleJson<'a> {
    let basis = basis(rule, as_applied.selector.as_deref());
    let all: Vec<serde_json::Value> = match &basis {
        Basis::Complex(complex) => vec![complex_json(complex)],
        Basis::Checks(checks) => checks.iter().map(|c| check_json(c)).collect(),
    };
    let fixes = rule.fixes.iter().map(|fix| {
        let (text, missing) = match texts.fix(fix) {
            Ok(text) => (Some(text), None),
            Err(missing) => (None, Some(missing.0)),
        };
        FixJson { id: fix.id.as_deref(), system: fix.system.as_deref(), text, missing }
    });
    let exports = exports(&basis, &applied.values);
    RuleJson {
        id: &rule.id,
        group_id: group.map(|g| g.id.as_str()),
        selected: as_applied.selected,
        reason: &as_applied.reason,
        role: &as_applied.role,
        severity: &as_applied.severity,
        weight: as_applied.weight.value,
        check: all.first().cloned(),
        candidates: if all.len() > 1 { all } else { Vec::new() },
        version: &rule.version,
        title: &rule.title,
        ccis: rule.ccis().collect(),
        idents: IdentInfo::of(rule),
        check_digest: check_digest(rule),
        fixes: fixes.collect(),
        exports: exports
            .into_iter()
            .map(|(name, value)| ExportJson {
                name,
                value_id: &value.id,
                r#type: &value.kind,
                value: datum(value.value.as_ref()),
            })
            .collect(),
    }
}

fn check_json(check: &Check) -> serde_json::Value {
    let refs = check.content_refs.iter();
    let refs: Vec<_> = refs.map(|r| serde_json::json!({"href": r.href, "name": r.name})).collect();
    let exports = check.exports.iter();
    let exports: Vec<_> = exports.map(|e| serde_json::json!({"name": e.name, "value_id": e.value_id})).collect();
    serde_json::json!({
        "system": check.system,
        "selector": check.selector,
        "negate": check.negate,
        "multi_check": check.multi_check,
        "content_refs": refs,
        "exports": exports,
        "has_content": check.content.is_some(),
    })
}

fn complex_json(complex: &ComplexCheck) -> serde_json::Value {
    let operator = match complex.operator {
        Operator::And => "AND",
        Operator::Or => "OR",
    };
    let children = complex.children.iter().map(|child| match child {
        CheckNode::Check(check) => check_json(check),
        CheckNode::Complex(inner) => complex_json(inner),
    });
    serde_json::json!({
        "operator": operator,
        "negate": complex.negate,
        "children": children.collect::<Vec<_>>(),
    })
}

fn profile_json(profile: &Profile) -> ProfileJson {
    let merged = merged(profile);
    let selects =
        merged.selects.iter().map(|s| serde_json::json!({"kind": "select", "idref": s.idref, "selected": s.selected}));
    let refined = merged.refine_rules.iter().map(|r| {
        serde_json::json!({
            "kind": "refine-rule",
            "idref": r.idref,
            "weight": r.weight.as_ref().map(|w| w.value),
            "severity": r.severity,
            "role": r.role,
            "selector": r.selector,
        })
    });
    let values = merged.values.iter().map(|setting| match setting {
        ValueSetting::Refine { idref, selector, operator } => serde_json::json!({
            "kind": "refine-value", "idref": idref, "selector": selector, "operator": operator,
        }),
        ValueSetting::Set { idref, to } => {
            serde_json::json!({"kind": "set-value", "idref": idref, "value": datum(Some(to))})
        }
    });
    ProfileJson {
        selectors: selects.chain(refined).chain(values).collect(),
        id: merged.id.clone(),
        title: merged.title.clone(),
    }
}

fn text(prepared: &Prepared) -> String {
    let applied = &prepared.applied;
    let profile = prepared.profile.as_ref();
    let name = profile.map_or("none".to_owned(), |p| format!("{} ({})", line(&p.id), line(&p.title)));
    let selected = applied.rules.iter().filter(|r| r.selected).count();
    let mut text = format!(
        "{}\nFile      {}\nProfile   {name}\nRules     {selected} of {} are selected\n\n",
        title(&prepared.benchmark),
        line(&prepared.source.name),
        applied.rules.len()
    );
    for ((_, rule), as_applied) in prepared.benchmark.rules().zip(&applied.rules) {
        let mark = if as_applied.selected { "x" } else { "-" };
        text += &format!("{mark} {:<8} {}", line(&as_applied.severity), line(&rule.id));
        if as_applied.role != "full" {
            text += &format!(" [{}]", line(&as_applied.role));
        }
        if !as_applied.selected {
            text += &format!(": {}", line(&as_applied.reason));
        }
        text += "\n";
    }
    if !applied.values.is_empty() {
        text += "\nValues\n";
    }
    for value in &applied.values {
        let shown = value.value.as_ref().map_or("(none)".to_owned(), Datum::to_text);
        text += &format!("  {} = {}\n", line(&value.id), line(&shown));
    }
    text
}
