"""Status and finding details of each rule of checklists (CKL), as JSON."""
import json
import sys
import xml.etree.ElementTree as ET


def rules(path):
    seen = {}
    for vuln in ET.parse(path).iter("VULN"):
        data = {d.findtext("VULN_ATTRIBUTE"): d.findtext("ATTRIBUTE_DATA") for d in vuln.iter("STIG_DATA")}
        seen[data["Vuln_Num"]] = {
            "status": vuln.findtext("STATUS"),
            "details": vuln.findtext("FINDING_DETAILS"),
        }
    return seen


print(json.dumps([rules(path) for path in sys.argv[1:]]))
