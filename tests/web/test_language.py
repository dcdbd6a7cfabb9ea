"""Languages: what is found to be translated, who is offered what, and that nothing but words changes."""

import re

import pytest
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from painpath import pathway, questionnaires
from painpath.pathway.walking import texts
from painpath.web import catalogues, language
from tests.pseudo import found, speaking, untranslated


@pytest.fixture
def service():
    return pathway.load(pathway.find("southampton-portsmouth"))


@pytest.fixture
def pseudo(tmp_path):
    with speaking(tmp_path) as code, translation.override(code):
        yield code


def test_the_search_finds_words_of_templates_of_code_of_pathways_and_of_questionnaires(service):
    ids = {one if isinstance(one, str) else one[0] for one in (message.id for message in found())}
    assert {"Accessibility tools", "Back to top", "“{label}” must be from {least} to {most}"} <= ids
    assert {service.statements[0].plain, service.criteria[0].plain_for} <= ids
    assert {"Several days", "Choose up to {most} answers"} <= ids
    assert service.criteria[0].question not in ids, "that is for practitioners"
    places = {comment for message in found() for comment in message.auto_comments}
    assert "southampton-portsmouth: phq-4 q1" in places


def test_no_string_for_people_has_a_field_without_a_name():
    for message in found():
        words = message.id if isinstance(message.id, str) else message.id[0]
        assert not re.search(r"\{\d*\}|%[sdi](?!\w)", str(words)), words


def test_the_pseudo_locale_is_longer_and_leaves_fields_alone():
    words = "Go to {address} or <a href='x'>call</a> %(name)s &amp; ask"
    made = catalogues.disguised(words)
    for fixed in ("{address}", "<a href='x'>", "</a>", "%(name)s", "&amp;"):
        assert fixed in made
    assert made[0] + made[-1] == "⟦⟧"
    assert len(made) >= 1.3 * len(words)


class TestWhatAServicePublishes:
    def test_every_text_for_patients_is_translated_and_no_other(self, service, pseudo):
        made = language.translated(service)
        for before, after in zip(texts(service), texts(made), strict=True):
            assert before.path == after.path
            if before.for_patients and before.path[-1] not in ("id", "link"):
                assert after.words.startswith("⟦"), before.path
            else:
                assert after.words == before.words
        assert made.digest == service.digest
        assert language.translated(service) is made

    def test_a_questionnaire_keeps_its_codes(self, service, pseudo):
        asked = questionnaires.parse(service.form("phq-4").text)
        made = language.translated(asked)
        assert made.title.startswith("⟦")
        for before, after in zip(asked.walk(), made.walk(), strict=True):
            assert (after.link_id, after.type) == (before.link_id, before.type)
            assert after.text.startswith("⟦")
            assert [one.value for one in after.options] == [one.value for one in before.options]
            assert all(one.label.startswith("⟦") for one in after.options)
        assert (made.digest, made.source) == (asked.digest, asked.source)

    def test_in_english_it_is_the_very_same(self, service):
        assert language.translated(service) is service


class TestWhatIsOffered:
    def test_only_english_without_catalogues(self):
        assert language.offered_languages() == (language.ENGLISH,)

    @pytest.mark.parametrize("reviewer", ["", "Somebody", "2026-11-26", ", 2026-11-26", "Somebody, soon"])
    def test_a_catalogue_that_nobody_has_reviewed_is_not_offered(self, tmp_path, reviewer):
        with speaking(tmp_path, reviewer=reviewer) as code:
            assert language.offered_languages() == (language.ENGLISH,)
            request = RequestFactory().get("/")
            request.COOKIES[language.COOKIE] = code
            assert language.chosen(request) == language.ENGLISH

    def test_one_with_a_named_reviewer_and_a_day_is(self, tmp_path):
        with speaking(tmp_path, reviewer="Ann Translator, 2026-11-26") as code:
            assert [one.code for one in language.offered_languages()] == ["en", code]

    def test_the_reviewer_outlives_an_update_and_is_compiled(self, tmp_path, monkeypatch):
        monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
        monkeypatch.setattr(catalogues, "extract", found)
        file = catalogues.update("cy")
        assert '"X-Reviewed-By: \\n"' in file.read_text()
        named = file.read_text().replace("X-Reviewed-By: ", "X-Reviewed-By: Ann Translator, 2026-11-26")
        file.write_text(named.replace('msgid "Listen"\nmsgstr ""', 'msgid "Listen"\nmsgstr "Gwrando"'))
        catalogues.update("cy")
        catalogues.compile_all(tmp_path, tmp_path / "out")
        with override_settings(LOCALE_PATHS=[tmp_path / "out"]):
            language.offered_languages.cache_clear()
            assert [one.name for one in language.offered_languages()] == ["English", "Cymraeg"]
            with translation.override("cy"):
                assert translation.gettext("Listen") == "Gwrando"
        language.offered_languages.cache_clear()

    def test_doubtful_entries_of_a_catalogue_are_not_compiled(self, tmp_path):
        po = tmp_path / "xx" / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True)
        po.write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
            'msgid "Listen"\nmsgstr "Hark"\n\n#, fuzzy\nmsgid "Stop"\nmsgstr "Go"\n'
        )
        assert catalogues.compile_all(tmp_path, tmp_path / "out") == 1
        compiled = (tmp_path / "out/xx/LC_MESSAGES/django.mo").read_bytes()
        assert b"Hark" in compiled
        assert b"Go" not in compiled

    @pytest.mark.parametrize(("code", "direction"), [("ar", "rtl"), ("ur-pk", "rtl"), ("cy", "ltr"), ("en", "ltr")])
    def test_which_way_it_is_written(self, code, direction):
        assert language.Language(code, code).direction == direction


class TestThePage:
    """The page of the accessibility tools, which is public and of no service."""

    @pytest.fixture
    def client(self, db):
        """The whole program's, not that of the kitchen sink."""
        return Client()

    def html(self, client):
        return client.get("/accessibility/").content.decode()

    def test_everything_on_it_can_be_translated(self, client, tmp_path, settings):
        with speaking(tmp_path) as code:
            assert 'lang="en"' in self.html(client)
            answer = client.post(
                "/language/", {"language": code}, headers={"referer": "http://testserver/accessibility/"}
            )
            assert answer["Location"] == "/accessibility/"
            assert answer.cookies[language.COOKIE].value == code
            page = self.html(client)
            assert f'<html lang="{code}" dir="ltr">' in page
            assert untranslated(page, [settings.SITE_NAME]) == []
            assert translation.get_language() == "en-gb", "the next request begins in English"
            wrong = client.post("/accessibility/", {"colours": "plaid"})
            assert untranslated(wrong.content.decode(), [settings.SITE_NAME]) == []

    def test_pages_of_the_team_stay_english(self, client, tmp_path):
        with speaking(tmp_path) as code:
            client.cookies[language.COOKIE] = code
            page = client.get("/accounts/login/").content.decode()
        assert "⟦" not in page
        assert "/language/" not in page

    def test_without_a_choice_there_is_no_switch(self, client):
        assert "/language/" not in self.html(client)

    @pytest.mark.parametrize("wanted", ["xx", "", "../../etc", "en\r\nx: y"])
    def test_a_language_that_is_not_offered_is_not_kept(self, client, wanted):
        answer = client.post("/language/", {"language": wanted}, headers={"referer": "https://evil.example/"})
        assert answer["Location"] == "/"
        assert language.COOKIE not in answer.cookies


def test_the_reader_of_the_tests_sees_what_is_not_in_brackets():
    html = '<html lang="q"><p>⟦Call <a>111</a> now⟧ Ann <b title="Why">12</b></p><i translate="no">Bo</i>'
    assert untranslated(html, ["Ann"]) == ["Why"]
    assert untranslated("<p>⟦a⟧ and</p><input placeholder='Name'>") == ["and", "Name"]
