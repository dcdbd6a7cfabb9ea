"""Error pages: the right status, plain words, nothing of the inside, and no database."""

import pytest
from django.test import Client, RequestFactory, override_settings

from painpath.web import crisis, errors


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/broken/", 500, "Sorry, there is a problem with the service"),
        ("/forbidden/", 403, "You cannot open this page"),
        ("/nowhere/", 404, "Page not found"),
        ("/suspicious/", 400, "That could not be understood"),
        ("/only-post/", 405, "This page cannot be opened like that"),
    ],
)
def test_each_failure_has_its_page(client, path, status, title):
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == status
    assert f'<h1 class="nhsuk-heading-l">{title}</h1>' in page
    assert "Traceback" not in page
    assert "on purpose" not in page
    assert "Content-Security-Policy" in response
    assert "<script>" not in page, "the inline script carries the nonce even on error pages"


def test_a_page_that_only_takes_posts_says_so_to_programs(client):
    assert client.get("/only-post/")["Allow"] == "POST"


def test_a_form_without_its_token(client):
    response = client.post("/sink/", {"family": "Adeyemi"})
    assert response.status_code == 403
    assert "Your page was open too long" in response.content.decode()
    assert "what you wrote is still there" in response.content.decode()


def test_too_much_is_refused_before_it_is_read(client):
    with override_settings(MAX_UPLOAD_BYTES=10, DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        response = client.post("/sink/", b"x" * 21, content_type="application/octet-stream")
    assert response.status_code == 413
    assert "Nothing was received" in response.content.decode()


def test_too_many_fields_are_too_large(client):
    unchecked = Client(raise_request_exception=False)
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=3):
        response = unchecked.post("/sink/", {f"field{n}": "x" for n in range(9)})
    assert response.status_code == 413


@pytest.mark.parametrize("path", ["/sink/", "/classed/"])
def test_an_invalid_form_is_422(client, path):
    unchecked = Client()
    assert unchecked.get(path).status_code == 200
    response = unchecked.post(path, {})
    assert response.status_code == 422
    assert "<title>Error: " in response.content.decode()


SERVICE, ELSEWHERE = "/services/southampton-portsmouth/my-referral/", "/referrals/SP-1/"


@pytest.mark.parametrize(
    ("path", "broken", "own"),
    [
        (SERVICE, False, True),
        (SERVICE, True, False),
        (ELSEWHERE, False, False),
        ("/services/no/patients/", False, False),
    ],
)
def test_help_in_a_crisis_on_a_page_of_a_failure(static_files, monkeypatch, path, broken, own):
    """The service's own where the address names one; words that hold everywhere else. No database is there."""
    monkeypatch.setattr(crisis.pathways, "known", lambda slug: None)  # what other tests published in this process
    if broken:
        monkeypatch.setattr(crisis, "load", lambda folder: 1 / 0)
    for respond in (errors.failed, errors.csrf_failure):
        page = respond(RequestFactory().get(path)).content.decode()
        assert ('href="https://www.999bsl.co.uk"' in page) == own
        assert ("/services/southampton-portsmouth/patients/" in page) == own, "the way on leads to pages for patients"
        assert "a patient may be at risk" not in page or path == ELSEWHERE
        for number in ("999", "111", "18001", "85258"):
            assert number in page.partition('id="get-help-now"')[2]


@pytest.mark.parametrize(
    ("path", "status"), [("cds-services/x%00", 400), ("oauth/nothing", 404), ("bars/nothing/else", 404)]
)
def test_another_program_reads_an_outcome_and_no_page(client, path, status):
    said = client.get(f"/services/southampton-portsmouth/{path}")
    assert (said.status_code, said.json()["resourceType"]) == (status, "OperationOutcome")


@pytest.mark.parametrize("problem", [errors.AWAY, errors.FULL])
def test_a_patient_whose_words_could_not_be_kept_is_told_to_reload_and_never_to_go_back(problem):
    """Their browser may keep no page of ours: going back can find the form empty, a reload sends it again."""
    page = errors.answer(RequestFactory().post(SERVICE), problem).content.decode()
    assert "reload it in a minute" in page
    assert "Go back" not in page
    assert "phone us or ask your GP" in page
