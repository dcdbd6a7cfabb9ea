"""Help in an emergency and in a crisis: the one place that every page, card, letter and paper takes it from.

Some people cannot speak on a phone: they are deaf, have no voice, or others would hear them. The ways that need no
voice are marked `without_speaking`, and stand together after the others.
"""

from collections.abc import Iterator

from painpath.pathway.model import Pathway, Signpost
from painpath.pathway.problems import Fault

KINDS = ("emergency", "crisis")


def help_now(pathway: Pathway) -> tuple[Signpost, ...]:
    """All of it in the order in which people need it: an emergency first, what needs no voice together at the end."""
    found = (one for kind in KINDS for one in pathway.signposts if one.kind == kind)
    return tuple(sorted(found, key=lambda one: one.without_speaking))


def danger_signs(pathway: Pathway) -> tuple[str, ...]:
    """What tells that somebody needs help at once, a sentence each: the one list."""
    return tuple(sign for one in with_signs(pathway) for sign in one.plain_signs)


def with_signs(pathway: Pathway) -> tuple[Signpost, ...]:
    """The help that comes with this list: it stands before everything that somebody tells the team."""
    return tuple(one for one in help_now(pathway) if one.plain_signs)


def crisis_line(entry: Signpost) -> str:
    """What one of them says where nobody can follow a link: its words, and each number and address, once.

    An address is whole, so that a PDF and a page make a link of it.
    """
    ways = (
        way.plain if way.kind in ("phone", "text") else f"{way.plain.rstrip('.')}: {way.value}."
        for way in entry.ways
        if way.value and way.value not in entry.plain
    )
    return " ".join((entry.plain, *entry.plain_signs, *ways))


def unsaid(pathway: Pathway) -> Iterator[Fault]:
    """What an author should put right: nobody would know the signs of an emergency, or somebody who cannot speak on a
    phone would find no help."""
    listed = [at for at, one in enumerate(pathway.signposts) if one.plain_signs]
    if [pathway.signposts[at].kind for at in listed] != ["emergency"]:
        message = (
            "The signs of an emergency stand in one list, for every page and letter: give one signpost of kind "
            "`emergency`, and no other, `plain_signs`."
        )
        yield Fault(("signposts",), message)
    for kind in KINDS:
        if not any(one.kind == kind and one.without_speaking for one in pathway.signposts):
            message = (
                f"People who are deaf or cannot speak on a phone find no help here: add a signpost of kind `{kind}` "
                "with `without_speaking: true`."
            )
            yield Fault(("signposts",), message)
