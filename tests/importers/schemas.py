"""What a JSON schema says of documents, and what junitparser reads in JUnit files, as JSON.

Usage: schemas.py schema SCHEMA FILE... | schemas.py junit FILE...
"""
import json
import sys

import jsonschema_rs
from junitparser import JUnitXml


def complaints(validator, path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    return [
        {"at": "/".join(str(step) for step in error.instance_path), "message": error.message[:300]}
        for error in validator.iter_errors(document)
    ]


def cases(path):
    xml = JUnitXml.fromfile(path)
    return {
        "tests": xml.tests, "failures": xml.failures, "errors": xml.errors, "skipped": xml.skipped,
        "cases": [
            {"name": case.name, "kinds": [type(r).__name__ for r in case.result], "texts": [r.text for r in case.result]}
            for suite in xml for case in suite
        ],
    }


kind, *rest = sys.argv[1:]
if kind == "junit":
    print(json.dumps([cases(path) for path in rest]))
else:
    with open(rest[0], encoding="utf-8") as file:
        # A bracket too many in a pattern of SARIF's schema, which engines for JavaScript let pass.
        schema = file.read().replace("{2}]?$", "{2}\\\\]?$")
    validator = jsonschema_rs.validator_for(json.loads(schema))
    print(json.dumps([complaints(validator, path) for path in rest[1:]]))
