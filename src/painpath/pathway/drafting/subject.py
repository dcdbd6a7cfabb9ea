"""What a service helps with, as its page says it, and starter texts that speak of that and of nothing else."""

import re
from collections import Counter

USUAL = "health"
"""Where neither the page nor its author says what the service helps with."""
_SUBJECTS: tuple[tuple[str, str], ...] = (
    ("pain", r"pain"),
    ("memory", r"memory|dementia|cognitive"),
    ("weight", r"weight|obesity|bariatric"),
    ("long COVID", r"long covid|post[- ]covid"),
    ("fatigue", r"fatigue|ME/CFS|CFS/ME"),
    ("ADHD", r"ADHD|attention deficit"),
    ("autism", r"autis\w+"),
    ("headaches", r"headaches?|migraines?"),
    ("joints and muscles", r"musculo-?skeletal|MSK|rheumatolog\w*|fibromyalgia|arthritis|joints?"),
    ("recovery", r"rehabilitation|re-?ablement|stroke"),
    ("balance", r"falls|dizziness|balance"),
    ("sleep", r"sleep|insomnia"),
    ("diabetes", r"diabetes|diabetic"),
    ("breathing", r"respiratory|COPD|asthma|breathless\w*|pulmonary"),
    ("heart", r"cardi\w+|heart"),
    ("skin", r"skin|dermatolog\w*|eczema|psoriasis"),
    ("bladder and bowel", r"continence|bladder|bowel"),
    ("mental health", r"mental health|psycholog\w*|anxiety|depression"),
)
_COMPILED = tuple((name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for name, pattern in _SUBJECTS)
_ENOUGH = 3
"""So often a page without a telling title has to name a thing."""
_INNER = r"(?:(?!<<|>>|\|\|).)*"
_EITHER = re.compile(rf"<<(?P<pain>{_INNER})\|\|(?P<other>{_INNER})>>", re.DOTALL)


def subject_of(title: str, page: str) -> str | None:
    """What the service helps with, as one says "your ...": by its title, else by what its page names most often.

    None where neither tells.
    """
    if named := _most(title, 1):
        return named
    return _most(page, _ENOUGH)


def spoken(text: str, subject: str) -> str:
    """A starter text for this subject. In it stands `<<for pain||for any other>>`, and `<<subject>>` for the word."""
    plain = " ".join(re.sub(r"[^\w /&'’-]", " ", subject).split()) or USUAL  # it stands in YAML without quotation marks
    text = text.replace("<<subject>>", plain)
    name = "pain" if re.search(r"\bpain\b", plain, re.IGNORECASE) else "other"
    return _EITHER.sub(lambda found: found[name], text)


def _most(words: str, enough: int) -> str | None:
    counts = Counter({name: len(pattern.findall(words)) for name, pattern in _COMPILED})
    # Of two that are named as often, the first of the list: a pain clinic for joints is a pain clinic.
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] >= enough else None
