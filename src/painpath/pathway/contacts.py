"""Which contacts a reader may see."""

from painpath.pathway.model import Contact, Pathway


def contacts_for(pathway: Pathway, locality: str | None) -> tuple[Contact, ...]:
    """The contacts for a reader of this locality: its own, and those for everyone.

    `None` is a reader whose locality is unknown, who sees only those for everyone. So does a reader of a locality
    that the pathway does not know. The page gives the team's e-mail address "for Southampton patients ONLY".
    """
    return tuple(
        contact
        for contact in pathway.contacts
        if contact.everyone or (contact.locality is not None and contact.locality == locality)
    )
