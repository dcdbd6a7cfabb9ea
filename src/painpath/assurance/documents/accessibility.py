"""The accessibility statement, with what axe saw on which page."""

from collections.abc import Iterator

from painpath.assurance.case import Case
from painpath.assurance.documents import statement
from painpath.assurance.documents.parts import paragraph, table
from painpath.assurance.model import Look, Measured

_DOORS = {
    "patients": "Pages for patients",
    "referrers": "Pages for those who refer",
    "triage": "Pages of the team",
    "exchange": "Pages of the team for programs of others",
}
_OTHERS = "Signing in, and pages of every door"


def text(case: Case) -> str:
    """The statement, and the table of pages."""
    return statement.text(case, "accessibility", *_measured(case.measured), also_from=("axe.json",))


def _measured(measured: Measured | None) -> Iterator[str]:
    yield "## What was measured"
    if measured is None:
        yield paragraph("No page has been measured yet: `painpath safety record axe` takes what the browser tests saw.")
        return
    themes = sorted({theme for look in measured.pages for theme in look.themes})
    looks = sum(look.looks for look in measured.pages)
    yield paragraph(
        f"On {measured.measured_on}, by axe-core {measured.axe} with the rules of WCAG 2.2 A and AA and its best "
        f"practice: {looks} looks at {len(measured.pages)} pages (addresses), and nothing found against any. A page "
        "with a fault fails its test. A page that is not in the table was not measured in that run. “With errors” says "
        "that it was looked at also while it showed what was wrong with a form; “400%” that nothing was wider than a "
        f"window of 320 pixels. Themes ({', '.join(themes)}) are checked for contrast. axe sees only a part of what "
        "the rules ask for; what it could not judge, and leaves to people, stands in the last column."
    )
    for door in (*_DOORS, ""):
        pages = [look for look in measured.pages if _door(look) == door]
        if pages:
            yield f"### {_DOORS.get(door, _OTHERS)}"
            yield _table(pages)


def _door(look: Look) -> str:
    door = look.view.partition(":")[0]
    return door if door in _DOORS else ""


def _table(pages: list[Look]) -> str:
    return table(
        ("page", "wide (pixels)", "themes", "400%", "with errors", "left to people"),
        (
            (
                f"`/{look.address}`",
                ", ".join(map(str, look.widths)),
                f"all {len(look.themes)}" if len(look.themes) > 1 else "",
                "yes" if look.fits else "",
                "yes" if look.errors else "",
                ", ".join(look.undecided),
            )
            for look in pages
        ),
    )
