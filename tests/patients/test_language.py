"""Every page of the patients' door in the pseudo-locale: what is not in its brackets could not be translated."""

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

from painpath.accounts.scope import scope
from painpath.patients import urls
from painpath.referrals import pathways
from painpath.web import language
from tests.patients.conftest import SLUG, make_patient, opened
from tests.pseudo import speaking, untranslated

MORE: dict[str, dict[str, str]] = {}
"""What an address needs besides the service, by view: {"patients:letter": {"letter": "1"}}."""
NO_PAGE: frozenset[str] = frozenset()
"""Views that give a file or a picture and no page."""


@pytest.fixture
def referral(team, service_id):
    with scope(service_id):
        return make_patient(team)


def address(view: str) -> str:
    try:
        needed = get_resolver().reverse_dict.getlist(view.removeprefix("patients:"))
        return reverse(view, kwargs={"service": SLUG, **MORE.get(view, {})})
    except NoReverseMatch:
        raise AssertionError(f"say in MORE what the address of {view} needs: {needed}") from None


def names(referral) -> list[str]:
    """What is never translated: whose it is, where, and how the service is called and reached."""
    published = pathways.of(referral.pathway_version)
    patient = referral.patient
    contacts = [words for one in published.contacts for words in (one.label, one.value)]
    return [
        published.service, published.plain_team, referral.reference, *patient.name.split(), *contacts,
        "Persistent pain service", "Pain service referrals",
    ]  # fmt: skip


@pytest.mark.parametrize("view", sorted(set(urls.ACCESS) - NO_PAGE))
def test_everything_on_the_page_can_be_translated(tmp_path, referral, service_id, view):
    with scope(service_id):
        exempt = names(referral)
    with speaking(tmp_path) as code:
        client = opened(referral)
        client.cookies[language.COOKIE] = code
        for answer in (client.get(address(view)), client.post(address(view), {})):
            if answer.status_code == 405 or "html" not in answer.get("Content-Type", "") or not answer.content:
                continue
            html = answer.content.decode()
            assert f'lang="{code}"' in html, view
            left = untranslated(html, exempt)
            assert not left, f"{view} at {address(view)}: {left}"
