//! Checklists of STIG Viewer 2.

use super::cases;

/// A status that is none of the format's words.
const UNKNOWN_STATUS: &[&str] = &[
    "57 refused schema-value V",
    "57 dropped status M",
    "57 dropped status E",
    "57 mangled status H",
    "57 mangled status O",
    "57 remark schema-value E",
];

#[test]
fn checklists_in_xml() {
    cases(
        "good.ckl",
        &[
            (
                "the limit is 10",
                "the \u{1b}[31mlimit is 10",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "a & b",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "x < 10",
                &[
                    "36 refused no-finding-details M",
                    "58 mangled text-shape M",
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed H",
                    "62 dropped not-well-formed M",
                ],
            ),
            (
                "the limit is 10",
                "<br>",
                &[
                    "36 refused no-finding-details M",
                    "58 mangled text-shape M",
                    "58 refused not-well-formed H",
                    "58 refused not-well-formed VEO",
                    "58 dropped not-well-formed M",
                ],
            ),
            (
                "the limit is 10",
                "]]> ",
                &[
                    "58 refused not-well-formed VEO",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "the limit is 10",
                "&nbsp;",
                &[
                    "58 refused not-well-formed VEO",
                    "58 mangled decoded-twice M",
                    "58 remark not-well-formed MH",
                ],
            ),
            (
                "</COMMENTS>",
                "</COMMENT>",
                &[
                    "59 refused not-well-formed H",
                    "59 refused not-well-formed VEO",
                    "59 dropped not-well-formed M",
                ],
            ),
            (
                "</VULN>",
                "",
                &[
                    "82 refused not-well-formed H",
                    "82 refused not-well-formed VEO",
                    "82 dropped not-well-formed M",
                ],
            ),
            (
                "</CHECKLIST>",
                "",
                &[
                    "3 refused not-well-formed H",
                    "3 dropped not-well-formed M",
                    "85 refused not-well-formed VEO",
                ],
            ),
            (
                "</CHECKLIST>",
                "</CHECKLIST",
                &[
                    "84 refused not-well-formed M",
                    "84 refused not-well-formed H",
                    "84 refused not-well-formed VEO",
                ],
            ),
            (
                "</CHECKLIST>",
                "</CHECKLIST><CHECKLIST/>",
                &[
                    "84 refused not-well-formed H",
                    "84 refused not-well-formed VEO",
                    "84 dropped not-well-formed M",
                ],
            ),
            (
                "<CHECKLIST>",
                "<!DOCTYPE CHECKLIST><CHECKLIST>",
                &["3 remark doctype VMEHO"],
            ),
            (
                "<ASSET>",
                "<ASSET><!-- a -- b -->",
                &[
                    "4 refused not-well-formed H",
                    "4 refused not-well-formed VEO",
                    "4 remark not-well-formed M",
                ],
            ),
            (
                "<?xml",
                "\n<?xml",
                &[
                    "2 refused not-well-formed H",
                    "2 refused not-well-formed VEO",
                    "2 remark not-well-formed M",
                ],
            ),
            (
                " version=\"1.0\"",
                "",
                &[
                    "1 refused not-well-formed H",
                    "1 refused not-well-formed VEO",
                    "1 remark not-well-formed M",
                ],
            ),
            ("<ASSET>", "<ASSET><!--c-->", &["4 refused comment O"]),
            (
                "<STIG_INFO>",
                "<STIG_INFO><!--c-->",
                &["19 refused comment O"],
            ),
            (
                "<VULN>",
                "<VULN>text",
                &[
                    "36 refused schema-text V",
                    "36 refused comment O",
                    "36 remark schema-text E",
                ],
            ),
            (
                "<CHECKLIST>",
                "<CHECKLIST a=\"1\">",
                &[
                    "3 refused mistaken-kind H",
                    "3 refused schema-attribute V",
                    "3 remark schema-attribute E",
                ],
            ),
            (
                "<CHECKLIST>",
                "<CHECKLIST >",
                &["3 refused mistaken-kind H"],
            ),
            (
                "<STATUS>",
                "<STATUS a=\"1\">",
                &[
                    "57 dropped status M",
                    "57 refused schema-attribute V",
                    "57 remark schema-attribute E",
                ],
            ),
            (
                "<STIG_DATA>",
                "<STIG_DATA xmlns=\"u\">",
                &[
                    "37 refused schema-attribute V",
                    "37 dropped namespace H",
                    "37 remark schema-attribute E",
                ],
            ),
            (
                "<HOST_NAME>ucp01</HOST_NAME>",
                "",
                &[
                    "4 refused host-name M",
                    "4 refused host-name O",
                    "4 remark host-name EV",
                    "8 refused schema-missing V",
                    "8 remark schema-missing E",
                ],
            ),
            (
                "<HOST_NAME>ucp01",
                "<HOST_NAME>",
                &[
                    "7 refused host-name M",
                    "7 refused host-name O",
                    "7 remark host-name EV",
                ],
            ),
            (
                ">ucp01<",
                ">uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu<",
                &["7 refused host-name M"],
            ),
            (
                "<HOST_NAME>ucp01</HOST_NAME>",
                "<HOST_NAME>a</HOST_NAME><HOST_NAME>b</HOST_NAME>",
                &[
                    "7 mangled host-name M",
                    "7 refused schema-element V",
                    "7 remark schema-element E",
                ],
            ),
            (
                "<ROLE>None",
                "<ROLE>",
                &[
                    "5 refused schema-value V",
                    "5 refused asset-field H",
                    "5 remark schema-value E",
                ],
            ),
            (
                "<ROLE>None",
                "<ROLE>Manager",
                &[
                    "5 refused schema-value V",
                    "5 refused asset-field H",
                    "5 remark schema-value E",
                ],
            ),
            (
                "<ROLE>None</ROLE>",
                "",
                &["6 refused schema-missing V", "6 remark schema-missing E"],
            ),
            (
                ">Computing<",
                ">computing<",
                &[
                    "6 refused schema-value V",
                    "6 refused asset-field H",
                    "6 remark schema-value E",
                ],
            ),
            (
                "<TECH_AREA>",
                "<TECH_AREA>None",
                &[
                    "11 refused schema-value V",
                    "11 refused asset-field H",
                    "11 remark schema-value E",
                ],
            ),
            ("10.0.0.5", "10.0.0.5/24", &["8 refused asset-field H"]),
            ("10.0.0.5", "10.0.0.5 10.0.0.6", &[]),
            (
                "02:42:AC:11:00:02",
                "0242AC110002",
                &["9 refused asset-field H"],
            ),
            ("ucp01.example.mil", "ucp01", &["10 refused asset-field H"]),
            (
                "ucp01.example.mil",
                "ucp_1.example.mil",
                &["10 refused asset-field H"],
            ),
            (
                ">10.0.0.5<",
                ">10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5 10.0.0.5<",
                &["8 cut asset-field M"],
            ),
            (
                "<WEB_OR_DATABASE>false",
                "<WEB_OR_DATABASE>no",
                &[
                    "13 refused schema-value V",
                    "13 refused asset-field H",
                    "13 remark schema-value E",
                ],
            ),
            (
                "<TARGET_KEY>5281</TARGET_KEY>",
                "<TARGET_COMMENT></TARGET_COMMENT><TARGET_KEY>5281</TARGET_KEY>",
                &["12 refused schema-element V", "12 remark schema-element E"],
            ),
            (
                "<ASSET>",
                "<ASSET><FOO/>",
                &["4 refused schema-element V", "4 remark schema-element E"],
            ),
            (
                "<SID_NAME>customname",
                "<SID_NAME>hostname",
                &["33 refused schema-value V", "33 remark schema-value E"],
            ),
            (
                "<VULN_ATTRIBUTE>LEGACY_ID",
                "<VULN_ATTRIBUTE>LegacyID",
                &["50 refused schema-value V", "50 remark schema-value E"],
            ),
            (
                "<SID_NAME>stigid",
                "<SID_NAME>title",
                &["19 refused stig-id M"],
            ),
            (
                "Docker_Enterprise_2-x_Linux-UNIX_STIG",
                "",
                &["18 refused stig-id M", "24 dropped stig-id M"],
            ),
            (
                "Docker_Enterprise_2-x_Linux-UNIX_STIG",
                &"D".repeat(256),
                &["24 cut stig-id M"],
            ),
            (
                "<SID_NAME>version",
                "<SID_NAME>title",
                &["19 refused revision M"],
            ),
            (
                "<SID_DATA>2<",
                "<SID_DATA><",
                &["20 mangled release-info M", "20 remark release-info M"],
            ),
            (
                "<SID_DATA>2<",
                "<SID_DATA>1<",
                &["20 remark release-info M"],
            ),
            (
                "Release: 2 Benchmark Date: 24 Jul 2024</SID",
                "Release: 2</SID",
                &["28 mangled release-info M"],
            ),
            (
                "Release: 2 Benchmark Date: 24 Jul 2024</SID",
                "releaseinfo</SID",
                &["28 mangled release-info M", "28 remark release-info EOV"],
            ),
            (
                "<SID_NAME>releaseinfo",
                "<SID_NAME>title",
                &["19 refused revision M", "19 remark release-info EOV"],
            ),
            ("NotAFinding", "notafinding", UNKNOWN_STATUS),
            ("NotAFinding", "Profile_Error", UNKNOWN_STATUS),
            (
                "<STATUS>NotAFinding</STATUS>",
                "",
                &[
                    "36 dropped status M",
                    "36 dropped status E",
                    "36 mangled status H",
                    "36 mangled status O",
                    "58 refused schema-missing V",
                    "58 remark schema-missing E",
                ],
            ),
            ("NotAFinding", "Not_Reviewed", &[]),
            (">SV-235775r960735_rule<", "><", &["45 dropped rule-id M"]),
            (
                "<VULN_ATTRIBUTE>Rule_ID",
                "<VULN_ATTRIBUTE>Class",
                &["36 dropped rule-id M"],
            ),
            (
                ">SV-235775r960735_rule<",
                ">SV-235775r960735<",
                &["45 dropped rule-id M"],
            ),
            (
                ">SV-235775r960735_rule<",
                ">xccdf_mil.disa.stig_rule_SV-235775r960735_rule<",
                &["45 cut rule-id M", "45 remark rule-id VE"],
            ),
            (">low<", ">Low<", &["41 refused severity H"]),
            (">low<", "><", &["41 refused severity H"]),
            (
                "<VULN_ATTRIBUTE>Severity",
                "<VULN_ATTRIBUTE>Class",
                &["36 refused severity H"],
            ),
            ("V-235776", "V-235775", &["63 mangled vuln-num H"]),
            (">V-235775<", "><", &["36 mangled vuln-num H"]),
            (
                "<COMMENTS>by hand</COMMENTS>",
                "",
                &[
                    "36 refused no-finding-details M",
                    "60 refused schema-missing V",
                    "60 remark schema-missing E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><![CDATA[by hand]]>",
                &["59 mangled text-shape M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS xml:space=\"preserve\">by hand",
                &[
                    "59 mangled text-shape M",
                    "59 refused schema-attribute V",
                    "59 remark schema-attribute E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><!--c-->by hand",
                &["59 mangled text-shape M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS><b>x</b>",
                &[
                    "59 refused schema-element V",
                    "59 refused text-shape H",
                    "59 mangled text-shape M",
                    "59 remark schema-element E",
                ],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>&amp;lt;b&amp;gt;",
                &["59 mangled decoded-twice M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>a=1&amp;copy=2",
                &["59 mangled decoded-twice M"],
            ),
            (
                "<COMMENTS>by hand",
                "<COMMENTS>see this :: x",
                &["59 dropped comment-split H"],
            ),
            ("<COMMENTS>by hand", "<COMMENTS>NOTE :: x", &[]),
            ("<COMMENTS>by hand", "<COMMENTS>a\tb", &["59 remark tabs O"]),
            (
                "the limit is 10",
                &"x".repeat(32768),
                &["58 cut text-length M"],
            ),
            (
                "tcp://0.0.0.0:2375",
                &"x".repeat(4001),
                &["77 remark text-length E"],
            ),
            (
                "tcp://0.0.0.0:2375",
                "passed :: TEST a",
                &["77 mangled details-split H"],
            ),
            (
                "<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>",
                "<SEVERITY_OVERRIDE>high</SEVERITY_OVERRIDE>",
                &[
                    "60 dropped severity-override M",
                    "60 remark severity-override VE",
                ],
            ),
            (
                "<SEVERITY_OVERRIDE></SEVERITY_OVERRIDE>",
                "<SEVERITY_OVERRIDE>CAT I</SEVERITY_OVERRIDE>",
                &[
                    "60 refused schema-value V",
                    "60 refused severity H",
                    "60 dropped severity-override M",
                    "60 remark schema-value E",
                    "60 remark severity-override VE",
                ],
            ),
            (
                "<SID_NAME>customname</SID_NAME>",
                "<SID_NAME>customname</SID_NAME><SID_DATA>mine</SID_DATA>",
                &["32 refused custom-name H"],
            ),
            (
                "</iSTIG>",
                "</iSTIG><iSTIG><STIG_INFO/></iSTIG>",
                &[
                    "82 refused schema-missing V",
                    "82 refused ckl-structure M",
                    "82 refused ckl-structure H",
                    "82 mangled several-stigs O",
                    "82 remark schema-missing E",
                    "82 remark several-stigs E",
                    "82 refused schema-missing V",
                    "82 remark schema-missing E",
                    "82 remark release-info EOV",
                ],
            ),
            (
                "<!--written",
                "<!--<Evaluate-STIG><version>1</version></Evaluate-STIG>--><!--written",
                &["2 remark engine M"],
            ),
            (
                "the limit is 10",
                "xmlns=\"http://checklists.nist.gov/xccdf/1.2\"",
                &["58 refused mistaken-kind H"],
            ),
            (
                "</ASSET>",
                "</ASSET><ASSET><ROLE/></ASSET>",
                &[
                    "4 dropped second-element H",
                    "16 refused schema-element V",
                    "16 dropped second-element M",
                    "16 remark schema-element E",
                    "16 refused asset-field H",
                ],
            ),
        ],
    );
}
