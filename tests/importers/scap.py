"""OSCAL and XCCDF in the hands of compliance-trestle, of the package oscal (which judges by NIST's own
metaschema, data types and constraints) and of openscap-report, as JSON.

Usage: oscal.py FOLDER (XCCDF ARF ASSESSMENT-RESULTS POAM)...
"""
import json
import pathlib
import subprocess
import sys

from openscap_report.scap_results_parser import SCAPResultsParser
from oscal import OSCAL
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones
from trestle.transforms.implementations.xccdf import XccdfTransformer


def transformed(path):
    """What the transform behind `trestle task xccdf-result-to-oscal-ar` makes of results, by rule."""
    XccdfTransformer.set_timestamp("2026-11-22T00:00:00+00:00")
    transformer = XccdfTransformer()
    transformer.set_title("results")
    transformer.set_description("results")
    transformer.set_type("Validator")
    transformer.set_modes({"checking": True})
    transformer.set_tags({})
    (result,) = transformer.transform(pathlib.Path(path).read_text()).root
    words = [{p.name: p.value for p in o.props} for o in result.observations]
    return {word["idref"]: word["result"] for word in words}


def valid(path):
    content = OSCAL.open(path)
    return {"valid": content.is_valid, "status": content.validation_status, "errors": content.validation_errors}


def report(path):
    """Each rule's result as openscap-report shows it."""
    parsed = SCAPResultsParser(pathlib.Path(path).read_bytes()).parse_report()
    return {rule.rule_id: rule.result for rule in parsed.rules.values()}


def trestle_validates(folder, kind, path):
    """`trestle validate` in a workspace that holds this one document."""
    trestle = pathlib.Path(sys.executable).with_name("trestle")
    model = folder / kind / "scan"
    model.mkdir(parents=True)
    (model / f"{kind}.json").write_bytes(pathlib.Path(path).read_bytes())
    done = subprocess.run(
        [trestle, "validate", "-f", f"{kind}/scan/{kind}.json"], cwd=folder, capture_output=True, text=True
    )
    return {"code": done.returncode, "said": done.stdout + done.stderr}


def main(folder, files):
    out = []
    for number, (xccdf, arf, results, poam) in enumerate(zip(*[iter(files)] * 4)):
        here = pathlib.Path(folder, str(number))
        here.mkdir()
        (here / ".trestle").mkdir()
        (here / ".trestle" / "config.ini").write_text("")
        ar = AssessmentResults.oscal_read(pathlib.Path(results))
        plan = PlanOfActionAndMilestones.oscal_read(pathlib.Path(poam))
        out.append({
            "transformed": [transformed(xccdf), transformed(arf)],
            "results": {
                "evidence": [o.relevant_evidence[0].description for o in ar.results[0].observations],
                "findings": [f.title for f in ar.results[0].findings or []],
                "trestle": trestle_validates(here, "assessment-results", results),
                "oscal": valid(results),
            },
            "poam": {
                "items": [item.title for item in plan.poam_items],
                "trestle": trestle_validates(here, "plan-of-action-and-milestones", poam),
                "oscal": valid(poam),
            },
            "reports": [report(xccdf), report(arf)],
        })
    print(json.dumps(out, default=str))


main(sys.argv[1], sys.argv[2:])
