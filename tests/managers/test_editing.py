"""Every part of a draft opens as a form, whatever it is; what is sent changes that part and nothing else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from painpath.managers.part_forms import PartForm
from painpath.managers.workbench import WHOLE, Workbench, inline, stands_alone
from painpath.pathway import Pathway, editing, find
from painpath.pathway.describing import shapes
from painpath.pathway.draft_files import files_of
from painpath.pathway.problems import FieldPath
from painpath.pathway.versions import compare
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting


def places(model: Any = Pathway, value: Any = None, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Any, Any, bool]]:
    """Every page of the editor: the place, the model, what is there, and whether it is a list."""
    yield path, model, value, False
    for one in shapes(model):
        inner = (value or {}).get(one.name)
        if stands_alone(one) or (model is Pathway and one.kind == "part"):
            if one.kind == "parts":
                yield (*path, one.name), one.model, inner or [], True
                for number, item in enumerate(inner or ()):
                    yield from places(one.model, item, (*path, one.name, number))
            else:
                yield from places(one.model, inner, (*path, one.name))


def posted(form: PartForm) -> dict[str, list[str]]:
    """What a browser sends of the form as it was shown."""
    data = form.data
    assert isinstance(data, MultiValueDict)
    return {name: data.getlist(name) for name in data}


@pytest.fixture
def bench(draft: PathwayDraft) -> Workbench:
    return Workbench(draft)


@pytest.fixture(scope="module")
def whole() -> Workbench:
    """All of the pathway, with all its rules: a draft that is in no record."""
    folder = find("southampton-portsmouth")
    files = files_of(folder)
    return Workbench(PathwayDraft(name=folder.name, files=files, base_files=files))


def test_every_field_of_the_model_is_on_some_page() -> None:
    def fields(model: Any, done: set[Any]) -> None:
        if model in done:
            return
        done.add(model)
        on_page = {one.name for one in inline(model)}
        for one in shapes(model):
            alone = stands_alone(one) or (model is Pathway and one.kind == "part")
            assert (one.name in on_page) != alone, (model, one.name)
            if one.kind == "part" and not alone:  # its fields stand on the same page, and are plain ones
                assert all(inner.kind not in ("part", "parts") for inner in shapes(one.model)), (model, one.name)
            if one.model:
                fields(one.model, done)

    fields(Pathway, set())


def test_a_form_that_nobody_touched_changes_nothing_in_any_part(whole: Workbench) -> None:
    seen = 0
    for path, model, value, is_list in places(value=whole.data):
        if is_list or (path and not value):
            continue
        form = PartForm(bench=whole, model=model, value=value, typed=None, with_id=False)
        again = PartForm(bench=whole, model=model, value=value, typed=MultiValueDict(posted(form)), with_id=False)
        assert again.is_valid(), (path, again.errors)
        if path:
            kept = editing.written(again.made(), value, editing.shape_at(path), item=isinstance(path[-1], int))
            assert kept == value, path
        else:
            assert again.made() == {**value, **again.made()}
        seen += 1
    assert seen > 500


def test_every_kind_of_part_opens(manager_client, draft: PathwayDraft, bench: Workbench) -> None:
    kinds: set[Any] = set()
    lists = 0
    for path, model, value, is_list in places(value=bench.data):
        lists += is_list and bool(value)
        if (is_list and lists % 40 != 1) or model in kinds or (value is None and path):
            continue  # every list has the same page
        kinds |= set() if is_list else {model}
        address = bench.address(path)
        assert bench.path(address) == path
        found = manager_client.get(reverse("managers:edit-item", args=[draft.key, address]))
        assert found.status_code == 200, path
    assert len(kinds) > 55
    assert manager_client.get(reverse("managers:edit", args=[draft.key])).status_code == 200


def item_url(draft: PathwayDraft, place: str) -> str:
    return reverse("managers:edit-item", args=[draft.key, place])


def sent(client: Any, draft: PathwayDraft, place: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    """The address of a part and what a browser would send of its page, with changes."""
    page = client.get(item_url(draft, place))
    context = page.context if page.context else {}
    bench = Workbench(PathwayDraft.objects.get(pk=draft.pk))
    found = bench.place(place)
    form = PartForm(bench=bench, model=found.model, value=found.value, with_id=False)
    del context
    from painpath.managers.views.editing import seen

    return item_url(draft, place), {**posted(form), "seen": seen(found.value), **changes}


def test_sending_what_was_shown_makes_no_revision(manager_client, draft: PathwayDraft) -> None:
    for place in ("criteria/adult", WHOLE, "targets/first-look", "notices", "team"):
        address, data = sent(manager_client, draft, place)
        assert manager_client.post(address, data).status_code == 302
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_changed_question_is_one_change_of_the_draft(manager_client, draft: PathwayDraft) -> None:
    before = drafting.compiled(draft).pathway
    address, data = sent(manager_client, draft, "criteria/adult", question="How old is the patient?")
    assert manager_client.post(address, data).status_code == 302
    draft.refresh_from_db()
    after = drafting.compiled(draft).pathway
    assert [one.field for one in compare(before, after)] == ["criteria[adult].question"]
    assert draft.revision == 2


def test_check_keeps_what_was_typed_and_says_what_is_wrong_beside_the_field(
    manager_client, draft: PathwayDraft
) -> None:
    address, data = sent(manager_client, draft, "criteria/adult", plain_against="Unfortunately you are not eligible.")
    page = manager_client.post(address, {**data, "check": "yes"})
    assert page.status_code == 422
    words = page.content.decode()
    assert "Patients read this. Say it without “eligible”." in words
    assert "Unfortunately you are not eligible." in words
    assert "There is a problem" in words
    draft.refresh_from_db()
    assert draft.revision == 1


def test_what_is_wrong_can_be_saved_and_is_said(manager_client, draft: PathwayDraft) -> None:
    address, data = sent(manager_client, draft, "criteria/adult", plain_against="")
    page = manager_client.post(address, data, follow=True)
    words = page.content.decode()
    assert "Saved in the draft. 1 thing is to be put right before it can be published." in words
    assert "Fill in “Plain words when it speaks against”." in words
    overview = manager_client.get(reverse("managers:edit", args=[draft.key])).content.decode()
    assert "1 to put right" in overview


def test_a_number_that_is_none_is_refused_and_kept_as_typed(manager_client, draft: PathwayDraft) -> None:
    address, data = sent(manager_client, draft, "team", claim_hours="four")
    page = manager_client.post(address, data)
    assert page.status_code == 422
    assert "must be a whole number" in page.content.decode()
    assert 'value="four"' in page.content.decode()


def test_words_that_would_be_read_in_another_order_than_they_stand_are_refused(manager_client, draft) -> None:
    address, data = sent(manager_client, draft, "criteria/adult", question="Is the patient \u202etluda\u202c?")
    page = manager_client.post(address, data)
    assert page.status_code == 422
    assert "invisible characters that turn the direction of writing" in page.content.decode()


def test_lint_says_the_same_without_keeping_anything(manager_client, draft: PathwayDraft) -> None:
    _, data = sent(manager_client, draft, "criteria/adult", plain_against="You are not eligible.")
    found = manager_client.post(reverse("managers:edit-lint", args=[draft.key, "criteria/adult"]), data).json()
    assert list(found["fields"]) == ["id_plain_against"]
    assert found["said"] == "2 things to put right." or found["said"] == "1 thing to put right."
    _, data = sent(manager_client, draft, "criteria/adult")
    found = manager_client.post(reverse("managers:edit-lint", args=[draft.key, "criteria/adult"]), data).json()
    assert found == {"fields": {}, "general": [], "said": "Nothing is wrong here."}


def test_of_two_who_change_the_same_part_the_second_is_told_and_keeps_what_they_typed(
    manager_client, signed_in, lead, draft: PathwayDraft
) -> None:
    address, mine = sent(manager_client, draft, "criteria/adult", question="Mine?")
    _, theirs = sent(manager_client, draft, "criteria/adult", question="Theirs?")
    other = signed_in(lead)
    assert other.post(address, theirs).status_code == 302
    mine["answered_by"] = mine["answered_by"][::-1]  # a browser sends boxes in the order of the page
    page = manager_client.post(address, mine)
    words = page.content.decode()
    assert page.status_code == 409
    assert "Mine?" in words
    assert "The draft now says: “Theirs?”" in words
    assert words.count("The draft now says") == 2  # in the summary, and beside the one field that differs
    assert lead.name in words
    draft.refresh_from_db()
    assert editing.value_at(Workbench(draft).data, ("criteria", "adult", "question")) == "Theirs?"
    # another part is no hindrance
    address, data = sent(manager_client, draft, "team", claim_hours="6")
    assert manager_client.post(address, data).status_code == 302


def test_what_was_typed_stands_on_the_page_that_refuses_it(manager_client, team, draft: PathwayDraft) -> None:
    address, data = sent(manager_client, draft, "criteria/adult", question="Typed for an hour?")
    mark = re.search(r'name="kept_for" value="([^"]+)"', manager_client.get(address).content.decode())
    assert mark
    drafting.drop(draft=draft, by=team.manager)
    page = manager_client.post(address, data | {"kept_for": mark[1]})
    assert page.status_code == 409
    words = page.content.decode()
    assert "Typed for an hour?" in words
    assert "Go back with your browser" not in words
    assert mark[1] not in words


def test_an_item_is_added_moved_and_taken_out(manager_client, draft: PathwayDraft) -> None:
    add = reverse("managers:edit-add", args=[draft.key, "criteria/adult/ask"])
    assert manager_client.get(add).status_code == 200
    assert manager_client.post(add, {"of": "patient", "words": "How old are you?"}).status_code == 302
    asks = asked(draft)
    assert asks[-1] == {"of": "patient", "words": "How old are you?"}
    move = reverse("managers:edit-move", args=[draft.key, f"criteria/adult/ask/{len(asks) - 1}"])
    assert manager_client.post(move, {"to": "up"}).status_code == 302
    assert asked(draft)[0] == asks[-1]
    again = manager_client.post(add, {"of": "patient", "words": "How old are you?"})  # after going back
    assert again.status_code == 422
    assert "There is one like this already" in again.content.decode()
    remove = reverse("managers:edit-remove", args=[draft.key, "criteria/adult/ask/0"])
    page = manager_client.get(remove)
    assert page.status_code == 200
    from painpath.managers.views.editing import seen

    assert manager_client.post(remove, {"seen": "other"}).status_code == 409
    assert manager_client.post(remove, {"seen": seen(asked(draft)[0])}).status_code == 302
    assert asked(draft) == asks[:-1]


def asked(draft: PathwayDraft) -> Any:
    return editing.value_at(Workbench(PathwayDraft.objects.get(pk=draft.pk)).data, ("criteria", "adult", "ask"))


def test_a_new_item_needs_a_name_of_its_own_and_may_change_it_until_it_is_published(manager_client, draft) -> None:
    add = reverse("managers:edit-add", args=[draft.key, "stages"])
    new = {"name": "Next", "plain": "Then we meet.", "source": "The service."}
    assert "short name" in manager_client.post(add, new).content.decode()
    taken = editing.value_at(Workbench(draft).data, ("stages", 0, "id"))
    assert f"There is one called {taken} already." in manager_client.post(add, {**new, "id": taken}).content.decode()
    assert manager_client.post(add, {**new, "id": "next-one"}).status_code == 302
    assert 'name="id"' in manager_client.get(item_url(draft, "stages/next-one")).content.decode()
    assert 'name="id"' not in manager_client.get(item_url(draft, f"stages/{taken}")).content.decode()


def test_who_may_only_look_sees_the_form_and_changes_nothing(signed_in, team, draft: PathwayDraft) -> None:
    client = signed_in(team.consultant)
    page = client.get(item_url(draft, "criteria/adult"))
    assert page.status_code == 200
    assert "Save in the draft" not in page.content.decode()
    assert client.post(item_url(draft, "criteria/adult"), {"question": "x"}).status_code == 409
    assert client.get(reverse("managers:edit-add", args=[draft.key, "criteria"])).status_code == 403
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_place_that_is_not_there_is_not_found(manager_client, draft: PathwayDraft) -> None:
    for place in (
        "colours",
        "criteria/nobody",
        "criteria/adult/question",
        "criteria/adult/ask/99",
        "criteria/²",
        "criteria/" + "9" * 5000,
    ):
        assert manager_client.get(item_url(draft, place)).status_code == 404, place


def test_a_file_that_cannot_be_read_is_told_and_the_rest_can_be_changed(manager_client, team, draft) -> None:
    drafting.change(draft=draft, files={"letters.yaml": "letters: [\n"}, seen_revision=1, by=team.manager)
    page = manager_client.get(reverse("managers:edit", args=[draft.key])).content.decode()
    assert "letters.yaml" in page
    address, data = sent(manager_client, draft, "team", claim_hours="6")
    assert manager_client.post(address, data).status_code == 302
