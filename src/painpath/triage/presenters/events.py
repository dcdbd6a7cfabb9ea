"""One line of a timeline."""

from dataclasses import dataclass
from datetime import datetime

from painpath.triage.presenters.words import moment


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    at: datetime
    title: str
    by: str
    lines: tuple[str, ...] = ()
    link: str = ""
    link_text: str = ""

    @property
    def when(self) -> str:
        return moment(self.at)
