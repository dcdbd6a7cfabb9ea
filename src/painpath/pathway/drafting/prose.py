"""Sentences that stand in no list and ask something, or say what the service does."""

import re
from typing import Literal, NamedTuple

from painpath.pathway.drafting.model import Kind


class Told(NamedTuple):
    """What a sentence is."""

    kind: Kind
    urgency: Literal["routine", "urgent", "emergency"] = "routine"


_PEOPLE = r"(?:people|patients?|persons?|adults|children|those|anyone|individuals|referrals|young people|veterans|you)"
_RULES: tuple[tuple[Kind, str], ...] = (
    (
        "incomplete",
        (
            r"\b(?:sent back|returned?|rejected|not (?:be )?(?:processed|triaged|accepted)"
            r"|delayed)\b.*\b(?:incomplete|missing|enough|insufficient|without|information)\b"
        ),
    ),
    (
        "incomplete",
        (
            r"\b(?:incomplete|missing|lack(?:s|ing)?|not (?:give"
            r"|contain|include|provide)|insufficient|without (?:it|them"
            r"|this|these))\b.*\b(?:sent back|send \w+(?: \w+)? back|return(?:ed|s)?|rejected|delay\w*)\b"
        ),
    ),
    (
        "incomplete",
        (
            r"\breferrals? (?:with no|without|that (?:do(?:es)? not|lacks?))\b.*\b(?:sent back|returned|rejected"
            r"|declined|delayed|held(?: back)?|not be processed)\b"
        ),
    ),
    (
        "red_flag",
        (
            r"\b(?:immediate|imminent) risk\b|\bcrisis (?:line|team)\b|\bdial 999\b|\bring 999\b"
            r"|\bdo not wait for (?:our|an|the)\b"
        ),
    ),
    ("referrer", r"\bself[- ]referrals?\b.{0,30}\b(?:not|cannot)\b|\b(?:not|cannot) (?:take|accept) self[- ]referr"),
    (
        "catchment",
        r"\breferrals? from outside\b|^for (?:patients|people) (?:in|from|living in) .{2,40}\b(?:use|contact|refer)\b",
    ),
    (
        "red_flag",
        (
            r"\b(?:send|refer|admit|direct|take)\b.{0,40}\bto (?:a ?& ?e\b|an? (?:emergency|ed\b)"
            r"|the emergency)"
            r"|\b(?:call 111|thoughts of (?:suicide|harm\w*|end\w*)|call 999|go to (?:a&e|the emergency)"
            r"|emergency department|same[- ]day|cauda equina)\b"
        ),
    ),
    (
        "urgency",
        (
            r"\burgent (?:referrals?|appointments?|requests?)\b|\b(?:mark|refer|send|seen?) (?:as "
            r"|it )?urgent(?:ly)?\b"
        ),
    ),
    (
        "consent",
        (
            r"\bconsent\w*\b|\b(?:know about|aware of|agree(?:d|s)? (?:to|with))(?: and agree(?:d|s)? to)? (?:the|this"
            r"|a|be(?:ing)?) refer"
        ),
    ),
    (
        "priority",
        (
            r"\b(?:are|is|will be) (?:given priority|prioriti[sz]ed)\b|\bwe (?:will )?prioriti[sz]e\b"
            r"|\bgiv(?:e|es|ing) priority to\b|\bpriority (?:\([^)]*\) )?(?:is|will be) given\b"
        ),
    ),
    (
        "signpost",
        (
            r"\bif you (?:do not|don't|cannot) (?:meet|qualify|fit)\b|\b(?:you|they|patients) (?:can|may"
            r"|could) (?:instead )?(?:use|contact|be (?:referred|signposted) to)\b|\binstead\b.*\b(?:refer"
            r"|contact|use)\b|\b(?:live|lives|living|registered) elsewhere\b.*\b(?:contact|refer|send)\b"
            r"|\bredirect(?:ed)? to\b|\bout[- ]of[- ]area\b.*\b(?:refer|contact)\b"
        ),
    ),
    (
        "required",
        (
            r"\b(?:we|you will be) ask(?:ed)? (?:you )?for\b|\bplease (?:include|provide|state|supply"
            r"|attach|enclose|tell us)\b|\breferrals? (?:must|should|need to) (?:include|contain|state"
            r"|be accompanied)\b|\b(?:must|should) (?:include|be attached|be sent with)\b"
        ),
    ),
    (
        "catchment",
        (
            r"\b(?:registered with|living in|live in|resident in|lives? within|catchment"
            r"|postcode)\b.*\b(?:gp|practice|surger|area|county|city|town|only|must|accept)|\b(?:only"
            r"|must)\b.*\b(?:registered with a gp|catchment|our area)\b|^our (?:catchment|area)\b|^(?:we|the (?:service"
            r"|clinic)) (?:covers?|serves?)\b"
            r"|\bpostcodes?\b.*\b(?:sent|send|refer|referred|directed)\b"
            r"|\bpostcodes?\b.*\bseen by\b|^we cover\b|\boutside (?:our|the|this) (?:area|catchment|boundar)"
        ),
    ),
    (
        "exclusion",
        (
            r"\b(?:we|the (?:service|clinic|team)) (?:do(?:es)? not|cannot|can not|are unable to"
            r"|is unable to|will not|don't|can't|would not)"
            r"(?: usually| normally| currently| routinely)?(?: expect to)? (?:accept|see|treat|take|assess"
            r"|offer appointments)\b"
            rf"|\b{_PEOPLE} .{{0,60}}\b(?:are|is|will) not (?:be )?(?:accepted|seen|eligible|suitable)\b"
            r"|\bshould be (?:managed|seen|treated|looked after) (?:in|by) (?:their )?(?:primary care"
            r"|general practice|gps?\b)"
            r"|\bnot (?:suitable|appropriate|intended) for\b|\bshould not be referred\b|\bdo not refer\b"
            r"|\bcan only be (?:re-?)?(?:referred|seen|accepted)(?: again)? (?:if|when|where|once|after)\b"
        ),
    ),
    (
        "referrer",
        (
            r"\b(?:gps?|doctors|dentists|nurses|physiotherapists|clinicians|consultants|professionals)\b.{0,60}"
            r"\b(?:may|can) (?:also )?refer\b(?! (?:to|via)\b)"
        ),
    ),
    (
        "referrer",
        (
            r"\b(?:accept|take|receive)s? referrals? (?:only )?(?:from|by)\b|\breferrals? (?:are |is "
            r"|must |can |may |will |should )*(?:only )?(?:be )?(?:accepted|made|received|sent"
            r"|come)? ?(?:only )?(?:from|by|through|via) (?:a |an |the |your |any |other )?(?:gp|general"
            r"|health|consultant|practitioner|clinician|doctor|secondary|primary|professional|nurse|physio"
            r"|hospital)|\bplease refer (?:via|through|by|using)\b|\bself[- ]refer"
            r"|\bbe referred\b.*\bvia your gp\b"
            r"|\breferrals? (?:are|is|must|can|should) .{0,40}\b(?:from|by) (?:\w+ ){0,2}(?:gps?"
            r"|consultants?|clinicians|doctors)\b"
        ),
    ),
    (
        "inclusion",
        (
            rf"\b(?:we|(?:the|this|our) (?:[\w-]+ ){{0,5}}(?:service|clinic|programme|team|unit)|it) (?:look for"
            r"|looks for|see|sees|accept|accepts|treat|treats|take|takes|consider|considers|is for"
            rf"|are for) (?:only )?{_PEOPLE}\b"
        ),
    ),
    ("inclusion", r"\b(?:pain|symptoms?) (?:must|should|needs? to|ha(?:s|ve) to) (?:be|have|last)\b"),
    ("inclusion", rf"\b{_PEOPLE} (?:must|should|needs? to|ha(?:ve|s) to) (?:be|have|live|meet|want|agree)\b"),
    (
        "inclusion",
        rf"\bwe (?:ask|expect|require) (?:that|{_PEOPLE})\b|\b{_PEOPLE} .{{0,60}}\bcan be (?:referred|seen|accepted)\b",
    ),
    (
        "inclusion",
        (
            r"\b(?:by|as) [\w -]*pain,? we mean\b|\bwe define\b|\bis defined as\b|\bmust be (?:aged|over"
            r"|under|at least|\d)"
        ),
    ),
    (
        "statement",
        (
            r"\bnot an? (?:diagnostic|emergency|crisis|acute|investigat\w+)\b|\b(?:cannot|can not"
            r"|do(?:es)? not|don't|no|not able to|unable to)\b.*\b(?:offer|provide|give|start|promise|take (?:over|on)"
            r"|guarantee|prescrib|treat|cure|investigat|emergency|mean)\w*|\b(?:give|offer|provide)s? no\b"
            r"|\bno (?:exclusions?|exclusion criteria)\b|\bopt(?:ing|ed"
            r"|s)?[ -]in\b|\b(?:reply|respond|ring|contact)\b.{0,40}\bwithin\b"
            r"|\b(?:do(?:es)? not|don't|fail to) (?:reply|respond|opt)\b"
            r"|\bwe (?:read|triage|review|look at) (?:every|each|all)\b"
            r"|\bwe (?:will |may |can )?consider\b.*\bcase[- ]by[- ]case\b"
            r"|\b(?:most|many|usually|generally|typically) .{0,40}\bseen (?:within|in|after)\b"
            r"|\bfor research only\b|\bresearch only\b|\blong wait\b|\bwaiting (?:time"
            r"|list)s?\b.*\b(?:long|weeks|months|present)\b"
        ),
    ),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _RULES)
_ASIDE = re.compile(r"^(?:please )?(?:note|nb|n\.b\.?|important|remember)\s*[:.-]\s*", re.IGNORECASE)
_NOTHING_ASKED = re.compile(
    r"^(?:none|nil|n/?a|yes|no)\W*$|^(?:no|nothing|none)\b.*\b(?:needed|required|necessary|asked)\b"
    r"|\b(?:is|are) not (?:needed|required|necessary)\b"
    r"|^(?:published|updated|last (?:updated|reviewed)|review date|page \d|version)\b|^(?:click"
    r"|listen|read more|back to|return to|print)\b",
    re.IGNORECASE,
)


def told(sentence: str) -> Told | None:
    """What a sentence of prose is; None for one that asks nothing and tells nothing of the service's limits."""
    words = without_note(sentence)
    if asks_nothing(words):
        return None
    for kind, pattern in _COMPILED:
        if pattern.search(words):
            urgent: Literal["routine", "urgent", "emergency"] = (
                "urgent" if kind == "urgency" else "emergency" if kind == "red_flag" else "routine"
            )
            return Told(kind, urgent)
    return None


def is_advice(words: str) -> bool:
    """Whether a sentence says "should" and not "must"."""
    return bool(re.search(r"\bshould\b", words, re.IGNORECASE)) and not re.search(
        r"\b(?:must|only)\b", words, re.IGNORECASE
    )


def is_description(words: str) -> bool:
    """Whether a sentence says what is usual, and asks nothing."""
    return bool(re.search(r"\b(?:usually|normally|typically|generally)\b", words, re.IGNORECASE))


def bypasses(words: str) -> bool:
    """Whether the words hold whatever the rest of the page says."""
    return bool(
        re.search(
            r"\b(?:whatever|regardless of|irrespective of|even (?:if"
            r"|when))\b.{0,40}\b(?:above|below|rest|else|criteri\w+|other)\b",
            words, re.IGNORECASE,
        )
    )  # fmt: skip


def without_note(sentence: str) -> str:
    """The sentence without "Please note:" before it."""
    return _ASIDE.sub("", sentence.strip())


def asks_nothing(words: str) -> bool:
    """Whether the words say that nothing is asked, or are about the page itself."""
    return bool(_NOTHING_ASKED.search(words.strip()))
