"""A proposal as the whole folder of a pathway: what the page says, starter texts for the rest, and every open point."""

import re
from collections.abc import Iterator
from importlib.resources import files as packaged
from typing import Any

import yaml

from painpath.pathway.drafting import criteria_writing as writing
from painpath.pathway.drafting import elsewhere
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.covering import coverage
from painpath.pathway.drafting.lines import is_bullet_line
from painpath.pathway.drafting.model import CRITERIA, Clause, Proposal
from painpath.pathway.drafting.shapes_writing import key_of as key_of
from painpath.pathway.drafting.shapes_writing import scale_group, shapes
from painpath.pathway.drafting.subject import USUAL, spoken

STARTER = "starter"
_FILES = {"inclusion": "1-inclusion", "exclusion": "2-exclusion", "readiness": "3-readiness", "red_flag": "0-red-flags"}


def write(proposal: Proposal, name: str, answers: Answers | None = None) -> dict[str, str]:
    """The files of the pathway `name`, as relative path -> text.

    They compile. Everything that a person has not confirmed in `answers` stands in `unsettled`, and is all that the
    linter finds. `name` is the slug of the pathway; it stands in no file.
    """
    said = answers or Answers()
    clauses = [one for one in proposal.clauses if not said.clauses.get(one.id, ClauseAnswer()).leave_out]
    files = dict(_starter(proposal, name, said))
    data: dict[str, dict[str, Any]] = {}
    criteria = [one for one in clauses if (said.clauses.get(one.id, ClauseAnswer()).kind or one.kind) in CRITERIA]
    by_group: dict[str, list[dict[str, Any]]] = {}
    for clause in criteria:
        answer = said.clauses.get(clause.id, ClauseAnswer())
        by_group.setdefault(writing.group_of(clause, answer), []).append(writing.criterion(clause, proposal, said))
    for group, items in by_group.items():
        data[f"criteria/{_FILES[group]}.yaml"] = {"criteria": items}
    if not by_group:
        data["criteria/1-inclusion.yaml"] = {"criteria": []}
    rules = [found for clause in criteria if (found := writing.evidence(clause, said))]
    if rules:
        data["evidence/from-the-page.yaml"] = {"evidence": rules}
    if places := elsewhere.signposts(clauses, {one.id for one in criteria}):
        data["signposts-from-the-page.yaml"] = {"signposts": places}
    if own := list(_vocabulary(criteria, proposal, said)):
        data["vocabulary/from-the-page.yaml"] = {"vocabulary": own}
    written = [item for items in by_group.values() for item in items]
    data["shapes.yaml"] = shapes(proposal, clauses, criteria, written, said)
    data["service.yaml"] = {}
    page = _with_round_bullets(proposal)
    for path, content in data.items():
        if content:
            files[path] = _dump(content, path)
    files["source.txt"] = page
    beside, covered = coverage(page, files)
    files["beside.yaml"] = _dump({"beside_criteria": beside}, "beside.yaml")
    files["seed-coverage.yaml"] = _dump({"sentences": covered}, "seed-coverage.yaml")
    return dict(sorted(files.items()))


_HEADS = {
    "evidence/from-the-page.yaml": "# Proposed from the words of each clause: which findings speak for and against it.",
    "vocabulary/from-the-page.yaml": "# Words of the page that the shared vocabulary does not know.",
    "signposts-from-the-page.yaml": "# The services that the page names instead of this one.",
    "shapes.yaml": "# How the page's criteria go together, and what is open before anything is published.",
    "seed-coverage.yaml": "# Each sentence of the page, and the field that carries it.",
    "beside.yaml": "# Sentences of the page that ask nothing by themselves: headings, aims, dates.",
}


def _starter(proposal: Proposal, name: str, said: Answers) -> Iterator[tuple[str, str]]:
    title = said.page or proposal.title or name
    blanks = {
        "service": said.service, "team": said.team, "page": title, "published": said.published, "version": said.version,
        "contact": said.contact,
    }  # fmt: skip
    subject = said.subject or proposal.subject or USUAL
    root = packaged("painpath.pathway.drafting") / STARTER
    for place in (root, root / "letters"):
        for file in sorted(place.iterdir(), key=lambda one: one.name):
            if not file.is_file() or (file.name == "priorities.yaml" and proposal.priorities):
                continue
            text = spoken(file.read_text(encoding="utf-8"), subject)
            for blank, words in blanks.items():
                text = text.replace(f"<<{blank}>>", escaped(words))
            yield (file.name if place is root else f"letters/{file.name}"), text


def escaped(words: str) -> str:
    """Words as they may stand between the quotation marks of a starter text."""
    return words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _vocabulary(criteria: list[Clause], proposal: Proposal, said: Answers) -> Iterator[dict[str, Any]]:
    made: set[str] = set()

    def group(name: str, comment: str, phrases: list[str]) -> Iterator[dict[str, Any]]:
        if name not in made and phrases:
            made.add(name)
            yield {"id": name, "comment": comment, "phrases": phrases, "examples": [f"{phrases[0].capitalize()}."]}

    for clause in criteria:
        if phrases := writing.own_phrases(clause, said):
            yield from group(writing.own_group(clause), "The page's own words. Add what letters say instead.", phrases)
        for one in clause.thresholds:
            if one.for_group and not writing.heritage(clause):
                name = writing.group_key(one.for_group)
                yield from group(
                    name, "A population group that the page names.", [writing.plain_phrase(one.for_group, 6)]
                )
            if one.of == "since" and not writing.events(clause, said.clauses.get(clause.id, ClauseAnswer())):
                name = writing.event_group(clause)
                yield from group(name, "What the page counts a time from.", writing.event_phrases(clause, said))
    for scale in proposal.scales:
        if scale_group(scale.id, proposal) != f"page-scale-{scale.id}":
            continue
        names = [re.sub(r"[^a-z0-9]+", " ", scale.name.lower()).strip()]
        yield from group(f"page-scale-{scale.id}", "The scale, by its name.", names)


def _with_round_bullets(proposal: Proposal) -> str:
    """The page, with every bullet as the round one that pages of pathways have."""
    sign = re.compile(r"^(\s*)(?:[^\w\s(\[“\"'*>≥<]|[*](?=\s))\s*(?=\S)")
    rows = [sign.sub(r"\1• ", row) if is_bullet_line(row) else row for row in proposal.text.split("\n")]
    return "\n".join(rows).strip("\n") + "\n"


class _Dumper(yaml.SafeDumper):
    """YAML with lists set in, as our files have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True  # pathways take none: what is said twice is written twice


def _dump(data: Any, path: str) -> str:
    head = f"{_HEADS[path]}\n" if path in _HEADS else ""
    return head + yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=116)
