"""Every page of the patients' door in the pseudo-locale: what is not in its brackets could not be translated.

The pages are found as a person finds them, from link to link; each form is sent empty once, for its errors.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from itertools import chain

import pytest
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from painpath.accounts.scope import scope
from painpath.patients import urls
from painpath.referrals import pathways, verbs
from painpath.referrals.models import Referral
from painpath.web import language
from tests.patients.conftest import SLUG, address_of, make_patient, opened
from tests.patients.test_mine import decide
from tests.pseudo import speaking, untranslated
from tests.referrals.questionnaires import ask, fill_rota, publish

LINK = re.compile(r'(?:href|action)="(/services/[^"#]+/(?:patients|my-referral)/[^"#]*)')
TYPED = ("How is your mood?", "What helps you?")
"""What a clinician has typed for the patient to answer: nobody translates it."""


def names(referral) -> list[str]:
    """What is never translated: whose it is, where, and how the service is called and reached."""
    published = pathways.of(referral.pathway_version)
    patient = referral.patient
    contacts = [words for one in published.contacts for words in (one.label, one.value)]
    return [
        published.service, referral.reference, *patient.name.split(), *contacts,
        *(place.name for place in published.localities), "Persistent pain service", "Pain service referrals", *TYPED,
    ]  # fmt: skip


@pytest.fixture
def asked(team, service_id):
    """Somebody who has been sent a letter and a questionnaire."""
    with scope(service_id):
        fill_rota(team.consultant)
        referral = verbs.start_screening(referral=make_patient(team), by=team.consultant)
        shipped = json.loads(pathways.of(referral.pathway_version).form("phq-4").text)
        return ask(referral, team.consultant, publish(team.manager, shipped))


def elsewhere(team, service_id) -> list[tuple[Referral, str]]:
    """Two more people, who have a page that the first has not: asked in words, and pointed to another service."""
    clause = "major-psychiatric-disturbance"
    asked = decide(
        team,
        service_id,
        "ask_patient",
        clauses=(clause,),
        asks={f"patient:{clause}": TYPED[0]},
        questions_patient=TYPED[1],
    )
    pointed = decide(team, service_id, "signpost")
    with scope(service_id):
        return [
            (asked, address_of("answer", asked=asked.requests.get().pk)),
            (pointed, address_of("got-there", follow_up=pointed.follow_ups.get().pk)),
        ]


def starts(begun: str) -> list[str]:
    """The addresses that need nothing but the service, and those of the questionnaire that was begun."""
    key = re.search(r"[0-9a-f-]{36}", begun)
    known = {"service": SLUG, "key": key[0] if key else ""}
    found = [begun]
    for view in urls.ACCESS:
        for names in (("service",), ("service", "key")):
            with suppress(NoReverseMatch):
                found.append(reverse(view, kwargs={name: known[name] for name in names}))
    return found


def reading(referral: Referral, code: str) -> Client:
    """Somebody with a code of this referral, who reads this language."""
    client = opened(referral)
    client.cookies[language.COOKIE] = code
    return client


def pages(client: Client, starts: list[str], *, follow: bool = True) -> Iterator[tuple[str, str]]:
    """Address and HTML of every page that a link leads to; then of every form sent empty. A file has no HTML."""
    open_now, seen = list(starts), set(starts)
    while open_now:
        address = open_now.pop()
        answer = client.get(address, follow=True)
        if answer.status_code == 405 or "html" not in answer["Content-Type"]:
            yield address, ""
            continue
        html = answer.content.decode()
        yield address, html
        for found in map(unescape, LINK.findall(html)):
            if follow and found not in seen:
                seen.add(found)
                open_now.append(found)
    for address in sorted(seen, key=lambda one: "leave" in one):
        answer = client.post(address, {}, follow=True)
        if answer.status_code != 405 and "html" in answer["Content-Type"]:
            yield f"POST {address}", answer.content.decode()


def test_everything_on_every_page_can_be_translated(tmp_path, asked, team, service_id):
    """And help in a crisis stands on all of them."""
    with scope(service_id):
        exempt = names(asked)
    others = elsewhere(team, service_id)
    left: dict[str, str] = {}
    seen = set()
    with speaking(tmp_path) as code:
        client = reading(asked, code)
        begun = client.post(f"/services/{SLUG}/my-referral/questions/", {"who": "patient"})
        walks = [pages(client, starts(begun["Location"]))]
        walks += [pages(reading(one, code), [address], follow=False) for one, address in others]
        for address, html in chain.from_iterable(walks):
            seen.add(resolve(address.removeprefix("POST ").partition("?")[0]).view_name)
            if not html:
                continue
            assert f'<html lang="{code}"' in html, address
            assert 'href="tel:999"' in html, f"No help in a crisis: {address}"
            assert 'href="https://www.999bsl.co.uk"' in html, f"Nobody can sign: {address}"
            for words in untranslated(html, exempt):
                left.setdefault(words, address)
    told = "\n".join(f"{words}   ({address})" for words, address in left.items())
    assert not left, f"These words are on a page and in no catalogue:\n{told}"
    assert set(urls.ACCESS) == seen
