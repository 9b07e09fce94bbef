//! Results in XCCDF.

use super::cases;

#[test]
fn results_in_xccdf() {
    cases(
        "good.xml",
        &[
            (" test-system=\"cpe:/a:example:tool:0.1.0\"", "", &["18 refused test-system M"]),
            ("cpe:/a:example:tool:0.1.0", "tool", &["18 remark test-system M"]),
            ("cpe:/a:example:tool:0.1.0", "cpe:/a:niwc:scc:5.14", &[]),
            ("<cdf:target>ucp01</cdf:target>", "", &["18 refused target M", "21 remark xccdf-schema VMHO"]),
            ("<cdf:target>ucp01", "<cdf:target>", &["20 refused target M"]),
            (
                "<cdf:target>ucp01</cdf:target>",
                "<cdf:target>a</cdf:target><cdf:target>b</cdf:target>",
                &["20 dropped target M"],
            ),
            (
                "<cdf:target>ucp01",
                "<cdf:target>uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu",
                &["20 refused target M"],
            ),
            (
                " id=\"xccdf_mil.disa.stig_benchmark_Docker_Enterprise_2-x_Linux-UNIX_STIG\" resolved",
                " resolved",
                &["2 refused benchmark M", "2 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>Pass",
                &[
                    "26 mangled result H",
                    "27 dropped result V",
                    "27 dropped result M",
                    "27 dropped result O",
                    "27 remark xccdf-schema VMHO",
                ],
            ),
            ("<cdf:result>pass", "<cdf:result>notchecked", &["27 dropped result M", "27 remark result O"]),
            (
                "<cdf:result>pass",
                "<cdf:result>error",
                &["27 dropped result M", "27 remark result V", "27 remark result O"],
            ),
            (
                "<cdf:result>pass",
                "<cdf:result>notselected",
                &["27 remark result V", "27 remark result M", "27 remark result O"],
            ),
            ("<cdf:result>pass", "<cdf:result>notapplicable", &["27 dropped result O"]),
            (
                "<cdf:result>pass",
                "<cdf:result>fixed",
                &["27 dropped result M", "27 dropped result O", "27 remark result V"],
            ),
            (
                "<cdf:result>pass</cdf:result>",
                "",
                &[
                    "26 dropped result V",
                    "26 dropped result M",
                    "26 dropped result O",
                    "26 mangled result H",
                    "28 remark xccdf-schema VMHO",
                ],
            ),
            (
                " time=\"2026-11-21T18:04:00Z\" version=\"DKER-EE-001000\"",
                " time=\"yesterday\" version=\"DKER-EE-001000\"",
                &["26 refused time M", "26 remark xccdf-schema VMHO"],
            ),
            (
                " time=\"2026-11-21T18:04:00Z\" version=\"DKER-EE-001000\"",
                " time=\"21 Nov 2026\" version=\"DKER-EE-001000\"",
                &["26 remark time M", "26 remark xccdf-schema VMHO"],
            ),
            (" version=\"DKER-EE-001000\"", "", &["26 refused stig-id O"]),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                "",
                &[
                    "7 mangled result H",
                    "26 refused rule-id M",
                    "26 dropped rule-id V",
                    "26 dropped rule-id H",
                    "26 remark xccdf-schema VMHO",
                ],
            ),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                " idref=\"SV-235775r960735_rule\"",
                &["7 mangled result H", "26 dropped rule-id H", "26 remark xccdf-schema VMHO"],
            ),
            (
                " idref=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                " idref=\"xccdf_org.ssgproject.content_rule_a_very_long_name_of_a_rule\"",
                &["7 mangled result H", "26 dropped rule-id H", "26 cut rule-id M", "26 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:message severity=\"info\">tcp",
                "<cdf:message>tcp",
                &["33 dropped evidence M", "33 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:message severity=\"info\">tcp",
                "<cdf:message severity=\"info\">x</cdf:message><cdf:message severity=\"info\">tcp",
                &["33 dropped evidence M"],
            ),
            ("tcp://0.0.0.0:2375", "<![CDATA[tcp]]>", &["33 dropped evidence M"]),
            ("tcp://0.0.0.0:2375", "&amp;lt;", &["33 mangled decoded-twice M"]),
            ("tcp://0.0.0.0:2375", &"x".repeat(32768), &["33 cut text-length M"]),
            ("<sm:detail>", "<sm:detail a=\"1\">", &["29 mangled text-shape M"]),
            ("<sm:comment>by hand", "<sm:comment><![CDATA[x]]>", &["29 mangled text-shape M"]),
            ("</cdf:check>", "</cdf:check><cdf:check system=\"urn:x\"/>", &["29 dropped several-checks M"]),
            (
                "<cdf:fact name=\"urn:scap:fact:asset:identifier:ipv4\"",
                "<cdf:fact",
                &["24 refused target-fact M", "24 remark xccdf-schema VMHO"],
            ),
            ("identifier:ipv4", "identifier:host_name", &["24 dropped target-fact M"]),
            (
                "<cdf:result>fail</cdf:result>",
                "<cdf:result>fail</cdf:result><cdf:override authority=\"a\" time=\"2026-11-21T18:04:00Z\"><cdf:old-result>fail</cdf:old-result><cdf:remark>r</cdf:remark></cdf:override>",
                &["32 dropped override M", "32 remark xccdf-schema VMHO"],
            ),
            (
                "<cdf:TestResult ",
                "<cdf:TestResult/><cdf:TestResult ",
                &["18 remark xccdf-schema VMHO", "18 refused several-results M", "18 dropped no-results H"],
            ),
            (" severity=\"low\"", "", &["7 mangled severity H"]),
            (" severity=\"low\"", " severity=\"unknown\"", &["7 mangled severity H"]),
            (
                "<cdf:ident system=\"http://cyber.mil/cci\">CCI-000054",
                "<cdf:ident>CCI-000054",
                &["9 refused ident H", "9 remark xccdf-schema VMHO"],
            ),
            (">CCI-000054<", "><", &["9 refused ident H"]),
            (
                "<cdf:Rule id=\"xccdf_mil.disa.stig_rule_SV-235775r960735_rule\"",
                "<cdf:Rule id=\"SV-235775r960735_rule\"",
                &["7 mangled result H", "7 remark xccdf-schema VMHO", "26 dropped rule-id H"],
            ),
            ("<cdf:result>pass", "<!--c--><cdf:result>pass", &["27 refused comment O"]),
            (
                "<cdf:title>Docker Enterprise 2.x Linux/UNIX Security Technical Implementation Guide</cdf:title>",
                "",
                &["2 refused title O"],
            ),
            (
                "</cdf:rule-result>",
                "",
                &[
                    "13 mangled result H",
                    "36 refused not-well-formed VEO",
                    "36 dropped not-well-formed M",
                    "36 dropped not-well-formed H",
                ],
            ),
            ("<cdf:score", "\u{1}<cdf:score", &["35 refused not-well-formed VEO", "35 remark not-well-formed MH"]),
        ],
    );
}
