"""The alarm over what patients read: it finds every text, rings for the hard ones, and lets no exception grow old."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from painpath.pathway import Pathway
from painpath.pathway.forms import Form

TOOL = Path(__file__).parents[2] / "tools/readability.py"
HARD = (
    "Multidisciplinary rehabilitation necessitates considerable psychological adaptation. "
    "Individualised pharmacological optimisation precedes interventional consideration. "
    "Biopsychosocial formulation facilitates collaborative prioritisation."
)
EASY = "You can come to us. We will talk with you. Then we look at what may help."


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readability", TOOL)
    assert spec
    assert spec.loader
    module = sys.modules["readability"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nothing_that_patients_read_rings(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main() == 0, capsys.readouterr().err
    out = capsys.readouterr().out
    assert "median grade" in out
    assert len(out.splitlines()) == 11


def test_every_field_for_patients_is_found(tool: ModuleType, pathway: Pathway) -> None:
    places = {text.place.partition(": ")[2] for text in tool.of_pathway(pathway)}
    assert {
        "criteria[adult].plain_change", "signposts[samaritans].ways[0].plain", "notices.code_by_email.plain_text",
        "patient_pages.pages[questions].parts[cure].plain[0]", "right_time.questions[hope].answers[cure].plain_card",
        "criteria[seeking-cure-or-further-opinion].ask[1].words", "messages[reminder-patient].text",
        "messages[reminder-patient].subject", "messages[reminder-questionnaire].text",
        "messages[signpost-question].text",
    } <= places  # fmt: skip
    assert not any("reminder-referrer" in place for place in places)
    assert not any("published" in place or "source" in place for place in places)


def test_letters_to_patients_are_found_and_those_to_gps_are_not(tool: ModuleType, pathway: Pathway) -> None:
    found = [text.words for text in tool.of_letters(pathway)]
    for letter in pathway.letters.texts:
        headings = {one.heading for one in pathway.letters.texts if one.audience == "patient"}
        assert (letter.heading in found) == (letter.heading in headings)


def test_questionnaires_are_found(tool: ModuleType, pathway: Pathway) -> None:
    asked = {
        "resourceType": "Questionnaire",
        "title": "About pain",
        "item": [
            {"linkId": "1", "text": "Where?", "extension": [{"url": "help", "valueString": "Think of today."}]},
            {"linkId": "2", "item": [{"linkId": "2.1", "answerOption": [{"valueCoding": {"display": "At home"}}]}]},
        ],
    }
    with_form = msgspec.structs.replace(pathway, forms=(Form(id="pain", text=json.dumps(asked)),))
    found = {text.words: text.place for text in tool.of_forms(with_form)}
    assert set(found) == {"About pain", "Where?", "Think of today.", "At home"}
    assert found["At home"] == "southampton-portsmouth: questionnaire pain.2.1"


def test_strings_of_pages_and_bare_words_are_found(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "patients").mkdir()
    (tmp_path / "triage").mkdir()
    page = '<p class="x">Bare words</p>{# a note #}{% if a %}<b>{{ _("Through gettext") }}</b>{% endif %}'
    (tmp_path / "patients/page.jinja").write_text(page)
    (tmp_path / "triage/page.jinja").write_text(page.replace("Through", "Also through"))
    (tmp_path / "patients/words.py").write_text('ngettext("one day", "%(n)d days", 2)\n_("In Python")\nprint("not")\n')
    found = [text.words for text in tool.of_code(tmp_path)]
    assert sorted(found) == [
        "%(n)d days", "Also through gettext", "Bare words", "In Python", "Through gettext", "one day",
    ]  # fmt: skip


def test_what_rings(tool: ModuleType) -> None:
    def ringing(*texts: str) -> list[str]:
        return [
            ring.rule for ring in tool.rings([tool.Text(f"p{at}", "g", "k", words) for at, words in enumerate(texts)])
        ]

    assert ringing(EASY) == []
    assert ringing(HARD) == ["grade"]
    assert ringing("You were refused.") == ["word"]
    assert ringing(" ".join(["word"] * 26) + ".") == ["sentence"]
    assert ringing(" ".join(["word"] * 25) + ".") == []
    short = "Biopsychosocial formulation facilitates prioritisation."
    assert ringing(short) == [], "a few words cannot be measured"
    assert ringing(*[f"{short[:-1]} {at}." for at in range(8)]) == ["grade"], "together they can"
    assert ringing(
        "Individualised pharmacological optimisation necessitates considerable multidisciplinary consideration today."
    ) == ["sentence"]


def test_exceptions_have_a_reason_and_are_taken_out_when_nothing_needs_them(tool: ModuleType) -> None:
    rings = list(tool.rings([tool.Text("place.of.it", "g", "k", HARD)]))
    excused = {"place": "place.*", "rule": "grade", "reason": "The words of a validated instrument."}
    assert tool.unexcused(rings, [excused]) == []
    assert "gives no reason" in tool.unexcused(rings, [excused | {"reason": " "}])[0]
    assert "grade" in tool.unexcused(rings, [])[0]
    assert "not needed any more" in tool.unexcused([], [excused])[0]
    assert len(tool.unexcused(rings, [excused | {"rule": "word"}])) == 2
