"""No identifiable patient on any page or file of the managers' door: every address there is, for every role that may.

Patients whose every identifying field holds words that nobody else would write go through the service by its own verbs.
They are counted, exported, and a draft is tried on them. Then everything that a browser can get at this door is opened:
the addresses are those of its own table, so that a page which is added tomorrow has to be given its arguments here.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pyarrow.parquet as pq
import pypdfium2
import pytest
from django.http import HttpResponseBase
from django.urls import resolve, reverse

from painpath import clock
from painpath.accounts.roles import LEAD
from painpath.accounts.scope import scope
from painpath.figures import charts
from painpath.managers.presenters import simulating as moves
from painpath.managers.urls import ACCESS
from painpath.measuring.export import asking, table
from painpath.pathway import Pathway
from painpath.pathway.draft_files import compile_draft
from painpath.referrals.publishing import tally
from painpath.web.previews import previews
from tests.conftest import _empty_the_tables_as_owner, _service
from tests.managers.recognisable import PERSON, TODAY, UBRN, World, furnished
from tests.managers.test_figures import addresses as figures
from tests.measuring.test_asking import KEY
from tests.robot import forms

pytestmark = pytest.mark.django_db

WHO = re.compile(
    rf"quorrish|zebulon|999\W?017\W?1228|07700(?:%20|\W)?900461|ZE9(?:%20|\W)?9QQ|{UBRN}"
    r"|1931-0?2-17|\b17(?:th)?[ ./-](?:0?2|Feb\w*)[ ./-](?:19)?31\b|Feb\w* 17,? 1931",
    re.I,
)
"""Whatever became of what identifies them: in capitals, in an address, as a day is written anywhere."""
OF_LETTERS = re.compile(r"wrothgar|pemblesnook", re.I)

SHOWS = {
    "managers:simulation": (
        "Whoever tries a draft reads, in the referrals that it would change, the words of the letter that it would read"
        " in another way, and opens the referral from there. Each may open those referrals anyway, each look is on"
        " record, and restricted ones are closed to all but leads (`tests/managers/test_simulating.py`)."
    ),
}
"""Pages with words of letters and references of referrals, and why. Never with what the record says of a person."""


class Given(NamedTuple):
    """Arguments of one address, and what is asked after the question mark."""

    arguments: tuple[object, ...] = ()
    asked: str = ""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, few: Path) -> Iterator[World]:
    """Committed, for all tests of this module, which only look."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAINPATH_PATHWAYS", str(few))
        patch.setenv("PAINPATH_EXPORT_KEY", KEY)
        patch.setattr("painpath.referrals.together.drawing.lot", lambda below: below)  # nobody is drawn by chance
        patch.setattr(charts, "svg", lambda chart, *_: f"<svg>{chart}</svg>")  # the words that would be drawn
        patch.setattr(charts, "png", lambda chart, *_: str(chart).encode())
        try:
            with scope(_service[0]):
                made = furnished()
            with clock.at(TODAY):
                asking.carry_out(made.export.service_id, made.export.pk)
                yield made
        finally:
            _empty_the_tables_as_owner(None)


def walk(world: World) -> dict[str, list[Given]]:
    """Every address of the door -> with what it is opened: the first by each role that may, all of them by a lead."""
    open_, waits, new = ((world.drafts[name].key,) for name in ("open", "waits", "new"))
    now, soon = world.publications
    changes = [*tally.read(world.run.results["open"]).whole.moves]
    tried = ["", *(moves.query(one) for one in changes), "still=yes", "turn=3", "after=1", "alerts=2"]
    half = "half=2025-10"
    of_figures = [Given((name,), query.lstrip("?")) for name, query in figures() if query or name == "to_decision"]
    kinds = [(kind, next(iter(one.each(pathway_of(world))))[0]) for kind, one in previews().items()]
    draft = [Given(open_)]
    return {
        "managers:figures": [Given(), Given(asked="period=6")],
        "managers:equity": [Given(), Given(asked=half)],
        "managers:missing": [Given(), Given(asked=half)],
        "managers:figure": [*of_figures, Given(("volumes",), f"by=sex&{half}"), Given(("volumes",), "period=6")],
        "managers:figure-line": [Given(("volumes",)), Given(("volumes",), "period=6")],
        "managers:figure-file": [
            *(Given(("volumes", form), asked) for form, asked in zip(FORMS, ASKED_OF_FILES, strict=True)),
            *(Given((*one.arguments, form), one.asked) for one, form in zip(of_figures, cycle(FORMS[:2]))),
        ],
        "managers:exports": [Given()],
        "managers:export-file": [Given((world.export.key,))],
        "managers:pathway": [Given()],
        "managers:draft": [Given(one) for one in (open_, waits, new)],
        "managers:draft-start": [Given()],
        "managers:draft-import": [Given()],
        "managers:draft-compare": [*(Given(one) for one in (open_, waits, new)), Given(new, "part=criteria")],
        "managers:draft-catch-up": draft,
        "managers:draft-submit": draft,
        "managers:draft-approve": [Given(waits)],
        "managers:draft-send-back": [Given(waits)],
        "managers:draft-drop": draft,
        "managers:draft-zip": draft,
        "managers:draft-fhir": draft,
        "managers:publication-withdraw": [Given((soon.pk,))],
        "managers:publication-again": [Given((soon.pk,))],
        "managers:version": [Given((now.version_id,)), Given((now.version_id,), "part=vocabulary")],
        "managers:version-compare": [Given((now.version_id,)), Given((now.version_id,), f"with={soon.version_id}")],
        "managers:version-zip": [Given((now.version_id,))],
        "managers:version-fhir": [Given((now.version_id,))],
        "managers:edit": draft,
        "managers:edit-item": [Given((*open_, place)) for place in ("criteria/adult", "criteria", "this-pathway")],
        "managers:edit-add": [Given((*open_, "criteria"))],
        "managers:edit-remove": [Given((*open_, "criteria/adult"))],
        "managers:edit-move": [Given((*open_, "criteria/adult"))],
        "managers:edit-lint": [Given((*open_, "criteria/adult"))],
        "managers:edit-findings": [Given((*open_, "adult")), Given((*open_, "adult"), "q=pain")],
        "managers:edit-try": [Given((*open_, "adult"))],
        "managers:previews": [Given(open_), Given(open_, "criterion=adult&kind=sheet")],
        "managers:preview": [
            *(Given((*open_, *filter(None, one))) for one in kinds),
            Given((*open_, "resources"), "topic=pain&format=video&language=English"),
        ],
        "managers:simulate": draft,
        "managers:simulation": [Given((world.run.key,), asked) for asked in tried],
        "managers:simulation-stop": [Given((world.run.key,))],
        "managers:new-service": [Given()],
        "managers:new-service-review": [Given(new)],
        "managers:new-service-clause": [Given((*new, "pacemaker"))],
    }


FORMS = ("csv", "parquet", "png", "svg")
ASKED_OF_FILES = ("by=sex", "by=sex&half=2025-10", "by=sex", "period=6")
ONLY_SENT = {
    "managers:draft-start", "managers:draft-catch-up", "managers:publication-again", "managers:edit-move",
    "managers:edit-lint", "managers:simulation-stop",
}  # fmt: skip
"""A browser cannot get them."""


def pathway_of(world: World) -> Pathway:
    """What the open draft describes."""
    whole = compile_draft(world.drafts["open"].name, world.drafts["open"].files).pathway
    assert whole is not None
    return whole


def words_of(content: bytes, name: str) -> str:
    """All the text in a file, whatever it is; a file in a file too."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as inside:
            return "\n".join(f"{one}: {words_of(inside.read(one), one)}" for one in inside.namelist())
    if content.startswith(b"PAR1"):
        file = pq.read_table(io.BytesIO(content))
        return f"{file.schema.metadata} {file.to_pylist()}"
    if content.startswith(b"%PDF"):
        return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    # What says of a picture how it was made is text. Whatever else is none fails here: say above how it is read.
    text = content.decode("latin-1" if content.startswith((b"\x89PNG", b"\xff\xd8")) else "utf-8")
    return f"{text} {unescape(text)}"


def said(answer: HttpResponseBase) -> str:
    """Everything that reaches a browser: the body, and what comes before it."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{words_of(body, '')}\n{headers}\n{answer.cookies.output()}"


def around(what: re.Pattern[str], text: str) -> list[str]:
    """The first of what was found, with what stands around it."""
    return [text[max(0, one.start() - 80) : one.end() + 40] for one in what.finditer(text)][:3]


def offered(text: str, address: str) -> Iterator[tuple[str, str]]:
    """(view, name) of what the links and the forms of a page ask of this door after the question mark."""
    links = [unescape(one) for one in re.findall(r'(?:href|action)="([^"#]*\?[^"]*)"', text)]
    for method, to, form in forms(text.encode(), address) if 'method="get"' in text else ():
        if method == "GET":
            links.append(f"{to}?{urlencode({one.name: '-' for one in form.iter('input', 'select') if one.name})}")
    for link in links:
        to = urlsplit(urljoin(address, link))
        if to.netloc or (view := resolve(to.path).view_name) not in ACCESS:
            continue
        yield from ((view, name) for name in parse_qs(to.query))


def test_the_record_holds_what_is_looked_for(world: World) -> None:
    """Every field that tells who somebody is, by the table that keeps it out of exports; and it can be found."""
    (patient,) = (one for one in table.tables() if one.model == "referrals.Patient")
    made_of_the_name = {"family_key", "given_key"}
    assert {name for name, _ in patient.dropped} - made_of_the_name <= set(PERSON)
    assert [name for name, value in PERSON.items() if not WHO.search(str(value))] == []
    page = said(world.client("clinician").get(reverse("triage:referral", args=[world.done.reference])))
    assert {"Zebulon", "Quorrish"} <= set(WHO.findall(page))
    assert OF_LETTERS.search(page)
    figure = said(world.client("clinician").get(reverse("managers:figure", args=["volumes"]), {"by": "language"}))
    assert "60" in figure, "a group that is hidden proves nothing"


def test_no_page_and_no_file_names_a_patient(world: World) -> None:
    every = walk(world)
    assert set(every) == set(ACCESS), "a page that nobody walks: say with what it is opened"
    got, shown, may_be_asked = set(), set(), set()
    for view, may in ACCESS.items():
        for role, member in world.people.items():
            if not member.roles & may:
                continue
            for given in every[view][: None if role == LEAD else 3 if view in SHOWS else 1]:
                address = f"{reverse(view, args=given.arguments)}{'?' if given.asked else ''}{given.asked}"
                answer = world.client(role).get(address)
                text = f"{address}\n{said(answer)}"
                if answer.status_code == 200:
                    got.add(view)
                if role == LEAD and answer["Content-Type"].startswith("text/html"):
                    may_be_asked |= set(offered(text, address))
                assert not (who := around(WHO, text)), (view, role, address, who)
                if letters := around(OF_LETTERS, text) + around(world.references, text):
                    assert view in SHOWS, (view, role, address, letters)
                    shown.add(view)
                assert world.shut.reference not in text or member.leads, (view, role, address)
    assert set(ACCESS) - got == ONLY_SENT
    assert shown == set(SHOWS)
    asked = {(view, name) for view, each in every.items() for one in each for name in parse_qs(one.asked)}
    assert may_be_asked - asked == set(), "a page offers to ask this, and nobody has"
