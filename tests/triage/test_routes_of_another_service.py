"""What no route of a service asks for is not asked: nobody could fill it in, and nothing could be registered."""

from msgspec.structs import replace

from painpath import pathway
from painpath.triage.forms import Register


def test_a_service_without_an_exceptional_route_registers_referrals():
    known = pathway.load(pathway.find("southampton-portsmouth"))
    (letter,) = (route for route in known.routes if route.id == "practitioner-letter")
    given = {"route": letter.id, "family_name": "Ashcombe"}
    form = Register(given, pathway=replace(known, routes=(letter,)), hints={})
    assert form.is_valid(), form.errors
    assert form.registration().circumstances == ""
    assert not form.fields.keys() & {"ubrn", "may_convert", "circumstances"}
    assert form.fields.keys() < Register(given, pathway=known, hints={}).fields.keys()
