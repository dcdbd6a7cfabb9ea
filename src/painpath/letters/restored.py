"""Whether the record was restored from a backup, and nobody has said since that letters may leave by themselves."""

from datetime import datetime

from painpath import clock
from painpath.accounts import audit
from painpath.letters.wording import day

RESTORE, RELEASE = "record.restore", "record.release"
PROCESS = "restore"


def reasons(service: int) -> list[str]:
    """Why anything that leaves must be looked at first; empty when the record was not restored, or has been released.

    A record that was restored knows nothing of what was done after the backup: what waits to leave may have left, what
    a clock reminds of may have been answered. Sent twice, a letter frightens; not sent, somebody waits: a person looks.
    """
    last = audit.last_on_record(service, RESTORE, RELEASE)
    if last is None or last.action == RELEASE:
        return []
    made = datetime.fromisoformat(last.detail["backup"]).astimezone(clock.LONDON)
    words = (
        f"The record was restored from a backup of {day(made.date())}, {made:%H:%M}: this may have left since, or not "
    )
    return [words + "be right any more. Look in the mailbox, the post book or e-RS, and ask, before it goes."]
