"""The sessions of a person, ended."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from painpath import clock


def end_sessions(user_id: int, *, but: str | None = None) -> int:
    """Sign a person out everywhere, or everywhere but in the session `but`; gives how many sessions that were. Their
    next press leads to the sign-in page."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=clock.now()).iterator()
        if session.pk != but and session.get_decoded().get(SESSION_KEY) == str(user_id)
    ]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)
