"""What a clinician sees of a body map: picture, list, count; and the field that answers it."""

from django.utils.safestring import SafeString

from painpath.questionnaires.body import AREAS, REGIONS
from painpath.web import forms
from painpath.web.body_picture import body_picture
from painpath.web.forms.body import OTHER, TRANSLATED
from painpath.web.forms.rendering import component


class Where(forms.Form):
    where = forms.BodyMap("Where?", options=[("f-neck", "Neck <front>"), ("knee", "A knee")], required=False)


def test_picture_list_and_count_say_the_same() -> None:
    html = body_picture(["b-left-elbow", "f-neck", "<script>"])
    assert isinstance(html, SafeString), "it goes into a page as it is"
    assert html.count("data-marked") == 2
    assert html.count('role="img"') == 2
    assert html.count(">Patient’s</text>") == 4, "both sides of both views"
    assert html.index("<dd>Neck, front</dd>") < html.index("<dd>Left elbow</dd>")
    assert f"2 of the {len(REGIONS)} places on the picture are marked, in 2 of the {len(AREAS)} parts" in html
    assert "not a diagnosis" in html
    assert "<dd>&lt;script&gt;</dd>" in html, "what no picture has is shown, not dropped"


def test_the_names_of_the_groups_are_among_the_words_to_translate() -> None:
    assert set(TRANSLATED) == set(AREAS.values())


def test_the_field_offers_what_the_questionnaire_offers_and_takes_nothing_else() -> None:
    name, params = component(Where({"where": ["knee"]})["where"])
    assert name == "body_map"
    assert [(group["legend"], group["count"]) for group in params["groups"]] == [("Head and neck", 0), (OTHER, 1)]
    html = Where({"where": ["knee"]}).as_nhs()
    assert html.count('data-code="') == 1, "a region that is not asked for cannot be marked"
    assert "Neck &lt;front&gt;" in html
    assert Where({"where": ["f-neck", "knee"]}).is_valid()
    assert not Where({"where": ["f-left-knee"]}).is_valid()
    assert Where({}).is_valid()
