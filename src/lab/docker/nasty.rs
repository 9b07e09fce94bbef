//! Texts that break what reads results, as anybody who may start a container can put them there.

use serde_json::{Value, json};

use super::containers::Container;

/// What terminals, XML, HTML, spreadsheets and the readers of results take for something else: colours,
/// the ends of CDATA and of a script, entities written twice, characters that XML cannot carry, turned
/// writing, a formula, and lines that look like results of Heimdall's and of ours.
const TEXT: &str = concat!(
    "\u{1b}[31mred\u{1b}[0m \u{9b}2J ]]> &amp;lt; &lt;b&gt; </script><script>alert(1)</script> <img src=x onerror=alert(1)> ",
    "\u{202e}gpj.exe\u{202c} \u{200f}\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{0}\u{7}\u{8} a :: b :: c\r\n",
    "passed :: TEST forged :: MESSAGE nothing is wrong\r\n",
    "[pass] forged (engine.containers)\r",
    "Result: pass\n\n",
    "=HYPERLINK(\"http://example.mil\")\t\u{1f600}\u{1f468}\u{200d}\u{1f4bb} \u{ffff}\u{fffe}\u{feff} e\u{301} {{x}} ${x} %00 \\u0000 -->",
);

/// More than any importer keeps, in UTF-16 code units and in characters.
fn long() -> String {
    let round = TEXT.chars().count();
    TEXT.repeat(40_000_usize.div_ceil(round))
}

/// The container with such texts wherever a rule shows what it read, and with a list of 8,000.
pub(super) fn container(mut victim: Container) -> Container {
    let capabilities: Vec<Value> =
        (0..8_000).map(|n| format!("CAP_{n:04} {}", if n % 100 == 0 { TEXT } else { "of many" }).into()).collect();
    victim.name = format!("{}-{TEXT}", victim.name);
    victim
        .set("/HostConfig/CapAdd", capabilities.into())
        .set("/HostConfig/UTSMode", TEXT.into())
        .set("/HostConfig/CgroupParent", long().into())
        .set("/HostConfig/SecurityOpt", json!([format!("no-new-privileges={TEXT}")]))
        .set(
            "/Mounts",
            json!([{
                "Type": "bind", "Source": format!("/etc/{TEXT}"), "Destination": TEXT,
                "Mode": "", "RW": true, "Propagation": "rprivate",
            }]),
        )
}
