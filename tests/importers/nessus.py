"""What nessus-file-reader and pyTenable read in .nessus files, as JSON: one object a file."""
import json
import sys
from collections import Counter

import nessus_file_reader as nfr
from tenable.reports import NessusReportv2

CM = "{http://www.nessus.org/cm}compliance-"


def by_reader(path):
    root = nfr.file.nessus_scan_file_root_element(path)
    (host,) = nfr.scan.report_hosts(root)
    words = ("PASSED", "FAILED", "WARNING", "ERROR")
    count = nfr.host.number_of_compliance_plugins_per_result
    items = []
    for item in nfr.host.report_items(host):
        value = lambda name: nfr.plugin.compliance_check_item_value(item, f"cm:compliance-{name}")
        items.append({
            "compliance": nfr.plugin.compliance_plugin(item),
            "name": value("check-name"),
            "result": value("result"),
            "control_id": value("control-id"),
            "actual": value("actual-value"),
        })
    return {
        "all": nfr.host.number_of_compliance_plugins(host),
        "counts": {word: count(host, word) for word in words},
        "items": items,
    }


def by_tenable(path):
    items = list(NessusReportv2(path))
    return {
        "counts": Counter(item[CM + "result"] for item in items),
        "items": [
            {
                "name": item[CM + "check-name"],
                "result": item[CM + "result"],
                "control_id": item[CM + "control-id"],
                "actual": item[CM + "actual-value"],
            }
            for item in items
        ],
    }


print(json.dumps([{"reader": by_reader(p), "tenable": by_tenable(p)} for p in sys.argv[1:]]))
