//! Published benchmarks against facts that an independent reader (libxml2) found in them.

mod common;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use common::shared;
use serde_json::{Value, json};
use stigprobe::xccdf::apply::{Only, apply};
use stigprobe::xccdf::model::{Item, Rule, ValueSetting};
use stigprobe::xccdf::read::Document;
use stigprobe::xccdf::{Benchmark, ids, read};

fn open(path: &PathBuf) -> Document {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read(file).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Digest of a list, one item a line and no line end after the last.
fn list<S: AsRef<str>>(items: impl IntoIterator<Item = S>) -> String {
    let items: Vec<_> = items.into_iter().map(|item| item.as_ref().to_owned()).collect();
    ids::sha256_hex(items.join("\n").as_bytes())
}

fn counted<S: Into<String>>(items: impl IntoIterator<Item = S>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item.into()).or_insert(0) += 1;
    }
    counts
}

fn group_ids<'a>(items: &'a [Item], ids: &mut Vec<&'a str>) {
    for item in items {
        if let Item::Group(group) = item {
            ids.push(&group.id);
            group_ids(&group.items, ids);
        }
    }
}

/// Idents that look like a CCI, whatever their system.
fn ccis(rule: &Rule) -> Vec<&str> {
    let is_cci = |text: &str| {
        let digits = text.strip_prefix("CCI-");
        digits.is_some_and(|d| d.len() == 6 && d.bytes().all(|byte| byte.is_ascii_digit()))
    };
    rule.idents.iter().map(|ident| ident.value.as_str()).filter(|text| is_cci(text)).collect()
}

/// The facts of the oracle that the model can answer, under the oracle's names.
fn facts(document: &Document) -> Value {
    let b: &Benchmark = &document.benchmark;
    let rules: Vec<&Rule> = b.rules().map(|(_, rule)| rule).collect();
    let mut groups = Vec::new();
    group_ids(&b.items, &mut groups);
    let mut texts: Vec<u8> = Vec::new();
    for rule in &rules {
        let check = rule.check_content().unwrap_or_default();
        for text in [&rule.id, &rule.title, &rule.description, rule.fix_text(), check] {
            texts.extend_from_slice(text.as_bytes());
            texts.push(0);
        }
    }
    let lines = rules.iter().map(|rule| {
        let (id, severity, weight) = (&rule.id, &rule.severity, &rule.weight.text);
        format!("{id}\t{severity}\t{weight}\t{}\t{}", rule.version, ccis(rule).join(","))
    });
    let statuses = b.statuses.iter().map(|s| json!([s.value, s.date.as_deref().unwrap_or("")]));
    let plain_texts: BTreeMap<_, _> = b.plain_texts.iter().map(|p| (&p.id, &p.text)).collect();
    let profiles = b.profiles.iter().map(|p| {
        let on = p.selects.iter().filter(|select| select.selected).count();
        let (selects, title) = (p.selects.len(), &p.title);
        let applied = apply(b, Some(p), &Only::default());
        let selected = applied.rules.iter().filter(|rule| rule.selected).count();
        let kinds = |refine| {
            let all = p.values.iter();
            all.filter(|v| matches!(v, ValueSetting::Refine { .. }) == refine).count()
        };
        json!({
            "id": p.id, "title": title, "n_select": selects, "n_select_true": on,
            "n_rules_selected": selected, "n_refine_rule": p.refine_rules.len(),
            "n_refine_value": kinds(true), "n_set_value": kinds(false),
            "extends": p.extends.as_deref().unwrap_or(""),
        })
    });
    let default = apply(b, None, &Only::default());
    let platforms = b.platforms.iter().map(|p| &p.idref);
    json!({
        "sha256": document.sha256,
        "ns": b.schema.namespace(),
        "version_of_xccdf": b.schema.version(),
        "benchmark_id": b.id,
        "lang": b.lang.as_deref().unwrap_or(""),
        "status": statuses.collect::<Vec<_>>(),
        "title": b.title,
        "version": b.version,
        "plain_text": plain_texts,
        "release_info": b.release_info(),
        "n_groups": groups.len(),
        "n_rules": rules.len(),
        "n_profiles": b.profiles.len(),
        "group_ids_sha256": list(groups),
        "rule_ids_sha256": list(rules.iter().map(|rule| &rule.id)),
        "severities": counted(rules.iter().map(|rule| &rule.severity)),
        "severities_sha256": list(rules.iter().map(|rule| &rule.severity)),
        "stig_ids_sha256": list(rules.iter().map(|rule| &rule.version)),
        "ccis_sha256": list(rules.iter().map(|rule| ccis(rule).join(","))),
        "n_ccis": rules.iter().map(|rule| ccis(rule).len()).sum::<usize>(),
        "rules_sha256": list(lines),
        "text_sha256": ids::sha256_hex(&texts),
        "ident_systems": counted(rules.iter().flat_map(|r| &r.idents).map(|i| &i.system)),
        "profiles": profiles.collect::<Vec<_>>(),
        "n_values": b.all_values().count(),
        "value_ids_sha256": list(b.all_values().map(|value| &value.id)),
        "n_selected_default": default.rules.iter().filter(|rule| rule.selected).count(),
        "models": b.models,
        "platforms": platforms.collect::<Vec<_>>(),
        "testresults": b.test_results.len(),
    })
}

/// The oracle's facts of a file, reduced to what [`facts`] answers.
fn expected(oracle: &Value, names: &Value) -> Value {
    let mut expected = names.clone();
    for (name, value) in expected.as_object_mut().expect("facts are an object") {
        *value = oracle[name].clone();
        if name == "profiles" {
            for profile in value.as_array_mut().expect("profiles are a list") {
                profile.as_object_mut().expect("an object").retain(|k, _| k != "dangling_idrefs");
            }
        }
    }
    expected
}

#[test]
fn every_fact_of_every_published_file() {
    let Some(corpus) = shared("corpus") else { return };
    let oracle = std::fs::read_to_string(corpus.join("disa-oracle.jsonl")).expect("oracle");
    let mut files = 0;
    for line in oracle.lines() {
        let oracle: Value = serde_json::from_str(line).expect("an oracle of JSON");
        let name = oracle["file"].as_str().expect("a file name");
        let found = facts(&open(&corpus.join("disa").join(name)));
        let expected = expected(&oracle, &found);
        for (fact, value) in found.as_object().expect("facts are an object") {
            assert_eq!(value, &expected[fact], "{fact} of {name}");
        }
        files += 1;
    }
    let present = std::fs::read_dir(corpus.join("disa")).expect("a directory").count();
    assert!(files == present && files >= 21, "{files} facts about {present} files");
}

#[test]
fn the_two_releases_for_docker_enterprise() {
    let Some(stigs) = shared("stigs") else { return };
    let releases = [("UNIX_STIG_V2R1", "V2R1", 100), ("Unix_STIG_V2R2", "V2R2", 101)];
    for (file, revision, rules) in releases {
        let name = format!("U_Docker_Enterprise_2-x_Linux-{file}_Manual-xccdf.xml");
        let benchmark = open(&stigs.join(name)).benchmark;
        assert_eq!((benchmark.revision().as_str(), benchmark.rules().count()), (revision, rules));
        let mut all = benchmark.rules().map(|(_, rule)| rule);
        let rule = all.find(|rule| rule.version == "DKER-EE-004370").expect("the rule");
        let control = ids::control_id(&benchmark.id, &rule.version);
        let digest = ids::check_digest(rule).expect("a check text");
        let expected = "974062c80d1ab1b550544d454fb03cbd271c115704fb9a89fbe37dbf57cef143";
        assert_eq!(ids::check_id(&control, &digest), expected);
    }
}
