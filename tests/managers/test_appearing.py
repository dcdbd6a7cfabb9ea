"""Every part of a pathway has a preview on which its words stand, or is on no page by its nature, which is said."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Service
from painpath.managers.appearing import AUTHORS, FIELDS, PICTURES, WORDS, Shown, Why, appears, part_of
from painpath.managers.workbench import Workbench
from painpath.pathway import Pathway, editing, find, load
from painpath.pathway.criteria import Pointer
from painpath.pathway.describing import Shape, shapes
from painpath.pathway.letters import Block, Section
from painpath.pathway.measures import Scale, Threshold
from painpath.pathway.outcomes import Wait
from painpath.pathway.service import Chapter
from painpath.pathway.shapes import Catchment, Combination, Programme, Required
from painpath.referrals.publishing import drafting
from painpath.web.previews import Asked, Preview, previews
from tests.managers.drafted import SLUG

change = msgspec.structs.replace
TEXT = ("words", "long_words", "word_list")
READ = {"practitioners", "patients-page", "notice"}
"""Kinds of which each page says something else; of the others a few are enough."""


def models(model: Any = Pathway) -> Iterator[Any]:
    """Every kind of part."""
    found, waiting = {model}, [model]
    while waiting:
        one = waiting.pop()
        yield one
        new = [inner.model for inner in shapes(one) if inner.model and inner.model not in found]
        found |= set(new)
        waiting += dict.fromkeys(new)


def is_text(one: Shape) -> bool:
    """Whether somebody writes words into this field, and no program reads them."""
    return one.kind in TEXT and not one.pattern and one.name not in AUTHORS


def with_everything() -> Pathway:
    """The pathway with the parts that it has no need of, and with what a site fills in."""
    own = load(find(SLUG))
    *rest, first, second = own.criteria
    wide = Threshold(of="scale", scale="bmi", low=35, high=39.9, unit="points", for_group="South Asian heritage")
    pointer = Pointer(outcome=own.outcomes[0].id, why="It cannot wait.")
    criteria = (
        *rest,
        change(
            first,
            example="The pain is back.",
            thresholds=(wide,),
            attached="A letter",
            only_if="it would interfere",
            outcomes=(pointer,),
        ),
        change(second, programmes=("moving",)),
    )
    page = next(part for page in own.patient_pages.pages for part in page.parts if len(part.criteria) > 2)
    told = Combination(id="told", name="Told", how="any", of=page.criteria, plain="Any of them.")
    wait = Wait(weeks_from=12, weeks_to=20, as_of=date(2026, 11, 1), source="The team.")
    old = clock.today() - timedelta(days=420)
    contacts = tuple(change(one, everyone=True, locality=None) for one in own.contacts)
    return change(
        own, criteria=criteria, contacts=contacts,
        scales=(Scale(id="bmi", name="BMI", low=10, high=90, group="psychosis", source="The page."),),
        letters=change(own.letters, sections=tuple(with_points(one) for one in own.letters.sections)),
        combinations=(
            Combination(id="option", name="Option", how="all", of=(first.id, second.id), plain="Both."), told,
        ),
        programmes=(Programme(id="moving", name="Moving", plain="Two days.", published=("Moving days",)),),
        catchment=Catchment(practices="contracted", postcodes=("SO areas",), redirect="Another service.",
                            published=("Our area",)),
        required=(Required(id="medicines", words="Medicines", published=("The medicines",)),),
        podcasts=tuple(
            change(one, link="https://example.nhs.uk/podcast", chapters=(Chapter(minute=3, criteria=(first.id,)),))
            for one in own.podcasts
        ),
        stages=tuple(change(one, wait=wait) for one in own.stages),
        signposts=tuple(change(one, last_checked=old) for one in own.signposts),
    )  # fmt: skip


def with_points(section: Section) -> Section:
    return change(section, body=(*section.body, Block(points=("A point.",))))


def marked(model: Any, data: Any, marks: dict[str, str]) -> None:
    """A word of its own in every text, by part and field."""
    for one in shapes(model):
        value = data.get(one.name)
        if one.model:
            for inner in value if isinstance(value, list | tuple) else [value] if value else ():
                marked(one.model, inner, marks)
        elif value and is_text(one) and not part_of(model).startswith("vocabulary."):  # no letter would be read by it
            mark = marks.setdefault(f"{part_of(model)}.{one.name}", f"zq{len(marks)}zq")
            data[one.name] = f"{value} {mark}" if isinstance(value, str) else [f"{text} {mark}" for text in value]


def made(kind: Preview, one: str, of: Pathway, service: Service) -> str:
    """A preview; of a file its bytes, as characters."""
    request = RequestFactory().get("/")
    request.user, request.session, request.resolver_match = AnonymousUser(), {}, None
    answer = kind.make(Asked(request=request, service=service, pathway=of, one=one))
    return answer.content.decode("latin-1" if kind.is_file else "utf-8")


@pytest.fixture
def seen(team, small) -> dict[str, set[str]]:
    """By part and field: the previews on which it stands."""
    data, marks = msgspec.to_builtins(with_everything()), {}
    marked(Pathway, data, marks)
    whole = msgspec.convert(data, Pathway)
    unreached = change(whole, contacts=())
    fields = {mark: name for name, mark in marks.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for kind in previews().values():
        each = [one for one, _ in kind.each(whole)]
        for one in () if kind.is_file else each if kind.id in READ else dict.fromkeys((*each[:1], *each[-2:])):
            page = made(kind, one, unreached if one.startswith("how_to_refer-") else whole, team.service)
            for mark in re.findall(r"zq\d+zq", page):
                found[fields[mark]].add(kind.id)
    return found


CHANGES: dict[str, tuple[tuple[str | int, ...], Any, dict[str, str]]] = {
    "letters.Picture.plain_alt": (("letters", "pictures", 0, "plain_alt"), "Another picture.", {"easy-read": "accept"}),
    "notices.Codes": (("notices", "codes", "post_days"), 21, {"notice": "code-by-post"}),
    "outcomes.ErsReply": (("outcomes", 0, "ers", "outcome"), "REQUIRE_FURTHER_INFORMATION", {"in-ers": ""}),
    "outcomes.Target": (
        ("targets", 0, "due", "days"), 23,
        {"practitioners": "what_happens_next", "patients-page": "what-happens-next"},
    ),
    "outcomes.Wait": (("stages", 0, "wait", "weeks_to"), 43, {"deciding": "", "patients-page": "what-happens-next"}),
    "patient_pages.Recheck": (("patient_pages", "recheck", "months"), 36, {"resources": ""}),
    "service.Chapter": (("podcasts", 0, "chapters", 0, "minute"), 77, {"practitioners": "criteria"}),
}  # fmt: skip
"""What no mark finds, numbers and words in a file: a change of it, and the previews that are then another one."""


def test_every_part_is_seen_on_its_previews_or_is_said(seen: dict[str, set[str]]) -> None:
    known = previews()
    unsaid, untrue, shown = [], [], []
    for model in models():
        part = part_of(model)
        assert part in PICTURES or part in WORDS, f"{part}: a new part. Say in managers/appearing.py where it appears."
        texts = {f"{part}.{one.name}": seen[f"{part}.{one.name}"] for one in shapes(model) if is_text(one)}
        unsaid += [
            name for name, kinds in texts.items()
            if not kinds and part not in WORDS and name not in FIELDS and name not in CHANGES
        ]  # fmt: skip
        shown += [name for name, kinds in texts.items() if kinds and (name in FIELDS or part not in PICTURES)]
        inner = [inner for inner in models(model) if not texts or inner is model]
        on = {kind for one in inner for text in shapes(one) for kind in seen[f"{part_of(one)}.{text.name}"]}
        on |= {kind for name, (_, _, kinds) in CHANGES.items() if name in (part, *texts) for kind in kinds}
        untrue += [f"{part}: {name}" for name in PICTURES.get(part, ()) if name not in on or name not in known]
    assert unsaid == []
    assert untrue == []
    assert shown == [], "said to be on no page, and on one"
    assert {name.rsplit(".", 1)[0] for name in FIELDS} <= {part_of(one) for one in models()}
    assert all(isinstance(why, Why) and words for why, words in (*WORDS.values(), *FIELDS.values()))


def test_a_number_or_a_file_is_another_one_on_its_preview(team, small) -> None:
    kinds, whole = previews(), with_everything()
    for name, (path, value, where) in CHANGES.items():
        data = msgspec.to_builtins(whole)
        *way, last = path
        inner = data
        for step in way:
            inner = inner[step]
        inner[last] = value
        other = msgspec.convert(data, Pathway)
        for kind, one in where.items():
            before, after = (made(kinds[kind], one, of, team.service) for of in (whole, other))
            assert before != after, (name, kind)


def test_the_editor_leads_from_a_part_to_where_it_appears(manager_client, draft) -> None:
    def to(kind: str, *one: str) -> str:
        return f'href="{reverse("managers:preview", args=[draft.key, kind, *one])}"'

    every = reverse("managers:previews", args=[draft.key])
    criterion = manager_client.get(reverse("managers:edit-item", args=[draft.key, "criteria/adult"])).content.decode()
    assert all(to(kind, "adult") in criterion for kind in ("question", "sheet", "reason"))
    assert to("practitioners", "criteria") in criterion
    assert f"{every}?kind=patients-page" in criterion
    shown = manager_client.get(every, {"kind": "message"}).content.decode()
    assert to("message", "reminder-referrer") in shown
    assert to("notice", "receipt") not in shown
    target = manager_client.get(reverse("managers:edit-item", args=[draft.key, "targets/first-look"])).content.decode()
    assert "Counts when the worklist is sorted" in target


def test_a_part_knows_which_preview_is_its_own(draft, django_assert_num_queries) -> None:
    bench, kinds = Workbench(draft), previews()
    whole = bench.compiled.pathway
    with django_assert_num_queries(0):  # the page of a part lists them, and makes none
        assert all(kind.each(whole) for kind in kinds.values())

    def where(place: str) -> Shown:
        return appears(bench, bench.place(place), kinds)

    assert where("messages/reminder-patient").links == (("Messages", "message", "reminder-patient"),)
    assert where("notices").links == (("Notices", "notice", ""),)  # all of them stand on one page of the editor
    assert ("Letters", "letter", "ask_patient-patient") in where("letters/texts/6").links
    assert "Where this comes from: only those who write the pathway read it." in where("targets/first-look").words
    assert where("vocabulary").links == ()
    assert where("vocabulary").words[0].startswith("It changes how letters are read.")


def test_messages_notices_and_the_right_time_are_as_they_go_out(manager_client, team, draft) -> None:
    files = dict(draft.files)
    for path, words in (
        (("messages", "reminder-patient", "text"), "Newly reminded of {reference}.\n\n{contact}\n\nBye."),
        (("notices", "code_by_sms", "plain_text"), "Code {code} for {reference}, until {until}. {where}"),
        (("right_time", "questions", 0, "plain_why"), "We ask this anew."),
        (("right_time", "plain_card_title"), "My new card"),
    ):
        files |= editing.set_field(files, path, words)
    drafting.change(draft=draft, files=files, seen_revision=1, by=team.manager)
    for which, words in {
        ("message", "reminder-patient"): "Newly reminded of PP-2611-0042.",
        ("notice", "code-by-sms"): "Code 2BCD-FGHJ for PP-2611-0042, until 09:",
        ("right-time",): "We ask this anew.",
        ("right-time-card", "1"): "My new card",
    }.items():
        answer = manager_client.get(reverse("managers:preview", args=[draft.key, *which]))
        assert answer.status_code == 200, which
        assert words in answer.content.decode(), which
        assert "{" not in answer.content.decode().split("painpath-letter-text")[-1].split("</div>")[0]
