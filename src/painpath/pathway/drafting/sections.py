"""What a heading, or the words before a list, say of the list: what it is, for whom, how strictly, how joined.

General rules for English referral pages. Each pattern is a way in which such pages speak, never the name of one.
"""

import re
from typing import Literal, NamedTuple

from painpath.pathway.drafting.model import Kind

Meaning = Kind | Literal["limited", "aims", "other", "programmes", "class", "classes", "option", "none"]


class Said(NamedTuple):
    """What a heading says."""

    meaning: Meaning
    strength: Literal["must", "should", "may"] = "must"


_RULES: tuple[tuple[Meaning, str], ...] = (
    (
        "none",
        (
            r"^(?:contact|opening|about us|our team|who we are$|what happens"
            r"|find us|address|location|where we are|how to find"
            r"|podcast|accessib|feedback|how long (?!must|should|do\b|does\b|ha[sv]e?\b)|version\b)"
        ),
    ),
    (
        "class",
        (
            r"^(?:category|priority|class|cat|p|urgency|level|band|triage) ?(?:\d|[a-e]\b|one|two|three"
            r"|four|i{1,3}\b)"
        ),
    ),
    (
        "classes",
        (
            r"^(?:how (?:soon|quickly|fast)\b"
            r"|time ?(?:scales?|frames?)\b|(?:waiting|response|target) times?\b|priorit(?:y|ies"
            r"|isation)(?: of referrals"
            r"| levels?| groups?| categor\w+)?\W*$|(?:triage|urgency) (?:categor\w+|levels?|groups?)\W*$)"
        ),
    ),
    ("priority", r"\bpriority (?:is|will be) given to\b|\bwe (?:will )?(?:give priority to|prioriti[sz]e)\b"),
    ("class", r"^(?:urgent|semi-urgent|routine|soon|emergency|non-urgent)\b.*\b(?:days?|weeks?|months?)\b"),
    (
        "red_flag",
        (
            r"red flag|emergenc"
            r"|^(?:very )?urgent (?:problems|conditions|presentations|concerns|cases|symptoms)\b"
            r"|same[- ]day|\ba ?& ?e\b|\b999\b|immediate(?:ly)? (?:refer|admi)"
            r"|urgent(?:ly)? (?:refer|admi|assess|discuss|advice|opinion|review)|\bon[- ]call\b"
            r"|(?:gets?|getting|becomes?) (?:much )?worse|deteriorat|do not wait\b"
            r"|^(?:ring|phone|telephone|call|discuss|speak)\b.{0,60}\burgent|suspected cancer pathway|\b2ww\b"
        ),
    ),
    (
        "limited",
        (
            r"\bmay\b.*\b(?:less|limited|not benefit|unable to help)|(?:limited|less) (?:help|benefit"
            r"|likely)|help (?:them |you )?less"
            r"|relative (?:exclusion|contra)|(?:may|might) not (?:be able to )?(?:benefit|help|be suitable)"
            r"|with caution|\b(?:but|is|are|be|offer|help|more) (?:\w+ )?(?:limited|reduced)\b(?! to)|^(?:reduced"
            r"|limited)\b"
            r"|case[- ]by[- ]case|^may be (?:accepted|seen|considered|referred)|discuss (?:it "
            r"|them )?(?:with us )?first|individual(?:ly)? (?:basis|considered)"
        ),
    ),
    (
        "aims",
        (
            r"\baims?\b|^what (?:you|the|it|to expect"
            r"|we (?!look for|need|ask|see\b|treat|accept|take|can|do not|don't))"
            r"|\bwill (?:help|learn|cover)|objectives"
            r"|we (?:offer|provide)\b|helps? (?:the |you|people|patients)"
        ),
    ),
    (
        "required",
        (
            r"(?:put|include|included|provide|supply|state|attach|enclose|send|give"
            r"|mention)\b.{0,30}\b(?:in|with|on|to us)\b|^please (?:include|provide|state|supply|send"
            r"|give)"
            r"|(?:tests?|investigations|results|bloods|documents) (?:needed|required|we need)|(?:essential|required"
            r"|additional|minimum|helpful|useful|mandatory|relevant|desirable"
            r"|supporting) (?:information|details?|data|things|items|investigations|documents)"
            r"|information (?:required|needed|to (?:include|send)|we need|that we need)|\b(?:referral"
            r"|letter)s? (?:should|must|needs? to) (?:include|contain"
            r"|state|have|bring|come with|be (?:sent|accompanied))"
            r"|reasons? for (?:the )?(?:request|referral)|(?:we|to) ask (?:you )?for|what (?:to|(?:must|should"
            r"|do) (?:i|we)) (?:include"
            r"|send|put)|\b(?:must|should|needs? to) (?:all )?(?:have been|be) (?:done|taken|checked|completed"
            r"|carried out|available)"
            r"|needed with (?:every|each|the|all|any)\b|^(?:please )?(?:send|attach|enclose)\b|^information we\b"
            r"|checklist|dataset|^with (?:your|the|each|every) (?:referral|letter|request)"
        ),
    ),
    (
        "exclusion",
        r"\b(?:should|must|needs? to|are better|is better) (?:go|be (?:sent|seen|referred)|seen) elsewhere",
    ),
    (
        "signpost",
        r"\brefer(?:red)? elsewhere\b|^(?:redirect|signpost)|^elsewhere|^(?:who else can help|other services)\b",
    ),
    (
        "exclusion",
        (
            r"\bexclu(?:sions?|ded|des?|ding)\b|out of scope|outside (?:the |our )?scope|(?:not|never"
            r"|cannot|can't|unable to|don't) (?:be |you |we |it )?(?:accept|see|seen|take|treat|refer|help)"
            r"|not (?:usually |normally |currently |routinely )?(?:accept|eligible|suitable|appropriate"
            r"|offered|able|indicated|for)|\b(?:in|un)(?:eligible|suitable|appropriate)"
            r"|(?:should|do|must|will|would) not (?:be )?(?:refer|accept|see|take)|contra-?indicat|decline"
            r"|reject|^no\b(?= if|:)|who (?:is|are) (?:it|we|this) not|when not to|not refer"
        ),
    ),
    (
        "catchment",
        (
            r"catchment|\bareas? (?:we|covered|do you)|where (?:you|they|people|patients|the patient)(?: must"
            r"| should)? live|postcodes?|geograph|registered with"
            r"|(?:gp )?practices (?:we|covered)|out of area"
        ),
    ),
    (
        "referrer",
        (
            r"who (?:can|may|should) (?:make a )?refer\b|referrers?$|referrals? (?:are )?(?:accepted )?from|who (?:may"
            r"|should) refer|sources? of referral|referral routes?"
        ),
    ),
    (
        "readiness",
        (
            r"right time|are you ready|readiness|ready (?:for|to)|before you (?:come|decide|are referred)"
            r"|^for patients$|is it right for (?:you|me)|reasons? to (?:wait|delay|defer)|\bnot (?:yet|now)\b"
            r"|\b(?:wait|delay|defer|postpone)\b"
        ),
    ),
    (
        "programmes",
        (
            r"^(?:by|each|which) (?:programme|group|course|clinic|pathway|service|stream)\b|^(?:our "
            r"|the )?(?:programmes|groups|courses|clinics|streams|pathways|arms)$|programme[- ]specific"
        ),
    ),
    (
        "option",
        (
            r"^(?:option|route|either|or|path(?:way)?|scenario) ?(?:\d|[a-e]\b|one|two|three|$)"
            r"|^[a-e][.):] (?:all|any|both|either|each|one|at least)\b"
        ),
    ),
    (
        "inclusion",
        (
            r"^yes\b(?= if|:)|^how (?:long|old|severe) (?:must|should|do(?:es)?)\b"
            r"|need to (?:have|be)\b|inclu(?:sion|ded|des?)|in[- ]scope|\beligib|\baccept|criteria"
            r"|suitable|appropriate|(?:people"
            r"|patients|conditions|problems) (?:that )?(?:we|you|who|seen)|who (?:can|we|is|are|should|must)"
            r"|whom?\b"
            r"|qualif|^(?:please )?refer$|refer (?:if|when|people|patients|some(?:body|one)|any(?:body|one))"
            r"|we can (?:see|treat|help|take)|when to refer|should (?:be|have|refer)"
            r"|indications?|^for (?:every|all|each|any)|requirements?|must (?:be|have|meet)"
            r"|prior to referr|before (?:you )?refer|primary care management|tried first|we (?:see|treat"
            r"|help|look for|take)|referral guid|what we (?:see|treat)|who the (?:service|clinic"
            r"|programme) is for"
        ),
    ),
)
_COMPILED = tuple((meaning, re.compile(pattern, re.IGNORECASE)) for meaning, pattern in _RULES)
_DESCRIBES = re.compile(
    r"\b(?:usually|commonly|common|typically|typical|often|generally|normally see|frequently|examples?)\b",
    re.IGNORECASE,
)
_SHOULD = re.compile(r"\b(?:should|ideally|preferably|desirable|recommended)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?:\b(?:with|who|whom|that|where|when|if|whose|usually|is|are|be|was|were|has|have|had"
    r"|having|been|the patient|patients|"
    r"patient|they|person|people|either|include|includes|including|because|to|of|for|from|must"
    r"|should|may|not|both)|[^.?!]…)\s*[:…]?$",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"\b(?P<all>all (?:of )?(?:the|these|those|this)(?: following| criteria| above| points"
    r"| of these)|all of (?:these|those|them|the following)"
    r"|all (?:these|those|criteria)|^(?:all|both|each) of(?=\W*$)"
    r"|all apply|every one of|every criterion|each of (?:the|these)|both of"
    r"|meets? (?:all|every|each))\b"
    r"|\b(?P<any>any (?:one )?(?:or more )?of (?:the|these|those)"
    r"|\bany (?:one )?appl(?:y|ies)\b|one (?:or more )?of(?=\W*$)"
    r"|(?:at least )?one (?:or more )?of (?:the|these|those|following)|^(?:any|(?:at least )?one)(?: one)? of(?=\W*$)"
    r"|either of|meets? (?:any|one)|any (?:one )?criterion)\b",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"\b(?:every|any|all) others?\b|\b(?:every(?:thing|body|one)|any(?:thing|body|one)) else\b|\bby default\b"
    r"|\bdefault\b|neither categor|all remaining|otherwise unspecified",
    re.IGNORECASE,
)


def said(heading: str) -> Said | None:
    """What a heading says its list is; None when it says nothing of the kind."""
    words = re.sub(r"^\(?(?:\d{1,2}|[a-z])[.)]\s+", "", heading.strip())
    strength = strength_of(words)
    for meaning, pattern in _COMPILED:
        if pattern.search(words):
            return Said(meaning, strength)
    return None


def strength_of(words: str) -> Literal["must", "should", "may"]:
    """How strictly words speak: "usually" describes, "should" advises, unless it stands in a question."""
    if _DESCRIBES.search(words):
        return "may"
    asks = re.match(r"wh(?:o|at|ich|en)\b", words, re.IGNORECASE)
    return "should" if _SHOULD.search(words) and not asks else "must"


def goes_on(words: str) -> bool:
    """Whether a line before a list is the beginning of each of its sentences: "Patients with"."""
    asks = re.match(r"(?:who|what|where|how|which)\b", words.strip(), re.IGNORECASE) and not words.rstrip().endswith(
        (":", "…")
    )
    return not asks and bool(_GOES_ON.search(words.strip()))


def joins(words: str) -> Literal["all", "any"] | None:
    """Whether words say that all, or any, of a list are asked."""
    found = _JOINS.search(words)
    return None if found is None else "all" if found["all"] else "any"


def asks_several(words: str) -> str | None:
    """How many of a list are asked, where that is neither one nor all: "at least two of these"."""
    found = re.search(
        r"\b(?P<n>two|three|four|five|six|[2-9])(?: \w+)?(?: or more)? of (?:the|these|those|this)\b",
        words,
        re.IGNORECASE,
    )
    return found["n"] if found else None


def only_joins(words: str) -> bool:
    """Whether words before a list say how it is joined and nothing that its points go on with: "one of:"."""
    begins = (
        r"\W*(?:(?:patients?|people|they|the patient|the person|all patients) )?"
        r"(?:(?:must|should) )?(?:(?:have|meet|be|yes if|no if) )?"
        r"(?:all|any|both|each|either|every|(?:at least )?one)\b"
    )
    return bool(re.match(begins, words, re.IGNORECASE)) and bool(joins(words))


def how_urgent(words: str, above: str) -> Literal["urgent", "emergency"]:
    """How fast a red flag has to be seen, by its words, else by those above it; an emergency where none of them say."""
    for said in (words, above):
        if re.search(r"\ba ?& ?e\b|\b999\b|emergenc|same[- ]day|immediate|\bnow\b", said, re.IGNORECASE):
            return "emergency"
        if re.search(
            r"\burgent|\bon[- ]call\b|\b2ww\b|cancer pathway|\b(?:two|2)[- ]weeks?[- ](?:wait|rule|clinic)", said,
            re.IGNORECASE,
        ):  # fmt: skip
            return "urgent"
    return "emergency"


def is_default(words: str) -> bool:
    """Whether a condition takes whatever no other class does."""
    return bool(_DEFAULT.search(words))
