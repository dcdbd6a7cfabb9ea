"""Catalogues for translators: `python -m painpath.web.catalogues` writes every string that patients read.

    python -m painpath.web.catalogues           build/painpath.pot: what there is to translate
    python -m painpath.web.catalogues cy        src/painpath/locale/cy/LC_MESSAGES/django.po: made, or up to date

The strings come from the templates and the code (`_("...")`), from what every published pathway says to patients, and
from its questionnaires. What was found is not committed: a test finds it anew. `painpath.web.assets` compiles.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileParser, write_po

from painpath import pathway
from painpath.pathway import Pathway
from painpath.questionnaires import QuestionnaireError, parse
from painpath.web import language
from painpath.web.settings import LOCALE_PATHS, STATIC_ROOT

_SOURCE = Path(__file__).resolve().parents[1]
LOCALE = _SOURCE / "locale"
"""What translators wrote: `<code>/LC_MESSAGES/django.po`."""
PSEUDO = "qps"
"""A code for private use (ISO 639-2: qaa to qtz)."""
CALLS = re.compile(r"\b(?:_|\w*gettext\w*|Sentence)\(|{%-?\+?\s*trans\b")
"""What a file has in it that holds a string to translate."""
_OPTIONS = {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
Keywords = Mapping[str, Any]
_KEYWORDS: Keywords = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "Sentence": None,
}
REFUSALS = (
    "letters/codes.py",
    "referrals/arriving/needs.py",
    "referrals/decisions/following_up.py",
    "referrals/decisions/reversing.py",
    "referrals/looking.py",
    "referrals/moves.py",
    "referrals/questionnaires/answering.py",
    "referrals/questionnaires/instances.py",
    "referrals/questionnaires/library.py",
    "referrals/referring/answering.py",
    "referrals/referring/changing.py",
    "referrals/referring/patient_acts.py",
    "referrals/theirs.py",
    "referrals/verbs.py",
)
"""Where the record says no to patients, in sentences of its own. Some of these are for the team alone: no harm."""
_FIXED = re.compile(r"(\{[^{}]*\}|%\(\w+\)[a-z]|%[a-z%]|<[^<>]*>|&#?\w+;|https?://\S+|\S+@\S+\.\S+)")
"""What a translation repeats letter by letter: fields, tags, addresses."""
_ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "áçéíñöšúýžÁÇÉÍÑÖŠÚÝŽ")


class Reviewed(Catalog):
    """A catalogue that keeps its `X-` headers, above all who reviewed it: Babel's own drops what it does not know."""

    ours: tuple[tuple[str, str], ...] = ()

    def _headers(self) -> list[tuple[str, str]]:
        return [*self.ours, *super()._get_mime_headers()]

    def _keep_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        given = [(name, value) for name, value in headers]
        self.ours = tuple((name, value) for name, value in given if name.lower().startswith("x-"))
        super()._set_mime_headers(given)

    mime_headers = property(_headers, _keep_headers)


def read(file: Path) -> Reviewed:
    """The catalogue in this file."""
    catalog = Reviewed(charset="utf-8")
    with file.open("rb") as opened:
        PoFileParser(catalog).parse(opened)
    return catalog


def extract() -> Catalog:
    """Everything that patients read, each with where it stands."""
    found = Catalog(project="Painpath", charset="utf-8")
    for file, method in sources():
        place = file.relative_to(_SOURCE.parents[1]).as_posix()
        for line, words, comments, context in extract_from_file(
            method, file, _KEYWORDS, ("Translators:",), _OPTIONS if file.suffix == ".jinja" else None
        ):
            found.add(words, None, [(place, line)], auto_comments=comments, context=context)
    for name, line, refusal in refusals():
        found.add(refusal, None, [(f"src/painpath/{name}", line)])
    for folder in pathway.folders().values():
        for place, words in published_words(pathway.load(folder)):
            found.add(words, None, auto_comments=[place])
    return found


def sources() -> Iterator[tuple[Path, str]]:
    """Every file of the program that may hold strings, with how it is read. Most hold none, and are not parsed."""
    for pattern, method in (("*.py", "python"), ("*.jinja", "jinja2.ext:babel_extract")):
        for file in sorted(_SOURCE.rglob(pattern)):
            if CALLS.search(file.read_text(encoding="utf-8")):
                yield file, method


def refusals() -> Iterator[tuple[str, int, str]]:
    """Module, line and sentence of every refusal that patients may read, written there or in a constant above."""
    for name in REFUSALS:
        tree = ast.parse((_SOURCE / name).read_text(encoding="utf-8"))
        constants = {
            one.targets[0].id: one.value
            for one in tree.body
            if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
        }
        for one in ast.walk(tree):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "Refused" and one.args:
                said = one.args[0]
                said = constants.get(said.id, said) if isinstance(said, ast.Name) else said
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    yield name, one.lineno, said.value


def published_words(service: Pathway) -> Iterator[tuple[str, str]]:
    """Every text for patients that a service publishes, with its place."""
    found: list[tuple[str, str]] = []

    def note(words: str, place: str) -> str:
        found.append((f"{service.name}: {place}", words))
        return words

    language.reworded(service, note)
    for form in service.forms:
        with suppress(QuestionnaireError):  # the linter says so
            language.reworded(parse(form.text), note)
    for one in service.signposts:  # names of languages and of formats, which have no identifiers of their own
        for words in (*one.languages, *one.formats, one.owner):
            note(words, f"signposts.{one.id}")
    yield from found


def compile_all(source: Path = LOCALE, target: Path = LOCALE_PATHS[0]) -> int:
    """Compile every catalogue to where the program looks for it; the number of them. Doubtful entries stay out."""
    files = sorted(source.glob("*/LC_MESSAGES/django.po"))
    for file in files:
        write_compiled(read(file), target / file.relative_to(source).with_suffix(".mo"))
    return len(files)


def write_compiled(catalog: Catalog, target: Path) -> None:
    """Write the catalogue as the program reads it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as opened:
        write_mo(opened, catalog)


def pseudo(found: Catalog, reviewer: str = "") -> Catalog:
    """A language that nobody speaks: each string in brackets, with accents, a third longer, its fields untouched."""
    made = Reviewed(project="Painpath", charset="utf-8", fuzzy=False)
    made.ours = (("X-Language-Name", "Pseudo"), ("X-Reviewed-By", reviewer))
    for message in found:
        if message.id:
            words = disguised(message.id) if isinstance(message.id, str) else tuple(map(disguised, message.id))
            made.add(message.id, words, context=message.context)
    return made


def disguised(words: str) -> str:
    """`Hello {name}` -> `⟦Hélló {name}···⟧`."""
    parts = _FIXED.split(words)
    longer = "·" * (len(words) * 3 // 10 + 1)
    return f"⟦{''.join(part if at % 2 else part.translate(_ACCENTS) for at, part in enumerate(parts))}{longer}⟧"


def update(code: str) -> Path:
    """Make the catalogue of this language, or bring it up to date; what changed is marked doubtful ("fuzzy")."""
    file = LOCALE / code.replace("-", "_") / "LC_MESSAGES" / "django.po"
    found = extract()
    if file.exists():
        catalog = read(file)
    else:
        catalog = Reviewed(locale=code.replace("-", "_"), project="Painpath", charset="utf-8", fuzzy=False)
        catalog.ours = (("X-Language-Name", ""), ("X-Reviewed-By", ""))
    catalog.update(found)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog, sort_output=False, width=120)
    return file


def main() -> None:
    if len(sys.argv) == 2:
        print(update(sys.argv[1]))  # noqa: T201
        return
    target = STATIC_ROOT.parent / "painpath.pot"
    with target.open("wb") as opened:
        write_po(opened, extract(), width=120)
    print(target)  # noqa: T201


if __name__ == "__main__":
    main()
