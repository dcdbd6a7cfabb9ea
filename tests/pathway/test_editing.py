"""One field of a pathway's files is changed, and nothing else: neither of what they say, nor of how they look."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath.pathway import Pathway
from painpath.pathway.describing import Shape, shapes
from painpath.pathway.editing import EditError, add_item, move_item, read, remove_item, set_field, value_at
from painpath.pathway.problems import FieldPath
from painpath.pathway.unseen import is_turned
from painpath.pathway.versions import compare

ROOT = Path(__file__).parents[2] / "pathways/southampton-portsmouth"
FILES = {file.relative_to(ROOT).as_posix(): file.read_text() for file in sorted(ROOT.rglob("*.yaml"))}
DATA = read(FILES).data
KEPT = msgspec.convert({**DATA, "name": "southampton-portsmouth", "digest": ""}, Pathway)

ODD = [
    "no", "on", "0800 123", "2025-11", "2025-11-05", "12:30", "null", "~", "=", "<<", "1e3", ".5", "true", "a: b",
    "# a", "- a", "{review_date}", "'", '"', "[x", "a #b", "%", "@a", "!x", "a\n\nb", "a\nb\n", " a", "a ", "\n a",
    "é £ ’", "a\tb", "x\x85y", "a\\b", "long " * 60 + "end", "\u2028a", "?", "|", ">-", "0x1f", "1_000", "---", "...",
    "*a", "&a", "\x07a",
]  # fmt: skip
words = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip).filter(lambda x: not is_turned(x)),
)


def fields(data: Any, model: type[msgspec.Struct], path: FieldPath = ()) -> Iterator[tuple[FieldPath, Shape, Any]]:
    """Every field of plain data that a form can change, whether or not it is written, and its value."""
    for one in shapes(model):
        value, here = data.get(one.name), (*path, one.name)
        if one.kind == "part" and value is not None:
            yield from fields(value, one.model, here)  # type: ignore[arg-type]
        elif one.kind == "parts":
            for index, item in enumerate(value or ()):
                yield from fields(item, one.model, (*here, index))  # type: ignore[arg-type]
        elif one.kind not in ("part", "id") and one.name != "id":  # another id is another item
            yield here, one, value


EVERY = list(fields(DATA, Pathway))


def another(one: Shape, value: Any) -> st.SearchStrategy[Any]:
    """Another value for a field of this kind."""
    choices = list(one.options)
    made: dict[str, st.SearchStrategy[Any]] = {
        "words": words,
        "long_words": words,
        "word_list": st.lists(words, max_size=4),
        "yes_no": st.booleans(),
        "number": st.integers(int(one.low or 0), int(one.high or 99)),
        "date": st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        "reference": st.sampled_from(["adult", "no", "other-one"]),
        "references": st.lists(st.sampled_from(["adult", "no", "on", "pain-and-more"]), max_size=30),
        "choice": st.sampled_from(choices or [None]),
        "choices": st.lists(st.sampled_from(choices or [None]), unique=True, min_size=1),
    }
    kind = st.from_regex(one.pattern, fullmatch=True).filter(lambda x: "\n" not in x) if one.pattern else made[one.kind]
    if not one.required and one.kind not in ("word_list", "references", "choices"):
        kind = kind | st.none()
    return kind.filter(lambda found: found != value)


def after(changed: dict[str, str], name: str) -> Pathway:
    """The pathway of the files with a change, of which only those are read that may hold the field."""
    files = {**FILES, **changed}
    told = {file: text for file, text in files.items() if f"\n{name}:" in f"\n{text}" or file in changed}
    data = {**{key: value for key, value in DATA.items() if key != name}, **read(told).data}
    return msgspec.convert({**data, "name": "southampton-portsmouth", "digest": ""}, Pathway)


def put(path: FieldPath, value: Any) -> Pathway:
    """The pathway in which one field is changed without any file."""
    data: Any = {**DATA, str(path[0]): deepcopy(DATA.get(str(path[0])))}
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    if value is None:
        inner.pop(path[-1], None)
    else:
        inner[path[-1]] = value
    return msgspec.convert({**data, "name": "southampton-portsmouth", "digest": ""}, Pathway)


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_field_changes_and_nothing_else_and_its_old_value_brings_back_the_old_pathway(data: st.DataObject) -> None:
    path, one, value = data.draw(st.sampled_from(EVERY))
    wanted = data.draw(another(one, value))
    try:
        expected = put(path, wanted)
    except msgspec.ValidationError:
        return  # no such pathway: the number is out of its bounds, the text has no form
    changed = set_field(FILES, path, wanted)
    made = after(changed, str(path[0]))
    assert made == expected
    differences = compare(KEPT, made)
    assert len(differences) == (expected != KEPT)
    assert len(changed) <= 1
    for file, text in changed.items():
        assert comments(text) == comments(FILES[file])
    back = set_field({**FILES, **changed}, path, value)
    assert after({**changed, **back}, str(path[0])) == KEPT


def test_only_the_line_of_a_field_is_written() -> None:
    changed = set_field(FILES, ("criteria", "adult", "question"), "How old is the patient?")
    (file,) = changed
    before, now = FILES[file].splitlines(), changed[file].splitlines()
    assert [pair for pair in zip(before, now, strict=True) if pair[0] != pair[1]] == [
        ("    question: What is the patient's date of birth?", "    question: How old is the patient?")
    ]
    assert set_field(FILES, ("criteria", "adult", "question"), "What is the patient's date of birth?") == {}


def test_a_field_that_is_not_written_yet_stands_where_the_model_has_it() -> None:
    (text,) = set_field(FILES, ("criteria", "adult", "exception"), "Who is nearly 18.").values()
    lines = text.splitlines()
    at = lines.index("    exception: Who is nearly 18.")
    assert lines[at - 1].strip().startswith("answered_by:")
    assert lines[at + 1].strip().startswith("question:")


def test_what_is_so_anyhow_is_not_written() -> None:
    assert set_field(FILES, ("criteria", "adult", "case_by_case"), False) == {}
    assert set_field(FILES, ("criteria", "adult", "notes"), []) == {}
    item = value_at(DATA, ("criteria", "adult"))
    assert set_field(FILES, ("criteria", "adult"), {**item, "case_by_case": False, "exception": None}) == {}


def test_words_that_would_be_read_as_something_else_get_quotation_marks() -> None:
    for odd in ODD:
        for path in (("grades", "nurse", "name"), ("stages", "next", "plain")):  # in lines of its own, and in brackets
            changed = set_field({"service.yaml": LAYOUT}, path, odd)
            assert value_at(read(changed).data, path) == odd


def test_a_whole_item_is_changed_where_it_differs() -> None:
    item = value_at(DATA, ("criteria", "informed-and-consents"))
    asks = [{**item["ask"][0], "words": "Please say when."}, *item["ask"][1:]]
    (text,) = set_field(FILES, ("criteria", "informed-and-consents"), {**item, "ask": asks, "name": "Knows"}).values()
    gone = set(FILES["criteria/1-inclusion.yaml"].splitlines()) - set(text.splitlines())
    assert len(gone) == 3
    assert "        words: Please say when." in text.splitlines()


LAYOUT = """# What this is
team:   # who
  claim_hours: 4   # hours
  # about the share
  second_screening_percent: 10
  source: >-   # ours
    Settings of ours,
    # 2 of them

# The grades
grades:
- id: consultant   # the first
  name: Consultant

# a nurse
- id: nurse
  name: "Nurse"
podcasts:
  -
    heading: Podcast
    title: One
stages: [{id: next, name: Next, plain: Next., source: Us}]
"""


@pytest.mark.parametrize(
    ("path", "value", "before", "now"),
    [
        (("team", "claim_hours"), 5, "claim_hours: 4   # hours", "claim_hours: 5  # hours"),
        (("team", "second_screening_percent"), 11, "percent: 10", "percent: 11"),
        (("grades", "nurse", "name"), "A: b", 'name: "Nurse"', "name: 'A: b'"),
        (("grades", 0, "id"), "doctor", "- id: consultant   # the first", "- id: doctor  # the first"),
        (("podcasts", 0, "title"), "Two", "title: One", "title: Two"),
        (("stages", "next", "plain"), "Then.", "plain: Next.", "plain: Then."),
        (
            ("team", "source"), "Ours.", "  source: >-   # ours\n    Settings of ours,\n    # 2 of them",
            "  source: Ours.  # ours",
        ),
    ],
)  # fmt: skip
def test_whatever_layout_a_file_has_the_rest_of_it_stays(path: FieldPath, value: Any, before: str, now: str) -> None:
    assert set_field({"service.yaml": LAYOUT}, path, value) == {"service.yaml": LAYOUT.replace(before, now)}


def test_files_of_windows_keep_their_line_ends() -> None:
    (text,) = set_field({"a.yaml": LAYOUT.replace("\n", "\r\n")}, ("grades", "nurse", "name"), "Nurses").values()
    assert text == LAYOUT.replace('"Nurse"', "Nurses").replace("\n", "\r\n")


def test_an_item_is_added_after_its_neighbour_in_the_same_file_and_taken_out_again() -> None:
    grade = {"id": "doctor", "name": "Doctor"}
    files = {"service.yaml": LAYOUT}
    (text,) = add_item(files, ("grades",), grade, 1).values()
    assert text == LAYOUT.replace("\n# a nurse", "\n- id: doctor\n  name: Doctor\n\n# a nurse")
    assert remove_item({"service.yaml": text}, ("grades", "doctor")) == files
    (text,) = add_item(files, ("grades",), grade).values()
    assert text == LAYOUT.replace('"Nurse"\n', '"Nurse"\n\n- id: doctor\n  name: Doctor\n')
    assert remove_item({"service.yaml": text}, ("grades", "doctor")) == files
    with pytest.raises(EditError):
        add_item(files, ("team",), grade)


def test_a_list_that_no_file_holds_yet_begins_in_the_file_that_every_pathway_has() -> None:
    changed = add_item({"service.yaml": LAYOUT, "other.yaml": "criteria: []\n"}, ("signposts",), {"id": "one"})
    assert changed == {"service.yaml": LAYOUT.replace("# The grades", "signposts:\n  - id: one\n\n# The grades")}
    changed = add_item({"service.yaml": LAYOUT, "other.yaml": "criteria: []\n"}, ("criteria",), {"id": "one"})
    assert changed == {"other.yaml": "criteria:\n  - id: one\n"}


def test_the_last_item_leaves_an_empty_list() -> None:
    changed = remove_item({"other.yaml": "# All\ncriteria:\n  # the one\n  - id: one\n"}, ("criteria", 0))
    assert read(changed).data == {"criteria": []}
    assert comments(changed["other.yaml"]) == ["# All", "# the one"]


def test_an_item_moves_with_its_lines_and_from_file_to_file() -> None:
    files = {"service.yaml": LAYOUT}
    (text,) = move_item(files, ("grades", "nurse"), 0).values()
    assert text == LAYOUT.replace(
        '- id: consultant   # the first\n  name: Consultant\n\n# a nurse\n- id: nurse\n  name: "Nurse"\n',
        '# a nurse\n- id: nurse\n  name: "Nurse"\n\n- id: consultant   # the first\n  name: Consultant\n',
    )
    ids = [one["id"] for one in DATA["criteria"]]
    for at, to in ((0, 1), (8, 3), (2, 24), (24, 0), (3, 99), (10, 9)):
        changed = move_item(FILES, ("criteria", at), to)
        expected = [*ids]
        expected.insert(to, expected.pop(at))
        assert [one["id"] for one in read({**FILES, **changed}).data["criteria"]] == expected, (at, to)
    assert move_item(FILES, ("criteria", 3), 3) == {}


def test_an_item_inside_an_item_is_added_moved_and_taken_out() -> None:
    path = ("evidence", "active-cancer-or-palliative", "rules")
    rules = value_at(DATA, path)
    rule = {"when": ["pain"], "speaks": "for", "why": "new: one"}
    changed = add_item(FILES, path, rule, 2)
    (text,) = changed.values()
    assert "      - {when: [pain], speaks: for, why: 'new: one'}" in text.splitlines()
    assert set(FILES["evidence/3-illness.yaml"].splitlines()) <= set(text.splitlines())
    assert value_at(read({**FILES, **changed}).data, path) == [*rules[:2], rule, *rules[2:]]
    assert remove_item({**FILES, **changed}, (*path, 2)) == {
        "evidence/3-illness.yaml": FILES["evidence/3-illness.yaml"]
    }
    changed = move_item(FILES, (*path, 0), 2)
    assert value_at(read({**FILES, **changed}).data, path) == [rules[1], rules[2], rules[0], *rules[3:]]


def test_what_cannot_be_is_refused_with_a_sentence() -> None:
    for wrong in (
        lambda: set_field(FILES, ("criteria", "nobody", "question"), "x"),
        lambda: set_field(FILES, ("criteria", 99, "question"), "x"),
        lambda: set_field(FILES, ("criteria", "adult"), None),
        lambda: remove_item(FILES, ("team", "source")),
        lambda: move_item(FILES, ("team", "source"), 1),
        lambda: set_field({"service.yaml": "team: [\n"}, ("team", "source"), "x"),
        lambda: set_field({"service.yaml": "- team:\n"}, ("team", "source"), "x"),
        lambda: set_field({}, ("team", "source"), "x"),
    ):
        with pytest.raises(EditError, match=r"\w+ .+\."):
            wrong()


def test_a_file_that_cannot_be_read_does_not_stand_in_the_way_of_another() -> None:
    files = {**FILES, "letters.yaml": "letters: [\n"}
    assert set_field(files, ("team", "claim_hours"), 5).keys() == {"service.yaml"}
    assert read(files).problems
