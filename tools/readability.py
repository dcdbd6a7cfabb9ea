"""The readability alarm: every text that patients read, measured. An alarm and no judge: people read the texts too.

    python tools/readability.py

What is read: every field of every pathway whose name begins with `plain` (and the questions put to patients), the
letters to patients, the questionnaires, every string of a page that goes through gettext (only what patients read
does), the checks of answers (`Sentence`), the refusals of the record that patients may read
(`painpath.web.catalogues.REFUSALS`), and whatever else stands as words in the templates of the patients' door.

What rings it (https://service-manual.nhs.uk/content/health-literacy asks for a reading age of 9 to 11):

- a Flesch-Kincaid grade above 6. The formula means nothing for a few words, so a text of 30 words, or of 3 sentences,
  is measured by itself. Shorter ones are measured together with those that people read beside them: the same page or
  item of the pathway, the same template, the same module. Where even these have fewer than 30 words together, all such
  of the same kind are measured as one.
- a sentence of more than 25 words, or one of 8 words or more that is above grade 9 by itself: a hard one must not hide
  among short ones.
- a word that patients are never told (`painpath.pathway.wording.banned`: one list for pages and letters).

What is let pass stands in `readability.yaml` with its reason. An exception that nothing needs any more rings too.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, Literal, NamedTuple

import textstat
import yaml
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from jinja2 import Environment
from jinja2.ext import babel_extract

from painpath import pathway
from painpath.pathway import Pathway
from painpath.pathway.letters import Block
from painpath.pathway.readability import FEWEST_WORDS, HIGHEST_GRADE
from painpath.pathway.walking import texts
from painpath.pathway.wording import LONGEST_SENTENCE, banned, sentences
from painpath.web.catalogues import CALLS, refusals

FEWEST_SENTENCES = 3
HARDEST_SENTENCE, FEWEST_TO_BE_HARD = 9.0, 8
HOME = Path(__file__).parents[1]
SOURCE = HOME / "src/painpath"
EXCEPTIONS = Path(__file__).with_suffix(".yaml")

Rule = Literal["grade", "sentence", "word"]
_KEYWORDS = DEFAULT_KEYWORDS | dict.fromkeys(("gettext_lazy", "gettext_noop", "Sentence"))
_KEYWORDS |= {"ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
_FIELD = re.compile(r"%\(\w+\)[sd]|{\w*}")
"""What is filled in later: counted as one short word."""


class Text(NamedTuple):
    """Words that patients read. `group` is read together with them; `kind` is what else is like them."""

    place: str
    group: str
    kind: str
    words: str


class Ring(NamedTuple):
    """Why the alarm rings, and where."""

    place: str
    rule: Rule
    says: str


@dataclass(frozen=True)
class Measured:
    """A text, or short ones together, with its grade."""

    place: str
    grade: float
    words: str


# ---- the texts ------------------------------------------------------------------------------------------------------


def everything() -> list[Text]:
    """Every text that patients read."""
    found: list[Text] = []
    for folder in pathway.folders().values():
        one = pathway.load(folder)
        found += [*of_pathway(one), *of_letters(one), *of_forms(one)]
    return [*found, *of_code(SOURCE), *of_refusals()]


def of_pathway(one: Pathway) -> Iterator[Text]:
    """The fields for patients. What is read beside a text is everything of the same numbered item."""
    for path, words, for_patients in texts(one):
        if for_patients:
            first = next((at for at, part in enumerate(path) if isinstance(part, int)), 0)
            group = _named(one, path[: first + 1])
            yield Text(f"{one.name}: {_named(one, path)}", f"{one.name}: {group}", f"{one.name}: {path[0]}", words)


def of_letters(one: Pathway) -> Iterator[Text]:
    """What the letters to patients say. Their greeting and closing go to everybody."""
    kind = f"{one.name}: letters"
    for letter in one.letters.texts:
        if letter.audience == "patient":
            group = f"{kind}.{letter.outcome}"
            yield Text(f"{group}.heading", group, kind, letter.heading)
            yield from _blocks(f"{group}.opening", group, kind, letter.opening)
    used = {name for letter in one.letters.texts if letter.audience == "patient" for name in letter.sections}
    for section in one.letters.sections:
        if section.id in used:
            group = f"{kind}.{section.id}"
            yield Text(f"{group}.heading", group, kind, section.heading)
            yield from _blocks(f"{group}.body", group, kind, section.body)


def of_forms(one: Pathway) -> Iterator[Text]:
    """The questionnaires: titles, questions, help, why it is asked, answers."""
    for form in one.forms:
        group = f"{one.name}: questionnaire {form.id}"
        questionnaire = json.loads(form.text)
        if title := questionnaire.get("title"):
            yield Text(f"{group}.title", group, group, title)
        for item in _items(questionnaire):
            for words in dict.fromkeys(_shown(item)):
                yield Text(f"{group}.{item['linkId']}", group, group, words)


def of_code(home: Path) -> Iterator[Text]:
    """What goes through gettext, in every door; and all other words in the templates of the patients' door."""
    for file in sorted(home.rglob("*.jinja")):
        place = file.relative_to(home).as_posix()
        with file.open("rb") as opened:
            yield from _strings(place, babel_extract(opened, ("_", "gettext", "ngettext", "pgettext"), (), {}))
        if "patients" in file.relative_to(home).parts:
            for words in _bare(file.read_text(encoding="utf-8")):
                yield Text(place, place, "templates", words)
    for file in sorted(home.rglob("*.py")):
        if not CALLS.search(file.read_text(encoding="utf-8")):
            continue  # most modules say nothing to patients, and take long to parse
        place = file.relative_to(home).as_posix()
        with file.open("rb") as opened:
            yield from _strings(
                place, ((line, "", words, ()) for line, words, *_ in extract("python", opened, _KEYWORDS))
            )


def of_refusals() -> Iterator[Text]:
    """The sentences in which the record says no to patients."""
    for name, line, words in refusals():
        yield Text(f"{name}:{line}", name, "refusals", words)


def _blocks(place: str, group: str, kind: str, blocks: Iterable[Block]) -> Iterator[Text]:
    for number, block in enumerate(blocks):
        for words in (*([block.text] if block.text else []), *block.points):
            yield Text(f"{place}[{number}]", group, kind, words)


def _items(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in part.get("item", ()):
        yield item
        yield from _items(item)


def _shown(item: dict[str, Any]) -> Iterator[str]:
    if words := item.get("text"):
        yield words
    for option in item.get("answerOption", ()):
        if words := option.get("valueString") or option.get("valueCoding", {}).get("display"):
            yield words
    for extension in item.get("extension", ()):
        if words := extension.get("valueString") or extension.get("valueMarkdown"):
            yield words


def _strings(place: str, found: Iterable[tuple[Any, ...]]) -> Iterator[Text]:
    for line, _, words, *_ in found:
        for one in words if isinstance(words, tuple) else (words,):
            if one and re.search(r"[A-Za-z]", one):
                yield Text(f"{place}:{line}", place, "strings", one)


def _bare(template: str) -> Iterator[str]:
    """Words that stand in a template outside of `_()`."""
    data = "\0".join(words for _, kind, words in Environment().lex(template) if kind == "data")
    for words in re.split(r"<[^>]*>", data):
        if re.search(r"[A-Za-z]{2}", plain := " ".join(words.replace("\0", " ").split())) and "=" not in plain:
            yield plain


def _named(one: Pathway, path: tuple[str | int, ...]) -> str:
    """The place as authors write it, with ids where there are some: `criteria[adult].plain`."""
    value: Any = one
    name = ""
    for part in path:
        value = value[part] if isinstance(part, int) else getattr(value, part)
        name += f"[{getattr(value, 'id', part)}]" if isinstance(part, int) else f".{part}"
    return name.removeprefix(".")


# ---- the measure ----------------------------------------------------------------------------------------------------


@cache
def grade(words: str) -> float:
    """The Flesch-Kincaid grade: years at school that it takes to understand this, as far as lengths can tell."""
    textstat.set_lang("en_GB")
    return float(textstat.flesch_kincaid_grade(words))


def even(words: str) -> str:
    """A text as it is measured: fields filled, blanks made even, with a full stop at its end."""
    filled = " ".join(_FIELD.sub("this", words).split())
    return filled if filled.endswith((".", "!", "?")) else f"{filled.rstrip(':;,')}."


def measure(found: Iterable[Text]) -> list[Measured]:
    """Long texts by themselves; short ones with those that are read beside them."""
    measured: list[Measured] = []
    beside: dict[tuple[str, str], list[str]] = defaultdict(list)
    alike: dict[str, list[str]] = defaultdict(list)
    for text in found:
        words = even(text.words)
        if _long(words):
            measured.append(Measured(text.place, grade(words), words))
        else:
            beside[text.group, text.kind].append(words)
    for (group, kind), short in beside.items():
        words = " ".join(dict.fromkeys(short))
        if len(words.split()) >= FEWEST_WORDS:
            measured.append(Measured(f"{group} (short texts)", grade(words), words))
        else:
            alike[kind].append(words)
    for kind, short in alike.items():
        words = " ".join(dict.fromkeys(short))
        if len(words.split()) >= FEWEST_WORDS:
            measured.append(Measured(f"{kind} (all short texts)", grade(words), words))
    return measured


def rings(found: list[Text]) -> Iterator[Ring]:
    """Everything that rings the alarm."""
    for one in measure(found):
        if one.grade > HIGHEST_GRADE:
            yield Ring(one.place, "grade", f"grade {one.grade:.1f}, at most {HIGHEST_GRADE:.0f}: {one.words[:160]}")
    for text in found:
        for sentence in sentences(text.words):
            if (length := len(sentence.split())) > LONGEST_SENTENCE:
                yield Ring(text.place, "sentence", f"{length} words, at most {LONGEST_SENTENCE}: {sentence[:160]}")
            elif length >= FEWEST_TO_BE_HARD and (hard := grade(even(sentence))) > HARDEST_SENTENCE:
                yield Ring(
                    text.place, "sentence", f"grade {hard:.1f} by itself, at most {HARDEST_SENTENCE:.0f}: {sentence}"
                )
        for word in banned(text.words):
            yield Ring(text.place, "word", f"patients are never told “{word}”: {text.words[:160]}")


def unexcused(found: Iterable[Ring], exceptions: list[dict[str, str]]) -> list[str]:
    """What is left when the exceptions are taken out, and the exceptions that took out nothing."""
    needed: set[int] = set()
    left = []
    for ring in found:
        excused = [at for at, one in enumerate(exceptions) if _covers(one, ring)]
        needed.update(excused)
        if not excused:
            left.append(f"{ring.place}: {ring.rule}: {ring.says}")
    for at, one in enumerate(exceptions):
        if not one.get("reason", "").strip():
            left.append(f"{one['place']}: this exception gives no reason")
        if at not in needed:
            left.append(f"{one['place']}: the exception for `{one['rule']}` is not needed any more: take it out")
    return left


def _long(words: str) -> bool:
    return len(words.split()) >= FEWEST_WORDS or len(sentences(words)) >= FEWEST_SENTENCES


def _covers(exception: dict[str, str], ring: Ring) -> bool:
    place, rule = exception["place"], exception["rule"]
    same = ring.place.startswith(place[:-1]) if place.endswith("*") else ring.place == place
    return same and rule == ring.rule


def main() -> int:
    """Measure everything; say what rings on stderr. Returns the exit status."""
    found = everything()
    exceptions = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))["exceptions"]
    left = unexcused(rings(found), exceptions)
    measured = sorted(measure(found), key=lambda one: -one.grade)
    longest = max((len(sentence.split()) for text in found for sentence in sentences(text.words)), default=0)
    sys.stdout.write(
        f"readability: {len(found)} texts, {sum(len(text.words.split()) for text in found)} words, measured as "
        f"{len(measured)}; median grade {median(one.grade for one in measured):.1f}, above {HIGHEST_GRADE:.0f}: "
        f"{sum(one.grade > HIGHEST_GRADE for one in measured)}; longest sentence {longest} words; "
        f"{len(exceptions)} exceptions\n"
    )
    for one in measured[:10]:
        sys.stdout.write(f"  {one.grade:4.1f}  {one.place}\n")
    for line in left:
        sys.stderr.write(f"{line}\n")
    return bool(left)


if __name__ == "__main__":
    sys.exit(main())
