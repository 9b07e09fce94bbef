//! XML signatures around a data stream: `xmldsig-core-schema.xsd`. Signatures inside XCCDF are
//! `processContents="skip"` there, and nobody looks into them.

use super::super::schema::Names::{All, Other};
use super::super::schema::Process::{Lax, Strict};
use super::super::schema::Simple::{self, AnyUri, Base64, Id, Integer};
use super::super::schema::{Attr, MANY, Slot, Term, Type, any, choice, may, must};
use super::common::DSIG as NS;

const fn el(name: &'static str, declared: &'static Type) -> Term {
    Term::Element { namespace: NS, name, declared }
}
const fn one(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(1, 1)
}
const fn opt(name: &'static str, declared: &'static Type) -> Slot {
    el(name, declared).times(0, 1)
}

/// `Signature`.
pub(super) const SIGNATURE: Term = el("Signature", &SIGNATURE_TYPE);

/// The elements that are declared globally.
pub(super) static GLOBAL: &[Term] = &[
    SIGNATURE,
    el("SignatureValue", &SIGNATURE_VALUE),
    el("SignedInfo", &SIGNED_INFO),
    el("CanonicalizationMethod", &CANONICALIZATION_METHOD),
    el("SignatureMethod", &SIGNATURE_METHOD),
    el("Reference", &REFERENCE),
    el("Transforms", &TRANSFORMS),
    el("Transform", &TRANSFORM),
    el("DigestMethod", &DIGEST_METHOD),
    el("DigestValue", &BASE64),
    el("KeyInfo", &KEY_INFO),
    el("KeyName", &STRING),
    el("MgmtData", &STRING),
    el("KeyValue", &KEY_VALUE),
    el("RetrievalMethod", &RETRIEVAL_METHOD),
    el("X509Data", &X509_DATA),
    el("Object", &OBJECT),
    el("Manifest", &MANIFEST),
    el("SignatureProperties", &SIGNATURE_PROPERTIES),
    el("SignatureProperty", &SIGNATURE_PROPERTY),
    el("DSAKeyValue", &DSA_KEY_VALUE),
    el("RSAKeyValue", &RSA_KEY_VALUE),
];

const ID: &[Attr] = &[may("Id", Id)];
const ALGORITHM: &[Attr] = &[must("Algorithm", AnyUri)];
static STRING: Type = Type::text(Simple::String, &[]);
static BASE64: Type = Type::text(Base64, &[]);

static SIGNATURE_TYPE: Type = Type::elements(
    &[&[
        one("SignedInfo", &SIGNED_INFO),
        one("SignatureValue", &SIGNATURE_VALUE),
        opt("KeyInfo", &KEY_INFO),
        el("Object", &OBJECT).times(0, MANY),
    ]],
    &[ID],
);
static SIGNATURE_VALUE: Type = Type::text(Base64, &[ID]);
static SIGNED_INFO: Type = Type::elements(
    &[&[
        one("CanonicalizationMethod", &CANONICALIZATION_METHOD),
        one("SignatureMethod", &SIGNATURE_METHOD),
        el("Reference", &REFERENCE).times(1, MANY),
    ]],
    &[ID],
);
static CANONICALIZATION_METHOD: Type = Type::mixed(&[&[any(All, Strict).times(0, MANY)]], &[ALGORITHM]);
static SIGNATURE_METHOD: Type =
    Type::mixed(&[&[opt("HMACOutputLength", &HMAC_LENGTH), any(Other(NS), Strict).times(0, MANY)]], &[ALGORITHM]);
static HMAC_LENGTH: Type = Type::text(Integer, &[]);
static REFERENCE: Type = Type::elements(
    &[&[opt("Transforms", &TRANSFORMS), one("DigestMethod", &DIGEST_METHOD), one("DigestValue", &BASE64)]],
    &[ID, LINK],
);
const LINK: &[Attr] = &[may("URI", AnyUri), may("Type", AnyUri)];
static TRANSFORMS: Type = Type::elements(&[&[el("Transform", &TRANSFORM).times(1, MANY)]], &[]);
static TRANSFORM: Type = Type::mixed(&[&[choice(&[any(Other(NS), Lax), el("XPath", &STRING)], 0, MANY)]], &[ALGORITHM]);
static DIGEST_METHOD: Type = Type::mixed(&[&[any(Other(NS), Lax).times(0, MANY)]], &[ALGORITHM]);
static KEY_INFO: Type = Type::mixed(
    &[&[choice(
        &[
            el("KeyName", &STRING),
            el("KeyValue", &KEY_VALUE),
            el("RetrievalMethod", &RETRIEVAL_METHOD),
            el("X509Data", &X509_DATA),
            // Not looked into: nothing that signs SCAP content writes them.
            el("PGPData", &ANYTHING),
            el("SPKIData", &ANYTHING),
            el("MgmtData", &STRING),
            any(Other(NS), Lax),
        ],
        1,
        MANY,
    )]],
    &[ID],
);
static ANYTHING: Type = Type::anything();
static KEY_VALUE: Type = Type::mixed(
    &[&[choice(&[el("DSAKeyValue", &DSA_KEY_VALUE), el("RSAKeyValue", &RSA_KEY_VALUE), any(Other(NS), Lax)], 1, 1)]],
    &[],
);
static RETRIEVAL_METHOD: Type = Type::elements(&[&[opt("Transforms", &TRANSFORMS)]], &[LINK]);
static X509_DATA: Type = Type::elements(
    &[&[choice(
        &[
            el("X509IssuerSerial", &X509_ISSUER_SERIAL),
            el("X509SKI", &BASE64),
            el("X509SubjectName", &STRING),
            el("X509Certificate", &BASE64),
            el("X509CRL", &BASE64),
            any(Other(NS), Lax),
        ],
        1,
        MANY,
    )]],
    &[],
);
static X509_ISSUER_SERIAL: Type =
    Type::elements(&[&[one("X509IssuerName", &STRING), one("X509SerialNumber", &SERIAL_NUMBER)]], &[]);
static SERIAL_NUMBER: Type = Type::text(Integer, &[]);
static OBJECT: Type =
    Type::mixed(&[&[any(All, Lax).times(0, MANY)]], &[ID, &[may("MimeType", Simple::String), may("Encoding", AnyUri)]]);
static MANIFEST: Type = Type::elements(&[&[el("Reference", &REFERENCE).times(1, MANY)]], &[ID]);
static SIGNATURE_PROPERTIES: Type =
    Type::elements(&[&[el("SignatureProperty", &SIGNATURE_PROPERTY).times(1, MANY)]], &[ID]);
static SIGNATURE_PROPERTY: Type =
    Type::mixed(&[&[any(Other(NS), Lax).times(1, MANY)]], &[ID, &[must("Target", AnyUri)]]);
/// P and Q, and Seed and `PgenCounter`, come in pairs; that is not asked for here.
static DSA_KEY_VALUE: Type = Type::elements(
    &[&[
        opt("P", &BASE64),
        opt("Q", &BASE64),
        opt("G", &BASE64),
        one("Y", &BASE64),
        opt("J", &BASE64),
        opt("Seed", &BASE64),
        opt("PgenCounter", &BASE64),
    ]],
    &[],
);
static RSA_KEY_VALUE: Type = Type::elements(&[&[one("Modulus", &BASE64), one("Exponent", &BASE64)]], &[]);
