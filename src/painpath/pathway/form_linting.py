"""What an author is told about the questionnaires of a pathway: faults of each file, and what fits nothing here."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from painpath.pathway.model import Pathway
from painpath.pathway.problems import Problem
from painpath.pathway.unseen import is_turned
from painpath.pathway.wording import words_for_patients
from painpath.questionnaires import Fault, Questionnaire, QuestionnaireError, expression_faults, parse, unguarded
from painpath.questionnaires.strict_json import read_json


def problems(folder: Path, files: Mapping[Path, bytes], pathway: Pathway | None) -> Iterator[Problem]:
    """Every problem of the questionnaires among `files`; what they say of criteria needs a pathway that loads."""
    asked = {form for questionnaire in pathway.questionnaires for form in questionnaire.forms} if pathway else set()
    for file, content in files.items():
        if file.suffix == ".json":
            for fault in _faults(file, content, pathway, own=file.is_relative_to(folder), asked=file.stem in asked):
                yield Problem(file, _line(content, fault.link_id), fault.link_id or fault.place, fault.sentence)


def _faults(file: Path, content: bytes, pathway: Pathway | None, *, own: bool, asked: bool) -> Iterator[Fault]:
    try:
        form = parse(content)
    except QuestionnaireError as error:
        yield from error.faults
        return
    yield from expression_faults(form)
    yield from unguarded(form)
    if is_turned(read_json(content)):
        yield Fault("text", "It has invisible characters that turn the direction of writing. Leave them out.")
    if form.id != file.stem:
        yield Fault("id", f"Give it the id {file.stem}, as the file is called.")
    for name, value in (("rights", form.rights), ("source", form.rights_source), ("copyright", form.copyright)):
        if not value:
            yield Fault(name, f"Say its {name}: whose words these are, and that they may be used.")
    if asked and form.skeleton:
        yield Fault("skeleton", "This is asked, and holds no questions yet: a site fills it under its own licence.")
    if pathway:
        known = {criterion.id for criterion in pathway.criteria}
        for item in form.walk():
            for criterion in set(item.criteria) - known:
                yield Fault("urn:painpath:criterion", f"There is no criterion `{criterion}`.", item.link_id)
            for need in sorted({one.need for one in item.options if one.need}):
                if pathway.communication.need(need) is None:
                    yield Fault("urn:painpath:need", f"There is no communication need `{need}`.", item.link_id)
    if own:  # words of the service's own; an instrument stays word for word as its authors wrote it
        yield from _words(form)


def _words(form: Questionnaire) -> Iterator[Fault]:
    for text in (form.title, form.description):
        for sentence in words_for_patients(text):
            yield Fault("title", sentence)
    for item in form.walk():
        if not (item.hidden or item.calculated):
            for text in (item.text, item.help, item.why, *(option.label for option in item.options)):
                for sentence in words_for_patients(text):
                    yield Fault("text", sentence, item.link_id)


def _line(content: bytes, link_id: str) -> int:
    """The line where an item begins, so that an editor can go there."""
    pattern = rb'"linkId"\s*:\s*"' + re.escape(link_id.encode()) + b'"'
    match = re.search(pattern, content) if link_id else None
    return content.count(b"\n", 0, match.start()) + 1 if match else 0
