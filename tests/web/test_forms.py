"""The form kit without a browser: what is accepted, what is refused and in which words, what is kept."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath.web import forms
from painpath.web.forms.rendering import error_list


def form_of(**fields):
    return type("Made", (forms.Form,), fields)


def typed(name, value):
    return dict(zip((f"{name}-day", f"{name}-month", f"{name}-year"), value, strict=True))


def errors(form_class, data, files=None):
    return [error["text"] for error in error_list(form_class(data, files))]


WHEN = form_of(when=forms.Date("Review on", error="Enter the review date"))


class TestDate:
    @settings(deadline=None)
    @given(st.dates(min_value=date(1000, 1, 1)))
    def test_every_date_survives_being_typed(self, day):
        form = WHEN(typed("when", (f"{day:%d}", f"{day:%m}", f"{day.year}")))
        assert form.is_valid(), form.errors
        assert form.cleaned_data["when"] == day

    @settings(deadline=None)
    @given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
    def test_nothing_typed_breaks_it(self, day, month, year):
        form = WHEN(typed("when", (day, month, year)))
        if form.is_valid():
            found = form.cleaned_data["when"]
            assert (found.year, found.day) == (int(year), int(day))
        else:
            assert len(form.errors["when"]) == 1
        assert form.as_nhs()

    @pytest.mark.parametrize(
        ("value", "sentence", "target"),
        [
            (("", "", ""), "Enter the review date", "#id_when-day"),
            (("", "11", "2026"), "Review on must include a day", "#id_when-day"),
            (("26", "", ""), "Review on must include a month and a year", "#id_when-month"),
            (("31", "2", "2026"), "Review on must be a real date, like 26 11 2026", "#id_when-day"),
            (("29", "2", "2027"), "Review on must be a real date, like 26 11 2026", "#id_when-day"),
            (("1", "1", "26"), "Review on must have a year with 4 numbers, like 2026", "#id_when-year"),
            (("1", "Foo", "2026"), "Review on must be a real date, like 26 11 2026", "#id_when-day"),
            (("-1", "1", "2026"), "Review on must be a real date, like 26 11 2026", "#id_when-day"),
        ],
    )
    def test_each_slip_has_its_sentence_and_its_input(self, value, sentence, target):
        form = WHEN(typed("when", value))
        assert error_list(form) == [{"text": sentence, "href": target}]
        html = form.as_nhs()
        assert sentence in html
        assert f'id="{target[1:]}"' in html
        assert all(f'value="{part}"' in html for part in value if part), "what was typed is kept"

    @pytest.mark.parametrize("month", ["2", "02", "feb", "February", "FEB."])
    def test_months_by_name(self, month):
        form = WHEN(typed("when", ("29", month, "2028")))
        assert form.is_valid()
        assert form.cleaned_data["when"] == date(2028, 2, 29)

    def test_limits_are_asked_when_the_answer_is_checked(self):
        today = date(2026, 11, 26)
        form_class = form_of(when=forms.Date("Review on", earliest=lambda: today, latest=lambda: today))
        at_the_limit = typed("when", ("26", "11", "2026"))
        assert form_class(at_the_limit).is_valid()
        today += timedelta(days=1)
        assert errors(form_class, at_the_limit) == ["Review on must be 27 November 2026 or later"]
        assert errors(form_class, typed("when", ("28", "11", "2026"))) == [
            "Review on must be 27 November 2026 or earlier"
        ]

    def test_an_initial_date_stands_in_the_inputs(self):
        html = WHEN(initial={"when": date(2026, 11, 6)}).as_nhs()
        assert all(f'value="{part}"' in html for part in ("6", "11", "2026"))

    def test_an_optional_date_may_be_empty_but_not_half(self):
        form_class = form_of(when=forms.Date("Born", required=False))
        form = form_class(typed("when", ("", "", "")))
        assert form.is_valid()
        assert form.cleaned_data["when"] is None
        assert errors(form_class, typed("when", ("1", "", "1970"))) == ["Born must include a month"]


OUTCOME = form_of(
    outcome=forms.Radios(
        "What now?",
        error="Choose what to do",
        options=[
            ("accept", "Accept"),
            forms.Option("delay", "Delay", reveals=("until", "why")),
            forms.Option("ask", "Ask", reveals=("files", "clauses")),
        ],
    ),
    until=forms.Date("Until when?", called="The date", error="Enter the date"),
    why=forms.TextArea("Why?", error="Enter why"),
    files=forms.Files("Letter", error="Choose the letter"),
    clauses=forms.Checkboxes("Clauses", options=[("a", "A"), ("b", "B")], error="Choose a clause"),
)


class TestReveal:
    def test_only_the_chosen_answer_asks_further(self):
        assert errors(OUTCOME, {}) == ["Choose what to do"]
        assert errors(OUTCOME, {"outcome": "delay"}) == ["Enter the date", "Enter why"]
        assert errors(OUTCOME, {"outcome": "ask"}) == ["Choose the letter", "Choose a clause"]

    def test_what_stands_under_another_answer_does_not_count(self):
        form = OUTCOME({"outcome": "accept", "why": "old words", "clauses": ["a"], **typed("until", ("31", "2", "x"))})
        assert form.is_valid(), form.errors
        assert form.cleaned_data == {"outcome": "accept", "until": None, "why": "", "files": [], "clauses": []}

    def test_a_revealed_field_is_shown_once_under_its_option(self):
        html = OUTCOME().as_nhs()
        assert html.count('name="why"') == 1
        assert html.index('value="delay"') < html.index('name="why"') < html.index('value="ask"')

    def test_nothing_is_chosen_beforehand(self):
        assert "checked" not in OUTCOME().as_nhs()
        assert OUTCOME({"outcome": "delay"}).as_nhs().count("checked") == 1

    def test_an_answer_that_was_not_offered(self):
        assert errors(OUTCOME, {"outcome": "discharge"}) == ["Choose what to do"]


class TestTyped:
    @settings(deadline=None)
    @given(st.text(max_size=60))
    def test_words_are_kept_or_refused_never_cut(self, words):
        form = form_of(reason=forms.TextArea("Reason", max_length=50, required=False))({"reason": words})
        if form.is_valid():
            assert form.cleaned_data["reason"] == words.replace("\r\n", "\n").strip()
        else:
            assert len(words.strip()) > 50 or "\x00" in words

    def test_the_refusal_names_both_numbers_and_keeps_the_words(self):
        form = form_of(reason=forms.TextArea("Reason", max_length=10))({"reason": "twelve chars"})
        assert form.errors["reason"] == ["“Reason” can have 10 characters. You have written 12."]
        assert "twelve chars</textarea>" in form.as_nhs()
        assert "maxlength" not in form.as_nhs(), "a browser would cut what is pasted"

    def test_a_line_break_is_one_character(self):
        form = form_of(reason=forms.TextArea("Reason", max_length=3))({"reason": "a\r\nb"})
        assert form.is_valid()

    @pytest.mark.parametrize(
        ("typed_in", "sentence"),
        [
            ("0", "“Weeks” must be from 1 to 52"),
            ("53", "“Weeks” must be from 1 to 52"),
            ("two", "“Weeks” must be a whole number, like 12"),
        ],
    )
    def test_numbers_have_their_limits(self, typed_in, sentence):
        assert errors(form_of(weeks=forms.Number("Weeks", least=1, most=52)), {"weeks": typed_in}) == [sentence]

    @pytest.mark.parametrize("weeks", ["1", "52"])
    def test_the_limits_themselves_are_fine(self, weeks):
        assert form_of(weeks=forms.Number("Weeks", least=1, most=52))({"weeks": weeks}).is_valid()

    def test_zero_is_a_limit_like_any_other(self):
        assert errors(form_of(n=forms.Number("N", least=0)), {"n": "-1"}) == ["“N” must be 0 or more"]

    def test_a_password_is_never_sent_back(self):
        assert "hunter2" not in form_of(word=forms.Password())({"word": "hunter2"}).as_nhs()

    @settings(deadline=None)
    @given(st.text(alphabet="<>&\"'ab", min_size=1, max_size=12))
    def test_nothing_typed_becomes_markup(self, words):
        fields = {"one": forms.Text("One"), "more": forms.TextArea("More"), "token": forms.Hidden()}
        html = form_of(**fields)(
            {"one": f"<i>{words}", "more": f"</textarea><i>{words}", "token": f'"><i>{words}'}
        ).as_nhs()
        assert "<i>" not in html
        assert html.count("</textarea>") == 1


class TestFiles:
    FORM = form_of(files=forms.Files("Letters", error="Choose a letter"), why=forms.Text("Why", required=False))

    def sent(self, *files, **data):
        return self.FORM(data, MultiValueDict({"files": list(files)}))

    def test_several(self):
        form = self.sent(SimpleUploadedFile("a.pdf", b"1"), SimpleUploadedFile("b.pdf", b"2"))
        assert form.is_valid()
        assert [file.name for file in form.cleaned_data["files"]] == ["a.pdf", "b.pdf"]

    def test_none(self):
        assert self.sent().errors["files"] == ["Choose a letter"]

    def test_every_wrong_file_is_named(self, settings):
        settings.MAX_FILE_BYTES = 3
        form = self.sent(SimpleUploadedFile("a.pdf", b""), SimpleUploadedFile("b.pdf", b"1234"))
        assert [sentence.split(" is ")[0] for sentence in form.errors["files"]] == ["a.pdf", "b.pdf"]

    def test_too_much_together(self, settings):
        settings.MAX_UPLOAD_BYTES = 3
        form = self.sent(SimpleUploadedFile("a.pdf", b"12"), SimpleUploadedFile("b.pdf", b"34"))
        assert "Send them in two parts" in form.errors["files"][0]

    def test_files_that_the_browser_forgets_are_asked_for_again(self):
        form = self.sent(SimpleUploadedFile("a.pdf", b"1"), why="x" * 300)
        assert [error["href"] for error in error_list(form)] == ["#id_files", "#id_why"]
        assert "Choose the files again" in form.errors["files"][0]

    def test_the_form_is_sent_as_multipart(self):
        assert self.FORM().is_multipart()
        assert " multiple" in self.FORM().as_nhs()


def test_options_set_in_the_form_are_those_that_count():
    form_class = form_of(one=forms.Radios("One", options=[("old", "Old")]), two=forms.Select("Two"))
    form = form_class({"one": "new", "two": "b"})
    form.fields["one"].options = [("new", "New")]
    form.fields["two"].options = {"a": "A", "b": "B"}.items()
    assert form.is_valid(), form.errors
    assert "New" in form.as_nhs()
    assert "Old" not in form.as_nhs()
    assert form_class({"one": "new"}).errors["one"], "another form of the class is not touched"


def test_every_error_leads_to_an_input_that_is_there():
    form = OUTCOME({"outcome": "delay"})
    html = form.as_nhs()
    for error in error_list(form):
        assert f'id="{error["href"][1:]}"' in html
