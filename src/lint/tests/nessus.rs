//! Scans of Nessus.

use super::cases;

#[test]
fn files_of_nessus() {
    cases(
        "good.nessus",
        &[
            (",CCI|", ", CCI|", &[]),
            (",Vuln-ID|V-235775", ", Vuln-ID|V-235775", &["15 dropped reference H"]),
            (",Vuln-ID|V-235775", "", &["15 dropped reference H"]),
            ("CAT|III,", "", &["15 mangled severity H"]),
            ("PASSED", "passed", &["9 remark nessus-shape E", "14 mangled result H"]),
            ("PASSED", "SKIPPED", &["9 remark nessus-shape E", "14 mangled result H"]),
            ("<cm:compliance-reference>", "<cm:compliance-reference a=\"1\">", &["15 refused reference H"]),
            ("<policyName>STIG (by hand)</policyName>", "", &["2 remark policy H"]),
            ("<compliance>true", "<compliance>false", &["9 remark nessus-shape E"]),
            ("severity=\"0\"", "severity=\"2\"", &["9 remark nessus-shape E"]),
            ("2.2.0", "v2r2", &["9 remark nessus-shape E"]),
            ("1795428000", "1795428000.5", &["6 remark nessus-shape E"]),
            ("http://www.nessus.org/cm", "urn:cm", &["4 remark nessus-shape E"]),
            ("</Report>", "</Report><Report/>", &["26 dropped empty-profile H"]),
            (
                "NessusClientData_v2>",
                "NessusClientData>",
                &["1 dropped empty-profile H", "27 refused not-well-formed E", "27 dropped not-well-formed H"],
            ),
            (
                "<compliance>true</compliance>",
                "<compliance>true</compliance><cm:compliance-control-id>abc</cm:compliance-control-id>",
                &["9 remark nessus-shape E", "17 remark nessus-shape E"],
            ),
        ],
    );
}
