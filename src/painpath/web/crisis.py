"""Help in a crisis on pages that know no service of their own: error pages, refusals, the accessibility tools.

The service is the one that the address names. Its pathway is what this process knows to be published, else its folder:
the database, which may be what went wrong, is not asked. Where that does not work, or no service is named, the page
says what holds everywhere (`errors/help.jinja`).
"""

import logging
import re
from collections.abc import Callable

from painpath.pathway import find, folders, load
from painpath.pathway.crisis import help_now
from painpath.pathway.model import Signpost
from painpath.referrals import pathways
from painpath.web.language import translated

_SERVICE = re.compile(r"^/services/([^/]+)/")
_log = logging.getLogger(__name__)


def help_at(address: str) -> tuple[Signpost, ...]:
    """The crisis contacts of the service that this address of ours names; none where it names none. Never raises."""
    named = _SERVICE.match(address)
    try:
        if named is None:
            return ()
        if (published := pathways.known(named[1])) is None and named[1] not in folders():
            return ()
        return help_now(translated(published or load(find(named[1]))))
    except Exception:  # whatever it is: the page that says that something went wrong must not go wrong
        _log.exception("no crisis contacts for an error page")
        return ()


def asked_at(address: str) -> Callable[[], tuple[Signpost, ...]]:
    """The same, found only by a page that asks for it."""
    return lambda: help_at(address)
