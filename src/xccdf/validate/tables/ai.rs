//! Asset Identification 1.1 (NIST IR 7693): `asset-identification_1.1.0.xsd`. Names and addresses of
//! persons and organisations in it are OASIS CIQ's, and not looked into.

use super::super::addresses::{
    is_cidr, is_double, is_hostname, is_ip_v4, is_ip_v6, is_latitude, is_locale, is_longitude, is_mac, is_port,
    is_radius, is_telephone,
};
use super::super::schema::Names::Other;
use super::super::schema::Process::Lax;
use super::super::schema::Simple::{self, AnyUri, DateTime, Form, Token};
use super::super::schema::{Attr, MANY, Slot, Term, Type, any, choice, either, may, must};

/// The namespace.
pub(super) const NS: &str = "http://scap.nist.gov/schema/asset-identification/1.1";
/// Names (OASIS CIQ xNL 2.0).
const NAMES: &str = "urn:oasis:names:tc:ciq:xsdschema:xNL:2.0";

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}
const fn one(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(1, 1)
}
const fn opt(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(0, 1)
}
const fn many(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(0, MANY)
}
/// A text of which is known where it comes from, and when.
const fn known(simple: Simple) -> Type {
    Type::text(simple, &[SOURCE, TIMESTAMP]).open_to_declared()
}
const fn ciq(namespace: &'static str, name: &'static str) -> Term {
    Term::Element { namespace, name, declared: &super::sds::ANYTHING }
}

/// What stands for the abstract `asset`.
pub(super) const CIRCUIT: Term = el("circuit", &CIRCUIT_TYPE);
pub(super) const COMPUTING_DEVICE: Term = el("computing-device", &COMPUTING_DEVICE_TYPE);
pub(super) const DATA: Term = el("data", &DATA_TYPE);
pub(super) const DATABASE: Term = el("database", &DATABASE_TYPE);
pub(super) const NETWORK: Term = el("network", &NETWORK_TYPE);
pub(super) const ORGANIZATION: Term = el("organization", &ORGANIZATION_TYPE);
pub(super) const PERSON: Term = el("person", &PERSON_TYPE);
pub(super) const SERVICE: Term = el("service", &SERVICE_TYPE);
pub(super) const SOFTWARE: Term = el("software", &SOFTWARE_TYPE);
pub(super) const SYSTEM: Term = el("system", &SYSTEM_TYPE);
pub(super) const WEBSITE: Term = el("website", &WEBSITE_TYPE);

/// The elements that are declared globally and may stand in other documents.
pub(super) static GLOBAL: &[Term] = &[
    CIRCUIT,
    COMPUTING_DEVICE,
    DATA,
    DATABASE,
    NETWORK,
    ORGANIZATION,
    PERSON,
    SERVICE,
    SOFTWARE,
    SYSTEM,
    WEBSITE,
    el("cpe", &CPE),
    el("email-address", &TOKEN),
    el("fqdn", &TOKEN),
    el("ip-address", &IP_ADDRESS),
    el("served-by", &SERVICE_TYPE),
    el("synthetic-id", &SYNTHETIC_ID),
    el("telephone-number", &TELEPHONE),
    el("website-url", &URL),
];

/// The attributes that are declared globally.
pub(super) static GLOBAL_ATTRIBUTES: &[Attr] =
    &[may("source", Simple::String).of(NS), may("timestamp", DateTime).of(NS)];
const SOURCE: &[Attr] = &[may("source", Simple::String).of(NS)];
const TIMESTAMP: &[Attr] = &[may("timestamp", DateTime).of(NS)];
static TOKEN: Type = known(Token);
static TEXT: Type = known(Simple::String);
static URL: Type = known(AnyUri);
static DATE: Type = known(Simple::Date);
static CPE: Type = known(Simple::Cpe);
static TELEPHONE: Type = known(Form(is_telephone, "a telephone number, 202-555-0123 or +49 30 1234567"));
static SYNTHETIC_ID: Type = Type::empty(&[&[must("resource", AnyUri), must("id", Token)]]);

/// `asset-type`, which every asset extends.
const ASSET: &[Slot] = &[
    many("synthetic-id", &SYNTHETIC_ID),
    opt("locations", &LOCATIONS),
    opt("extended-information", &EXTENDED_INFORMATION),
];
static EXTENDED_INFORMATION: Type = Type::elements(&[&[any(Other(NS), Lax).times(1, MANY)]], &[]);
static LOCATIONS: Type = Type::elements(
    &[&[choice(
        &[el("location-address", &super::sds::ANYTHING), el("location-point", &POINT), el("location-region", &TEXT)],
        1,
        MANY,
    )]],
    &[],
);
static POINT: Type = Type::empty(&[
    &[
        must("latitude", Form(is_latitude, "degrees from -90 to 90")),
        must("longitude", Form(is_longitude, "degrees from -180 to 180")),
        may("elevation", Form(is_double, "a number (xs:double)")),
        may("radius", Form(is_radius, "a number from 0 up (xs:double)")),
    ],
    SOURCE,
    TIMESTAMP,
])
.open_to_declared();

static CIRCUIT_TYPE: Type = Type::elements(&[ASSET, &[opt("circuit-name", &TOKEN)]], &[TIMESTAMP]);
static COMPUTING_DEVICE_TYPE: Type = Type::elements(
    &[
        ASSET,
        &[
            opt("distinguished-name", &TOKEN),
            many("cpe", &CPE),
            opt("connections", &CONNECTIONS),
            opt("fqdn", &TOKEN),
            opt("hostname", &HOSTNAME),
            opt("motherboard-guid", &TEXT),
        ],
    ],
    &[TIMESTAMP],
);
static HOSTNAME: Type = known(Form(is_hostname, "a host name (letters, digits, hyphens and dots)"));
static CONNECTIONS: Type = Type::elements(&[&[el("connection", &CONNECTION).times(1, MANY)]], &[]);
/// `network-interface-type`.
static CONNECTION: Type = Type::elements(
    &[&[
        opt("ip-address", &IP_ADDRESS),
        opt("mac-address", &MAC),
        many("url", &URL),
        opt("subnet-mask", &IP_ADDRESS),
        opt("default-route", &IP_ADDRESS),
    ]],
    &[],
);
static IP_ADDRESS: Type = Type::elements(&[&[opt("ip-v4", &IP_V4), opt("ip-v6", &IP_V6)]], &[]);
static IP_V4: Type = known(Form(is_ip_v4, "an IPv4 address, 10.0.0.1"));
static IP_V6: Type = known(Form(is_ip_v6, "an IPv6 address with all eight groups, 0:0:0:0:0:0:0:1"));
static MAC: Type = known(Form(is_mac, "a MAC address, 02:42:AC:11:00:02"));
static DATA_TYPE: Type = Type::elements(&[ASSET], &[TIMESTAMP]);
static DATABASE_TYPE: Type = Type::elements(&[ASSET, &[opt("instance-name", &TOKEN)]], &[TIMESTAMP]);
static NETWORK_TYPE: Type = Type::elements(
    &[
        ASSET,
        &[
            opt("network-name", &TEXT),
            either(&[el("ip-net-range", &IP_NET_RANGE).times(0, 1), el("cidr", &CIDR).times(0, 1)], 0),
        ],
    ],
    &[TIMESTAMP],
);
static IP_NET_RANGE: Type =
    Type::elements(&[&[one("ip-net-range-start", &IP_ADDRESS), one("ip-net-range-end", &IP_ADDRESS)]], &[]);
static CIDR: Type = known(Form(is_cidr, "an IPv4 network, 10.0.0.0/8"));
const REACHED_BY: &[Slot] = &[many("email-address", &TOKEN), many("telephone-number", &TELEPHONE)];
static ORGANIZATION_TYPE: Type = Type::elements(
    &[ASSET, &[ciq(NAMES, "OrganisationNameDetails").times(0, MANY)], REACHED_BY, &[many("website-url", &URL)]],
    &[TIMESTAMP],
);
static PERSON_TYPE: Type = Type::elements(
    &[ASSET, &[ciq(NAMES, "PersonName").times(0, 1)], REACHED_BY, &[opt("birthdate", &DATE)]],
    &[TIMESTAMP],
);
static SERVICE_TYPE: Type = Type::elements(
    &[ASSET, &[opt("host", &HOST), many("port", &PORT), many("port-range", &PORT_RANGE), opt("protocol", &TEXT)]],
    &[TIMESTAMP],
);
static HOST: Type = Type::elements(&[&[choice(&[el("fqdn", &TOKEN), el("ip-address", &IP_ADDRESS)], 1, 1)]], &[]);
const PORT_NUMBER: Simple = Form(is_port, "a port, 0 to 65535");
static PORT: Type = known(PORT_NUMBER);
static PORT_RANGE: Type =
    Type::empty(&[&[must("lower-bound", PORT_NUMBER), must("upper-bound", PORT_NUMBER)], SOURCE, TIMESTAMP])
        .open_to_declared();
static SOFTWARE_TYPE: Type =
    Type::elements(&[ASSET, &[opt("installation-id", &TOKEN), opt("cpe", &CPE), many("license", &TEXT)]], &[TIMESTAMP]);
static SYSTEM_TYPE: Type =
    Type::elements(&[ASSET, &[many("system-name", &TOKEN), opt("version", &TOKEN)]], &[TIMESTAMP]);
static WEBSITE_TYPE: Type =
    Type::elements(&[ASSET, &[opt("document-root", &TOKEN), opt("locale", &LOCALE)]], &[TIMESTAMP]);
static LOCALE: Type = known(Form(is_locale, "a locale, en-US"));
