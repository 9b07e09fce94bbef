//! Checklists of STIG Viewer 3.

use super::cases;

#[test]
fn checklists_in_json() {
    cases(
        "good.cklb",
        &[
            ("\"title\": \"ucp01\",", "", &["1 refused schema-missing V", "1 remark schema-missing E"]),
            (
                "\"id\": \"430285a1-ca31-42aa-8da1-e698092c767a\"",
                "\"id\": \"1\"",
                &["3 refused schema-value V", "3 remark schema-value E"],
            ),
            ("\"stigs\"", "\"stig\"", &["1 refused cklb-structure M", "4 remark schema-unknown V"]),
            (
                "\"stig_id\": \"Docker_Enterprise_2-x_Linux-UNIX_STIG\",",
                "",
                &[
                    "5 refused stig-id M",
                    "5 refused schema-missing V",
                    "5 dropped stig-id M",
                    "5 remark schema-missing E",
                ],
            ),
            ("Docker_Enterprise_2-x_Linux-UNIX_STIG", &"D".repeat(256), &["8 cut stig-id M"]),
            ("\"Release: 2 Benchmark Date: 24 Jul 2024\"", "\"Release: 2\"", &["9 mangled release-info M"]),
            ("\"version\": \"2\",", "", &["5 mangled revision M"]),
            ("\"version\": \"2\"", "\"version\": 2", &[]),
            ("\"size\": 2", "\"size\": \"2\"", &["12 refused schema-value V", "12 remark schema-value E"]),
            ("\"rules\": [", "\"rules\": [], \"x\": [", &["13 dropped no-results M", "13 remark schema-unknown V"]),
            ("\"rules\"", "\"rule\"", &["5 refused cklb-structure M", "13 remark schema-unknown V"]),
            ("\"host_name\": \"ucp01\",", "", &["42 refused host-name M"]),
            ("\"host_name\": \"ucp01\"", "\"host_name\": \"\"", &["44 refused host-name M"]),
            (
                "\"host_name\": \"ucp01\"",
                "\"host_name\": 5",
                &["44 refused schema-value V", "44 mangled host-name M", "44 remark schema-value E"],
            ),
            (
                "\"host_name\": \"ucp01\"",
                "\"host_name\": \"uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu\"",
                &["44 refused host-name M"],
            ),
            (
                "\"10.0.0.5\"",
                "\"1111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111\"",
                &["45 cut asset-field M"],
            ),
            (
                "\"is_web_database\": false",
                "\"is_web_database\": \"false\"",
                &["47 refused schema-value V", "47 mangled asset-field M", "47 remark schema-value E"],
            ),
            (
                "\"not_a_finding\"",
                "\"NotAFinding\"",
                &[
                    "22 refused schema-value V",
                    "22 dropped status M",
                    "22 dropped status E",
                    "22 remark schema-value E",
                ],
            ),
            (
                "\"not_a_finding\"",
                "null",
                &[
                    "22 refused schema-value V",
                    "22 dropped status M",
                    "22 dropped status E",
                    "22 remark schema-value E",
                ],
            ),
            ("\"status\": \"not_a_finding\",", "", &["14 dropped status M", "14 dropped status E"]),
            ("\"status\": \"not_a_finding\"", "\"status\": \"not_reviewed\"", &[]),
            ("\"rule_id_src\": \"SV-235775r960735_rule\",", "", &["14 dropped rule-id M"]),
            ("SV-235775r960735_rule", "SV-235775r960735", &["18 dropped rule-id M"]),
            ("SV-235775r960735_rule", "xccdf_mil.disa.stig_rule_SV-235775r960735_rule", &["18 cut rule-id M"]),
            ("\"comments\": \"by hand\"", "\"comments\": null", &["24 remark schema-null V"]),
            (
                "\"comments\": \"by hand\"",
                "\"comments\": 5",
                &["24 refused schema-value V", "24 mangled text-shape M", "24 remark schema-value E"],
            ),
            (
                "\"overrides\": {}",
                "\"overrides\": {\"severity\": {\"severity\": \"high\"}}",
                &["23 dropped severity-override M", "23 remark severity-override VE"],
            ),
            (
                "\"severity\": \"low\"",
                "\"severity\": \"CAT III\"",
                &["16 refused schema-value V", "16 remark schema-value E"],
            ),
            ("the limit is 10", &"x".repeat(32768), &["25 cut text-length M"]),
            ("tcp://0.0.0.0:2375", &"x".repeat(4001), &["34 remark text-length E"]),
            (
                "\"group_title\": \"SRG-APP-000001\"",
                "\"group_title\": \"The number of sessions must be limited.\"",
                &["17 remark group-title V"],
            ),
            (
                "\"ccis\": [\"CCI-000054\"]",
                "\"ccis\": \"CCI-000054\"",
                &["21 refused schema-value V", "21 remark schema-value E"],
            ),
            ("\"status\": \"open\"", "\"status\": \"open\", \"status\": \"open\"", &["31 dropped same-name VME"]),
            ("\"cklb_version\": \"1.0\"", "\"cklb_version\": \"1.0\",", &["51 refused not-json VME"]),
            ("\"cklb_version\": \"1.0\"", "\"cklb_version\": \"1.0\", \"mine\": 1", &["50 remark schema-unknown V"]),
            ("\"cklb_version\": \"1.0\"", "\"cklb_version\": \"1.0\", \"evaluate-stig\": {}", &["50 remark engine M"]),
            ("by hand", "by\u{1b}hand", &["24 refused not-json VME"]),
            ("by hand", "by \\x hand", &["24 refused not-json VME"]),
            ("\n}", "\n", &["52 refused not-json VME"]),
            (
                "\"stigs\": [",
                "\"stigs\": [null, ",
                &[
                    "4 refused cklb-structure M",
                    "4 refused schema-value V",
                    "4 remark schema-value E",
                    "5 remark several-stigs E",
                ],
            ),
        ],
    );
}
