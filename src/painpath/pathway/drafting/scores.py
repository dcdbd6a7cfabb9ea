"""Scores that a clause asks for: which scale it names, its bounds, and the range that the page prints for it."""

import re

from painpath.pathway.drafting.amounts import BEFORE, NUMBER, RANGE, UNIT, overlaps
from painpath.pathway.drafting.groups import bounded, group_after
from painpath.pathway.drafting.model import Measure, Scale

_NAMED_SCALE = re.compile(
    r"\b(?P<name>(?:[A-Z][\w'’]+ ){1,4}(?:Scale|Index|Score|Questionnaire|Inventory|Assessment|Test)\b"
    r"|(?!(?:An?|The|Pain|Total|Any|If|With|Their|Your|High|Low|Raised|Average|No)\b)"
    r"(?:[A-Z][a-z'’]+ ){0,3}[A-Z][a-z'’]+(?= (?:score|scale|index)\b)"
    r"|[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?: [A-Z][A-Za-z]+){1,2}(?= (?:score|tool|scale)\b)"
    r"|[A-Z][A-Za-z]*[A-Z][A-Za-z]*(?:-\d+)?(?:-[A-Z])?(?: \d)?|[Bb]ody mass index"
    r"|[Pp]ain (?:score|rating|intensity|severity))\b"
)
_SCORE = re.compile(
    rf"(?:{BEFORE} ?)?(?<![\w.:]){RANGE}(?: ?(?:/"
    r"|out of) ?(?P<most>\d+))?(?: points?| ?kg ?/ ?m[2²])?(?P<tail>,? +(?:or|and) (?:more|over|above|higher|greater"
    r"|less|below|under|lower)\b|\+)?"
)
_PRINTED_RANGE = re.compile(r"(?<![\d.])(?P<low>\d+)\b[^\d;.]{0,30}?(?:to|-|–)\s?(?P<high>\d+)\b")
_ENDS_NAMED = re.compile(r"^\(?(?P<low>[01])\b[^\d;.]{1,30}[,;]\s*(?P<high>\d+)\b(?! ?%)")
"""What each end of a scale means: "0 worst, 48 best"."""
_OF_TIME = re.compile(rf"[ -]?(?:{UNIT}|minutes?|hours?)")
_TERMS = {"body mass index": "bmi", "pain score": "pain-score", "pain rating": "pain-score"}
USUAL_RANGES = {
    "bmi": (10, 90), "vas": (0, 10), "nrs": (0, 10), "pain-score": (0, 10), "moca": (0, 30), "mmse": (0, 30),
    "phq-9": (0, 27), "gad-7": (0, 21), "pcs": (0, 52), "pseq": (0, 60),
    "odi": (0, 100), "hads": (0, 21), "bpi": (0, 10), "peg": (0, 10),
}  # fmt: skip
"""Lowest and highest plausible numbers of scales in common use, where a page does not print them."""
_NOT_SCALES = frozenset(
    {"NHS", "GP", "GPs", "AND", "OR", "NICE", "UK", "ACP", "CRPS", "MSK", "ANY", "EVERY", "MUST", "NOT"}
)


def scores(
    words: str, text: str, hidden: list[str], taken: list[tuple[int, int]], above: str
) -> tuple[list[Measure], list[Scale]]:
    name = next((one for one in _NAMED_SCALE.finditer(words) if one["name"] not in _NOT_SCALES), None)
    led = None
    if name is None and (re.match(rf"\W*(?:{BEFORE} ?)?{NUMBER}", words.lower()) or re.search(r"kg ?/ ?m[2²]", words)):
        led = next((one["name"] for one in _NAMED_SCALE.finditer(above) if one["name"] not in _NOT_SCALES), None)
        led = led or ("BMI" if re.search(r"kg ?/ ?m[2²]", words) else None)
    inside = None
    if name and name["name"].lower().startswith("pain"):
        # "Pain score (VAS, 0 none to 10 worst)": the scale's own name stands in the parenthesis.
        inside = next(
            (one for part in hidden for one in _NAMED_SCALE.finditer(part) if one["name"] not in _NOT_SCALES), None
        )
    if name is None and led is None:
        return [], []
    title = led or (inside or name)["name"]  # type: ignore[index]
    begins, ends = (name.start(), name.end()) if name else (0, 0)
    scale = _scale_id(title)
    found: list[Measure] = []
    low_text = text.lower()
    after = list(_SCORE.finditer(low_text, ends))
    # "PEG of 5 or above, or a STarT Back score of 4": the second number is another scale's.
    others = [one.start() for one in _NAMED_SCALE.finditer(text, ends) if one["name"] not in _NOT_SCALES]
    after = [score for score in after if score.end() <= min(others, default=len(text))] or after
    # "A score over 30 on the PCS": the number may also come first.
    before = list(_SCORE.finditer(low_text, 0, begins)) if re.search(r"\bscor", low_text) else []
    for score in after or before:
        bound = score["above"] or score["from"] or score["below"] or score["upto"] or score["tail"] or score["m"]
        group = group_after(words, score.end())
        if overlaps(score.span("n"), taken) or _OF_TIME.match(low_text[score.end() :]):
            continue
        if bound or (group and found):
            taken.append(score.span())
            found.append(
                bounded(
                    found[0] if found else Measure(of="scale", scale=scale, unit="points", words=""),
                    score,
                    words,
                    group,
                )
            )
    if not found:
        return [], []
    low, high = printed_range(title, words, hidden)
    return found, [Scale(id=scale, name=title, low=low, high=high)]


def scale_alone(parenthesis: str) -> bool:
    """Whether a parenthesis asks for a score by itself: "severe depression (PHQ-9 of 20 or above)"."""
    inside = parenthesis.strip("() ")
    named = _NAMED_SCALE.match(inside)
    score = _SCORE.search(inside.lower(), named.end()) if named and named["name"] not in _NOT_SCALES else None
    return score is not None and bool(
        score["above"] or score["from"] or score["below"] or score["upto"] or score["tail"]
    )


def printed_range(title: str, words: str, hidden: list[str]) -> tuple[float | None, float | None]:
    """The lowest and the highest number of a scale, where the words print them: "PHQ-9 (0-27)", "15 out of 30"."""
    printed = next(
        (
            one
            for part in hidden
            if (one := _PRINTED_RANGE.search(part) or _ENDS_NAMED.match(part)) and not part.lower().startswith("(or")
        ),
        None,
    )
    if printed is not None:
        return float(printed["low"]), float(printed["high"])
    low = words.lower()
    for part in hidden:
        low = low.replace(part.lower(), " ", 1)
    if most := re.search(r"(?:/|out of) ?(\d+)", low):
        return 0.0, float(most[1])
    return None, None


def range_on_page(title: str, page: str) -> tuple[float | None, float | None]:
    """The range that a page prints for a scale in another place: behind its name, or as a list of what each number
    means under it ("0 = no limits", "1 = ...")."""
    for named in re.finditer(rf"\b{re.escape(title)}\b", page):
        after = page[named.end() : named.end() + 60].split("\n")[0]
        if found := re.match(
            r"[^\w(\n]{0,3}(?:\(?(?:score|scored|range|ranges?|is|runs|from|points?|a"
            r"|scale)\b[ :]*){0,4}\(?(?:from )?(?P<low>[01]) ?(?:-|–|to) ?(?P<high>\d+)",
            after, re.IGNORECASE,
        ):  # fmt: skip
            return float(found["low"]), float(found["high"])  # "BMI 35 to 39" is none
        if most := re.search(r"(?:maximum|out of|max\.?) ?(\d+)", after, re.IGNORECASE):
            return 0.0, float(most[1])
        rows = page[named.end() :].split("\n")[1:]
        numbers = []
        for row in rows:
            if (key := re.match(r"\W*(\d{1,3})\s*[=:–-]\s+\S", row)) is None:
                break
            numbers.append(float(key[1]))
        if len(numbers) > 2:
            return min(numbers), max(numbers)
    return None, None


def _scale_id(title: str) -> str:
    """The id of a scale: its letters where its name is written out ("Widespread Pain Index" is `wpi`)."""
    written_out = re.fullmatch(r"(?:[A-Z][\w'’]+ ){1,4}[A-Z]\w+", title)
    short = "".join(re.findall(r"\b[A-Z]", title)) if written_out and not re.search("[A-Z]{2}", title) else title
    return _TERMS.get(title.lower(), re.sub(r"[^a-z0-9]+", "-", short.lower()).strip("-"))
