"""The form of any part of a pathway, made of the description of its fields."""

from collections.abc import Iterable
from typing import Any

import msgspec
from django import forms as django_forms
from django.utils.datastructures import MultiValueDict

from painpath.managers.presenters.labels import helped, in_words, label
from painpath.managers.workbench import Workbench, inline, targets
from painpath.pathway.describing import Shape, shapes
from painpath.pathway.unseen import TURNING
from painpath.web import forms
from painpath.web.forms.dates import PARTS

TURNED = "This has invisible characters that turn the direction of writing. Type it again, or paste it as plain text."
MANY = 6
"""Of more choices than these one is chosen from a list that opens."""
LONGEST = 20_000
_IN_ORDER = ("letters.sections", "forms", "findings")
"""References of which there are many, or whose order says something: written one on a line."""


class PartForm(forms.Form):
    """One part. It is always filled in, with what is there or with what somebody has typed, so that what is wrong with
    either is shown in the same way. `is_valid` says whether it can be kept; the lint, whether it is right."""

    def __init__(
        self, *, bench: Workbench, model: type[msgspec.Struct], value: dict[str, Any], typed: Any = None,
        with_id: bool = True,
    ) -> None:  # fmt: skip
        self.value = value
        self.asked = [(one, "", value.get(one.name)) for one in inline(model) if with_id or one.name != "id"]
        self.shapes = list(_flat(self.asked))
        super().__init__(data=typed if typed is not None else MultiValueDict(_shown(self.shapes)))
        for name, one, before in self.shapes:
            self.fields[name] = _field(bench, one, before)

    def clean(self) -> dict[str, Any]:
        """What turns the direction of writing is refused: whoever approves it would read other words than are there."""
        cleaned = super().clean()
        for name, words in list(cleaned.items()):
            if isinstance(words, str) and TURNING.search(words):
                self.add_error(name, TURNED)
        return cleaned

    def advanced(self) -> list[str]:
        """Fields that can be left out, and are: folded away."""
        return [
            name for name, one, before in self.shapes
            if not one.required and before in (None, [], False) and not self.errors.get(name) and "-" not in name
            and one.name not in ALWAYS
        ]  # fmt: skip

    def made(self) -> dict[str, Any]:
        """The part as plain data, with what stands on other pages as it was. Only of a form that can be kept."""
        found = dict(self.value)
        for one, _, before in self.asked:
            if one.kind == "part" and one.model is not None:
                known = before if isinstance(before, dict) else {}
                inner = {
                    field.name: _plain(field, self.cleaned_data[f"{one.name}-{field.name}"], known.get(field.name))
                    for field in shapes(one.model)
                }
                said = {name: value for name, value in inner.items() if value not in (None, [], False)}
                found[one.name] = {**known, **inner} if said else None
            else:
                found[one.name] = _plain(one, self.cleaned_data[one.name], before)
        return {name: each for name, each in found.items() if each is not None}

    def field_of(self, path: tuple[str | int, ...]) -> tuple[str | None, str]:
        """The field of this form that a place inside the part is in, and what has to be said before the message."""
        names = [str(step) for step in path if isinstance(step, str)]
        numbers = [step for step in path if isinstance(step, int)]
        for name in ("-".join(names[:2]), names[0] if names else ""):
            if name in self.fields:
                return name, f"{numbers[0] + 1}: " if numbers else ""
        first = next((name for name, _, _ in self.shapes if names and name.startswith(f"{names[0]}-")), None)
        return first, ""


ALWAYS = frozenset({"exception", "case_by_case", "notes", "published"})
"""Fields that are never folded away, though they can be left out."""


def _flat(asked: Iterable[tuple[Shape, str, Any]]) -> Iterable[tuple[str, Shape, Any]]:
    for one, _, value in asked:
        if one.kind == "part" and one.model is not None:
            inside = value if isinstance(value, dict) else {}
            for field in shapes(one.model):
                yield f"{one.name}-{field.name}", field, inside.get(field.name)
        else:
            yield one.name, one, value


def _shown(fields: Iterable[tuple[str, Shape, Any]]) -> dict[str, list[str]]:
    """What a browser would send of a form that nobody has touched."""
    found: dict[str, list[str]] = {}
    for name, one, value in fields:
        if value is None and one.kind in ("yes_no", "choices", "references"):
            value = one.default  # what it is while nobody writes it
        if one.kind == "date" and value is not None and not isinstance(value, str):
            found |= {f"{name}-{part}": [str(getattr(value, part))] for part in PARTS}
        elif one.kind == "yes_no":
            found |= {name: ["on"]} if value is True else {}
        elif value is None:
            continue
        elif one.kind in ("word_list", "references") and isinstance(value, list | tuple) and _written(one):
            found[name] = [_between(value).join(str(each) for each in value)]
        elif isinstance(value, list | tuple):
            found[name] = [_code(each) for each in value]
        else:
            found[name] = [_code(value)]
    return found


def _code(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _written(one: Shape) -> bool:
    return one.kind == "word_list" or any(target in _IN_ORDER for target in one.refers)


def _between(value: Any) -> str:
    """A line for each; where one has lines of its own, an empty line between them."""
    return "\n\n" if isinstance(value, list | tuple) and any("\n" in str(each).strip() for each in value) else "\n"


def _field(bench: Workbench, one: Shape, before: Any) -> django_forms.Field:
    named, words = label(one.name), helped(one.help)
    hint = "" if words.rstrip(".") == named else words
    common: dict[str, Any] = {"label": named, "hint": hint, "required": False, "says_when": one.required}
    if one.kind == "yes_no":
        return forms.Checkbox(f"{common['label']}. {common['hint']}".removesuffix(". "), required=False)
    if one.kind == "choice":
        options = [(_code(value), in_words(value)) for value in one.options]
        return _one_of(options, common)
    if one.kind == "reference":
        return _one_of(_with(targets(bench, one), [before]), common, longest=0)
    if one.kind == "choices":
        return forms.Checkboxes(options=[(_code(value), in_words(value)) for value in one.options], **common)
    if one.kind == "references" and not _written(one):
        return forms.Checkboxes(options=_with(targets(bench, one), before or []), **common)
    if one.kind in ("word_list", "references"):
        between = "An empty line between two." if _between(before) == "\n\n" else "One on a line."
        rows = min(12, max(3, len(before or ()) + 1))
        return forms.TextArea(rows=rows, max_length=LONGEST, **common | {"hint": f"{hint} {between}".strip()})
    if one.kind == "number":
        if one.whole:
            least, most = (None if bound is None else int(bound) for bound in (one.low, one.high))
            return forms.Number(least=least, most=most, **common)
        return forms.Text(max_length=20, width=5, **common | {"error_messages": {}})
    if one.kind == "date":
        return forms.Date(**common)
    if one.kind == "long_words":
        rows = min(14, max(2, len(str(before or "")) // 70 + 1 + str(before or "").count("\n")))
        return forms.TextArea(rows=rows, max_length=LONGEST, **common)
    return forms.Text(max_length=500, **common)


def _one_of(options: list[tuple[str, str]], common: dict[str, Any], longest: int = MANY) -> django_forms.Field:
    if len(options) > longest or not common["says_when"]:
        return forms.Select(options=options, blank="Nothing chosen", **common)
    return forms.Radios(options=options, **common)


def _with(options: list[tuple[str, str]], there: list[Any]) -> list[tuple[str, str]]:
    """What somebody has named and is not there stays in the list, so that it can be seen and taken out."""
    known = {one for one, _ in options}
    named = [(one, text if text and text != one else in_words(one)) for one, text in options]
    return named + [(str(each), f"{each} (is not there)") for each in there if each is not None and each not in known]


def _plain(one: Shape, given: Any, before: Any) -> Any:
    """What a field says, as plain data; `before` itself where nothing was changed."""
    if one.kind in ("word_list", "references") and _written(one):
        texts = str(given or "").split(_between(before))
        found: Any = [text.strip() for text in texts if text.strip()]
        return before if found == [str(each).strip() for each in before or ()] else found
    if one.kind in ("choices", "references"):
        kept = [each for each in before or () if _code(each) in given]
        by_code = {_code(value): value for value in one.options}
        return kept + [by_code.get(each, each) for each in given if each not in map(_code, kept)]
    if one.kind == "choice":
        return next((value for value in one.options if _code(value) == given), None)
    if one.kind == "number":
        number = given if one.whole else _decimal(given)
        return before if before is not None and number == before else number
    if one.kind == "yes_no":
        return bool(given)
    if one.kind in ("words", "long_words", "id", "reference"):
        words = str(given or "").strip()
        if isinstance(before, str) and words == before.strip():
            return before
        return (f"{words}\n" if isinstance(before, str) and before.endswith("\n") else words) if words else None
    return given


def _decimal(given: str) -> float | str | None:
    try:
        number = float(given) if given.strip() else None
        return int(number) if number is not None and number.is_integer() else number
    except (ValueError, OverflowError):
        return given
