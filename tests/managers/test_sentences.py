"""What the checks say names fields as the pages call them, wherever a manager reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from painpath import pathway as package
from painpath.managers.presenters.labels import fields, place_words, quoted
from painpath.pathway.zips import packed
from painpath.referrals.publishing import drafting

CODE = re.compile(r"(?<![\w{/.-])[a-z]+(?:_[a-z]+)+(?![\w}])")


def codes(text: str) -> set[str]:
    """Names of fields with an underscore that stand in a text; between braces an author writes them."""
    return set(CODE.findall(text)) & fields()


def sentences() -> Iterator[str]:
    """Every text of the checks in which a field is named, with something in each gap."""
    for file in Path(package.__file__).parent.rglob("*.py"):
        tree = ast.parse(file.read_text())
        inside = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
        for one in ast.walk(tree):
            if isinstance(one, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "gap" for part in one.values)  # type: ignore[misc]
            elif isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in inside:
                yield one.value


def test_no_sentence_of_the_checks_names_a_field_by_its_code() -> None:
    named = [one for one in sentences() if " " in one.strip() and "\n" not in one and codes(one)]
    assert len(named) > 20, "the sentences are looked for in the wrong place"
    assert {one: quoted(one) for one in named if codes(quoted(one))} == {}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("set `case_by_case: true`.", "set “Case by case: yes”."),
        ("Say `locality:` with", "Say “Locality” with"),
        ("say `channel: ers_triage`", "say “Channel: e-RS triage”"),
        ("No criterion says `programmes: [moving]`.", "No criterion says “Programmes: moving”."),
        ("Fields: id, plain_for.", "Fields: id, “Plain words when it speaks for”."),
        ("Put `{patient_name}` in.", "Put “{patient_name}” in."),
        ("There is no file patient_pages.yaml.", "There is no file patient_pages.yaml."),
        ("The outcome `not_now` has no entry.", "The outcome “Not now” has no entry."),
        ("Run `painpath export FILE --new-key`.", "Run “painpath export FILE --new-key”."),
    ],
)
def test_a_sentence_of_the_checks_in_words(said: str, read: str) -> None:
    assert quoted(said) == read


def test_a_place_in_words() -> None:
    assert place_words("criteria[3].plain_for") == "Criteria 4, plain words when it speaks for"
    assert place_words("evidence[0].rules[1].not_beside") == "What speaks for and against 1, rules 2, not beside any of"
    assert place_words("") == ""


def test_the_pages_of_a_draft_with_mistakes_name_no_field_by_its_code(team, draft, manager_client) -> None:
    path = next(one for one in draft.files if one.startswith("criteria/"))
    text = draft.files[path].replace("plain_for:", "plain_four:", 1).replace("case_by_case: true\n", "", 1)
    wrong = {path: text, "evidence/few.yaml": draft.files["evidence/few.yaml"].replace("when:", "not_besides:", 1)}
    sent = SimpleUploadedFile("a.zip", packed(draft.name, draft.files | wrong))
    draft = drafting.change(draft=draft, files=wrong, seen_revision=draft.revision, by=team.manager)
    pages = [
        manager_client.get(reverse(f"managers:{view}", args=[draft.key, *more])).content.decode()
        for view, more in (("draft", ()), ("draft-compare", ()), ("edit", ()), ("edit-item", ("criteria/adult",)))
    ]
    pages.append(manager_client.post(reverse("managers:draft-import"), {"folder": sent}, follow=True).content.decode())
    assert "There is no such field here" in pages[0]
    for page in pages:
        words = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
        assert codes(words) == set()
