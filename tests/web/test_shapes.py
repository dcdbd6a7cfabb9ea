"""What a page says beside its criteria is shown where it exists, with the states of a referral or without any."""

from html import unescape

import pytest
from django.template import engines

from painpath.pathway import Pathway
from painpath.pathway.criteria import Pointer
from painpath.pathway.measures import Threshold
from painpath.pathway.model import Priority
from painpath.pathway.outcomes import Due
from painpath.pathway.shapes import Catchment, Combination, Programme, Required
from painpath.screening.combinations import combined
from painpath.screening.model import State
from painpath.web.clauses import LIMITED, colour_of, group_of, groups_shown, labels_of
from painpath.web.places import place_of
from painpath.web.shapes import catchment_of, notes_of, passed_over, required_of, shapes
from tests.screening.shaped import SERVICE, change, criterion, of

BMI = Threshold(of="scale", scale="bmi", low=35, high=39.9, unit="points")
SOUTH_ASIAN = change(BMI, low=32.5, for_group="South Asian heritage", for_group_shown_by=("south-asian-heritage",))
MONTH = Due(days=30, unit="days", what="The patient is seen.", source="The page.")


def priority(name: str, **fields: object) -> Priority:
    return Priority(
        **({"id": name, "name": name.title(), "plain": "You will be seen.", "source": "The page."} | fields)
    )


@pytest.fixture(scope="module")
def shaped() -> Pathway:
    to_emergency = Pointer(outcome="signpost", why="It cannot wait.")
    return of(
        criterion("flag", group="red_flag", urgency="emergency", outcomes=(to_emergency,)),
        criterion("soon", urgency="urgent"),
        criterion("bmi", BMI, SOUTH_ASIAN, bypasses=("walks",), attached="A weight of this month"),
        criterion("walks", programmes=("moving",), strength="should"),
        criterion("lonely", programmes=("moving",), strength="may", only_if="if it would interfere"),
        criterion("busy", group="exclusion", tier="limited", audience=("patient",)),
        combinations=(
            Combination(id="option", name="Option 1", how="all", of=("bmi", "walks"), plain="Both are needed."),
            Combination(id="one-of", name="One of these", how="any", of=("option", "busy")),
            Combination(
                id="class-1",
                name="Class 1",
                how="any",
                of=("soon", "busy"),
                priority="first",
                plain="You are seen first.",
            ),
        ),
        programmes=(Programme(id="moving", name="Moving", plain="Two days a week."),),
        priorities=(priority("first", target=MONTH), priority("second", default=True)),
        catchment=Catchment(practices="contracted", postcodes=("SO", "PO1"), redirect="Their own pain service."),
        required=(Required(id="medicines", words="Medicines taken now"),),
    )


STATES = {"flag": "against", "soon": "for", "bmi": "for", "walks": "against", "busy": "against"}


def drawn(shaped: Pathway, states: dict[str, str] | None = STATES, **more: object) -> str:
    page = '{% from "shapes.jinja" import beside, urgent_first %}{{ urgent_first(it) }}{{ beside(it, 2, read) }}'
    template = engines["jinja"].from_string(page)
    return template.render({"it": shapes(shaped, states), "read": states is not None} | more)


def test_a_page_without_shapes_shows_none() -> None:
    nothing = shapes(SERVICE, {one.id: "against" for one in SERVICE.criteria})
    assert not nothing
    assert not nothing.urgent
    assert "limited" not in groups_shown(SERVICE)
    assert not any(notes_of(one, SERVICE) for one in SERVICE.criteria)
    assert (required_of(SERVICE), catchment_of(SERVICE)) == ((), ())
    assert drawn(SERVICE, {}).strip() == ""


def test_what_was_read_of_a_combination_is_said_where_it_is_another_now(shaped: Pathway) -> None:
    now = {one.id: one.state.value for one in combined(shaped, {name: State(one) for name, one in STATES.items()})}
    assert "As it was read" not in str(shapes(shaped, STATES, kept=now))
    assert "As it was read" not in str(shapes(shaped, STATES))
    (outer,) = shapes(shaped, STATES, kept=now | {"one-of": "not_stated"}).combinations
    assert outer.note == "As it was read: not stated"


def test_what_another_criterion_passes_over_is_said_and_only_while_that_speaks_for(shaped: Pathway) -> None:
    assert passed_over(shaped, STATES) == {
        "walks": "Passed over: “bmi” speaks for the referral. Where it does, the page does not ask for this."
    }
    assert passed_over(shaped, STATES | {"walks": "for"}) == {}
    for state in ("against", "mixed", "not_stated"):
        assert passed_over(shaped, STATES | {"bmi": state}) == {}


def test_where_the_patient_lives_stands_with_what_says_so(shaped: Pathway) -> None:
    assert place_of(SERVICE, postcode="SO14 3AB", contracted=False) is None
    inside = place_of(shaped, postcode="SO14 3AB", practice="Ash Surgery", contracted=False)
    page = " ".join(unescape(engines["jinja"].from_string(
        '{% from "shapes.jinja" import beside %}{{ beside(it, 2) }}'
    ).render({"it": shapes(shaped, STATES, inside)})).split())  # fmt: skip
    for words in (
        "Inside the area", "Ash Surgery had no contract on the day of receipt, as the directory says.",
        "The patient’s postcode, SO14 3AB, is inside what the page names: SO, PO1.", "One of the two is enough.",
        "a person decides",
    ):  # fmt: skip
        assert words in page, words
    assert "Their own pain service" not in page  # which is for people from elsewhere
    outside = place_of(shaped, postcode="PO12 1AB", practice="Ash Surgery", contracted=False)
    silent = place_of(shaped, postcode="PO12 1AB", practice="Ash Surgery")
    assert outside is not None
    assert silent is not None
    assert (outside.label, silent.label) == ("Outside the area", "Not stated")
    assert "does not say whether Ash Surgery had a contract" in silent.lines[0]
    assert "PO12 1AB, is outside what the page names" in silent.lines[1]
    assert (outside.redirect, len(outside.lines)) == ("Their own pain service.", 2)
    nothing = place_of(shaped, postcode="")
    assert nothing is not None
    assert nothing.lines[0] == "The practice is not known here."
    assert "postcode is not known here" in nothing.lines[1]


def test_what_cannot_wait_is_shown_first(shaped: Pathway) -> None:
    found = shapes(shaped, STATES).urgent
    assert [(one.level, one.part.name) for one in found] == [("Emergency", "flag"), ("Urgent", "soon")]
    assert found[0].pointers == (shaped.outcome("signpost").label,)
    assert shapes(shaped, {"flag": "for", "soon": "not_stated"}).urgent == ()
    page = drawn(shaped)
    assert page.index("Look at these first") < page.index("How the criteria go together")


def test_combinations_show_their_members_as_deep_as_they_go(shaped: Pathway) -> None:
    (outer,) = shapes(shaped, STATES).combinations
    assert (outer.name, outer.how) == ("One of these", "One of these has to hold")
    inner, busy = outer.parts
    assert [part.name for part in inner.parts] == ["bmi", "walks"]
    assert inner.state_label == "Speaks for"  # what the BMI bypasses need not hold
    assert inner.parts[1].note == "Need not hold: bmi"
    assert (busy.state_label, busy.colour) == (LIMITED, "orange")
    assert busy.link == "#criterion-busy"


def test_programmes_and_classes_suggest_nothing(shaped: Pathway) -> None:
    found = shapes(shaped, STATES)
    (moving,) = found.programmes
    assert (moving.words, [part.name for part in moving.parts]) == ("Two days a week.", ["walks", "lonely"])
    first, second = found.classes
    assert (first.words, [part.name for part in first.parts]) == ("Within 30 days: The patient is seen.", ["soon"])
    assert (second.words, second.parts) == ("For everybody whom no other class describes.", ())
    assert drawn(shaped).count("A person chooses") == 2


def test_the_public_page_shows_no_state(shaped: Pathway) -> None:
    page = drawn(shaped, None)
    assert "nhsuk-tag" not in page
    assert 'href="#busy"' in page
    assert [part.name for part in shapes(shaped).classes[0].parts] == ["soon", "busy"]


def test_the_small_print_of_a_criterion(shaped: Pathway) -> None:
    said = {one.id: notes_of(one, shaped) for one in shaped.criteria}
    assert said["bmi"] == (
        "BMI: 35 to 39.9.",
        "BMI: 32.5 to 39.9 (South Asian heritage).",
        "Where this holds, nothing more is needed of: walks.",
        "To come with the referral: A weight of this month.",
    )
    assert said["flag"] == ("Emergency where it holds.",)
    assert said["walks"] == ("The page advises this; it is no rule.", "Only for: Moving.")
    assert said["lonely"][0] == "It counts only under this condition: if it would interfere."
    assert said["busy"][-1] == "The page puts this to patients."


def test_the_limited_tier_never_stands_under_against(shaped: Pathway) -> None:
    busy, flag = shaped.criterion("busy"), shaped.criterion("flag")
    assert "limited" in groups_shown(shaped)
    assert group_of("against", busy, shaped, judged=True) == "limited"
    assert (labels_of(busy, shaped)["against"], colour_of(busy, "against", shaped)) == (LIMITED, "orange")
    assert not shaped.can_be_a_reason(busy)
    assert not shaped.can_be_a_reason(shaped.criterion("lonely"))
    assert group_of("against", flag, shaped, judged=True) == "against"
    assert colour_of(flag, "against", shaped) == "red"
    assert shaped.can_be_a_reason(flag)


def test_places_and_what_to_put_in_a_referral(shaped: Pathway) -> None:
    assert required_of(shaped) == ("Medicines taken now",)
    assert catchment_of(shaped) == (
        "Patients of the practices that this service has a contract with.",
        "Postcodes that begin with SO, PO1.",
        "People from elsewhere: Their own pain service.",
    )


def test_what_describes_a_class_or_one_programme_never_stands_against_the_referral(shaped: Pathway) -> None:
    soon, walks = shaped.criterion("soon"), shaped.criterion("walks")
    assert (shaped.bears_on(soon), shaped.bears_on(walks), shaped.bears_on(shaped.criterion("bmi"))) == (
        "class",
        "programme",
        "referral",
    )
    assert (labels_of(soon, shaped)["against"], colour_of(soon, "against", shaped)) == (
        "Does not describe this class",
        "grey",
    )
    assert labels_of(walks, shaped)["against"] == "Speaks against this programme"
    assert group_of("against", soon, shaped, judged=True) == group_of("against", walks, shaped, judged=True) == "apart"
    assert "apart" in groups_shown(shaped)
    assert not shaped.can_be_a_reason(soon)
    also = Combination(id="also", name="Also", how="all", of=("soon",))
    asked = change(shaped, combinations=(*shaped.combinations, also))
    assert asked.bears_on(soon) == "referral"
    assert asked.can_be_a_reason(soon)


def test_plain_words_of_what_belongs_together_stand_on_the_public_page(shaped: Pathway) -> None:
    public, sheet = drawn(shaped, None), drawn(shaped)
    assert all(public.count(words) == 1 for words in ("Both are needed.", "You are seen first."))
    assert not any(words in sheet for words in ("Both are needed.", "You are seen first."))  # no patient reads it
