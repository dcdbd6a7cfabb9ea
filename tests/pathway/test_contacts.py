"""The Southampton e-mail address never reaches a reader from Portsmouth or of unknown locality."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway import Pathway, contacts_for, encode
from painpath.pathway.model import Contact
from painpath.pathway.walking import texts

EMAIL = "southamptonpainteam@solent.nhs.uk"


def test_southampton_email_is_for_southampton_only(pathway: Pathway) -> None:
    assert [contact.value for contact in contacts_for(pathway, "southampton")] == [EMAIL]


@pytest.mark.parametrize("locality", ["portsmouth", None, "", "Southampton", "unknown", "southampton,portsmouth"])
def test_no_other_reader_sees_it(pathway: Pathway, locality: str | None) -> None:
    assert EMAIL.encode() not in msgspec.json.encode(contacts_for(pathway, locality))


@given(locality=st.none() | st.text())
def test_no_reader_whatever_the_locality_sees_it(pathway: Pathway, locality: str | None) -> None:
    seen = contacts_for(pathway, locality)
    assert (EMAIL in {contact.value for contact in seen}) == (locality == "southampton")


def test_no_other_text_holds_a_contact_of_one_locality(pathway: Pathway) -> None:
    elsewhere = [
        path for path, words, _ in texts(pathway) if path[0] != "contacts" and "solent.nhs.uk" in words.lower()
    ]
    assert elsewhere == []
    without = msgspec.structs.replace(pathway, contacts=())
    assert EMAIL.encode() not in encode(without).lower()


localities = st.sampled_from(["southampton", "portsmouth", "elsewhere"])


@given(owners=st.lists(st.none() | localities, max_size=6), reader=st.none() | localities | st.text())
def test_a_reader_sees_its_own_contacts_and_those_for_everyone(
    pathway: Pathway, owners: list[str | None], reader: str | None
) -> None:
    made = tuple(
        Contact(id=f"c{number}", kind="phone", value=f"{number}", label="Phone", locality=owner, everyone=owner is None)
        for number, owner in enumerate(owners)
    )
    seen = contacts_for(msgspec.structs.replace(pathway, contacts=made), reader)
    assert [one for one in made if one in seen] == list(seen), "in the order of the pathway"
    for contact in made:
        assert (contact in seen) == (contact.everyone or contact.locality == reader)


def test_a_contact_that_names_nobody_is_shown_to_nobody(pathway: Pathway) -> None:
    stray = Contact(id="stray", kind="phone", value="0", label="Phone")
    assert contacts_for(msgspec.structs.replace(pathway, contacts=(stray,)), None) == ()
