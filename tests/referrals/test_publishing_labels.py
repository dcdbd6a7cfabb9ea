"""One version label stands for one content in a service: letters name it, and a decision stays with it."""

from datetime import date

import pytest

from painpath import clock
from painpath.pathway.editing import FIRST
from painpath.referrals.models import PathwayDraft, PathwayVersion
from painpath.referrals.publishing import drafting
from painpath.referrals.publishing.labels import label_of, next_label, relabelled
from painpath.referrals.publishing.merging import merged
from painpath.referrals.refusal import Refused
from tests.managers.drafted import few, small
from tests.referrals.test_publishing import FILE, SLUG, TODAY, draft, lead, publish

__all__ = ["draft", "few", "lead", "small"]


@pytest.fixture(autouse=True)
def _today(small):
    with clock.at(TODAY):
        yield


def named(draft: PathwayDraft, label: str, by) -> PathwayDraft:
    text = relabelled(draft.files[FIRST], label)
    return drafting.change(draft=draft, files={FIRST: text}, seen_revision=draft.revision, by=by)


def test_a_label_that_stands_for_other_content_is_refused_with_the_next_one(team, lead, draft):
    """Also that of the folder, which nobody published in the browser."""
    taken = named(draft, "2025-11", team.manager)
    with pytest.raises(Refused, match=r"version 2025-11 with other content already.*, such as 2026-11\."):
        publish(taken, lead, team.consultant)
    publish(named(PathwayDraft.objects.get(), "2026-11", team.manager), lead, team.consultant)
    second = drafting.start(by=team.manager)
    changed = {FILE: second.files[FILE].replace("patient born", "patient born, please")}
    second = drafting.change(draft=second, files=changed, seen_revision=1, by=team.manager)
    with pytest.raises(Refused, match=r"such as 2026-11\.2\."):
        drafting.submit(draft=second, from_date=TODAY, words="Again", by=lead)


def test_a_label_that_was_taken_after_it_was_asked_for_is_refused_at_the_approval(team, lead, draft):
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    PathwayVersion.objects.create(
        service=team.service, pathway=SLUG, label=PathwayDraft.objects.get().label, digest="0" * 64, content=b""
    )
    with pytest.raises(Refused, match="with other content already"):
        drafting.approve(draft=draft, by=team.consultant)
    assert PathwayDraft.objects.get().state == "submitted"


def test_a_label_too_long_to_keep_is_refused(team, lead, draft):
    text = draft.files[FIRST].replace(draft.label, "'2026 " + "x" * 40 + "'")
    long = drafting.change(draft=draft, files={FIRST: text}, seen_revision=draft.revision, by=team.manager)
    with pytest.raises(Refused, match="too long"):
        publish(long, lead, team.consultant)


@pytest.mark.parametrize(
    ("label", "taken", "following"),
    [
        ("2025-11", {"2025-11"}, "2026-11"),
        ("2025-11.4", set(), "2026-11"),
        ("2026-11", {"2026-11", "2026-11.2"}, "2026-11.3"),
        ("2027-01", {"2027-01"}, "2027-01.2"),
        ("2026-11.3", {"2026-11.3"}, "2026-11.4"),
        ("v9", {"v9", "v10"}, "v11"),
        ("7", {"7"}, "8"),
        ("spring", {"spring"}, "spring.2"),
        ("x" * 40, {"x" * 36}, "x" * 36 + ".2"),
    ],
)
def test_the_next_label_is_free_and_of_the_same_kind(label, taken, following):
    assert next_label(label, taken, today=date(2026, 11, 26)) == following


def test_a_label_alone_is_no_change_that_two_have_made():
    base = {FIRST: "version: 1  # first\nservice: Pain\n", "a.yaml": "a"}
    theirs = base | {FIRST: "version: '2'\nservice: Pain team\n"}
    after, both = merged(base | {FIRST: base[FIRST].replace("1", "3"), "a.yaml": "b"}, base, theirs)
    assert (after, both) == ({FIRST: "version: '3'\nservice: Pain team\n", "a.yaml": "b"}, ())
    assert merged(base, base, theirs) == (theirs, ())
    after, both = merged(base | {FIRST: "version: 1\nservice: Aches\n"}, base, theirs)
    assert (both, label_of(after), "Aches" in after[FIRST]) == ((FIRST,), "2", True)
    assert merged({}, {}, theirs) == (theirs, ())
