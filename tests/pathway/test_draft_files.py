"""A draft's files are compiled as a folder is, and nothing that they say ends the program."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath import pathway
from painpath.pathway.draft_files import LARGEST_FILE, MOST_FILES, compile_draft, files_of
from painpath.pathway.linting import lint, warnings

NAME = "southampton-portsmouth"
FOLDER = pathway.find(NAME)
FILES = files_of(FOLDER)


def said(files: dict[str, str], name: str = NAME) -> str:
    return "\n".join(map(str, compile_draft(name, files).problems))


def test_a_folder_s_files_give_the_same_pathway_and_the_same_list_as_the_folder():
    draft = compile_draft(NAME, FILES)
    assert draft.pathway == pathway.load(FOLDER)
    assert draft.problems == lint(FOLDER) == []
    assert [(one.field, one.message) for one in draft.warnings] == [
        (one.field, one.message) for one in sorted(warnings(FOLDER))
    ]
    assert draft.places["criteria", 0] == ("criteria/1-inclusion.yaml", 4)


def test_mistakes_name_the_file_of_the_draft_the_line_and_the_field():
    broken = FILES["criteria/1-inclusion.yaml"].replace("group: inclusion", "group: including", 1)
    [problem, *_] = compile_draft(NAME, FILES | {"criteria/1-inclusion.yaml": broken}).problems
    assert problem.file.as_posix() == "criteria/1-inclusion.yaml"
    assert problem.line > 1
    assert problem.field.endswith("group")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]", "!!set {a, b}", "? [1,2]\n: 3", "a: " + "9" * 6000, "[" * 5000, "a: !!python/object:os.system x",
        "x: !!timestamp nonsense", "a: !!binary abc", "<<: {a: b}", "? !!set {a}\n: 1", "\ufeff: x", "- " * 40,
        "%YAML 9", "? {}\n: 1", "!!omap [a: 1]", "name: [1,2]", "criteria: 7", "criteria: [{id: [x]}]", "\x00",
        "\ud800",
        "x" * (LARGEST_FILE + 1),
    ],
)  # fmt: skip
def test_hostile_text_is_a_file_with_a_mistake(text, caplog):
    draft = compile_draft(NAME, FILES | {"criteria/9.yaml": text})
    assert draft.problems
    assert "9.yaml" in str(draft.problems[0].file)
    assert not caplog.records, "nothing that only the last net catches"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_it_never_raises(path, text):
    compile_draft(NAME, {"service.yaml": text, path: text})
    compile_draft(path, {"service.yaml": text})


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "/etc/x.yaml", "a/../x.yaml", "a//x.yaml", "x.py", ".x.yaml", "a\\x.yaml", "x.yaml/y.yaml", "",
     "con\n.yaml", "a/b/c/d/e.yaml", "SERVICE.yaml", "..", "x" * 200 + ".yaml"],
)  # fmt: skip
def test_names_that_no_file_of_a_pathway_has(path):
    assert said(FILES | {path: "a: 1", "x.yaml": "b: 1"})


def test_what_turns_the_direction_of_writing_is_found_where_it_stands_as_an_escape():
    form = "questionnaires/about-your-pain.json"
    turned = FILES[form].replace('"title": "', '"title": "\\u202E', 1)
    files = FILES | {form: turned, "seed-coverage.yaml": '"\\u2066lines": []\n'}
    problems = compile_draft(NAME, files).problems
    found = [one.file.as_posix() for one in problems if "direction of writing" in one.message]
    assert found == [form, "seed-coverage.yaml"]


def test_limits():
    assert "At most 100" not in said(FILES)
    assert f"at most {MOST_FILES}" in said(FILES | {f"a{n}.yaml": "" for n in range(MOST_FILES)})
    assert "too large" in said(FILES | {f"a{n}.yaml": "x" * LARGEST_FILE for n in range(5)})
    assert "small letters" in said(FILES, "Über")
    assert "This file is missing" in said({})


def test_no_file_outside_the_draft_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("The words of another file.")
    for name in (str(secret), "../../../../../../.." + str(secret), "nowhere.txt"):
        files = FILES | {"service.yaml": FILES["service.yaml"].replace("kept_in: source.txt", f"kept_in: {name}")}
        assert files["service.yaml"] != FILES["service.yaml"]
        problems = said(files)
        assert "There is no such file" in problems
        assert "words of another" not in problems


def test_a_folder_with_a_file_that_is_no_text_says_so(tmp_path):
    shutil.copytree(FOLDER, tmp_path / NAME)
    (tmp_path / NAME / "notes.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(pathway.PathwayError, match=r"notes\.txt.*UTF-8"):
        files_of(tmp_path / NAME)
