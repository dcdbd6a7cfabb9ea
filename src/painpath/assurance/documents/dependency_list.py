"""What runs with Painpath: packages, licences, known faults."""

from collections import Counter
from collections.abc import Iterator

from painpath.assurance.case import Case
from painpath.assurance.dependencies import LOCK, NODE_LOCK, digest, locked, node_packages
from painpath.assurance.documents.parts import UP, item, made_from, page, paragraph, table
from painpath.assurance.model import Advisories

_ASKS = ("GPL", "MPL", "General Public License", "Mozilla")
"""Licences that ask for something of whoever hands the program on, beyond keeping the notice."""


def text(case: Case) -> str:
    """The list of dependencies."""
    packages = locked(case.root)
    served, others = node_packages(case.root)
    rows = [(one.name, one.version, _licence(case, one.name), one.marker) for one in packages]
    return page(
        "# What Painpath runs with",
        made_from(f"{UP}{LOCK}", f"{UP}{NODE_LOCK}", "licences.json", "advisories.json"),
        paragraph(
            f"{len(packages)} packages of Python, each fixed by version and hash, and {len(served)} that are served to "
            f"browsers. {others} more packages of JavaScript, and those of `requirements/dev.txt`, only test it. "
            "PostgreSQL, PDFium, Tesseract and Typst come inside some of the packages, with their own versions."
        ),
        "## Known vulnerabilities",
        *_advisories(case),
        "## Licences",
        paragraph(
            "As each package says it itself; nobody has read the texts. Those that ask for more than keeping the "
            "notice, so that a person has to look before a copy with them is handed on:"
        ),
        "\n".join(item(f"{name} {version}: {licence}") for name, version, licence, _ in rows if _asks(licence)),
        table(
            ("licence", "packages"),
            ((licence, number) for licence, number in sorted(Counter(row[2] for row in rows).items())),
        ),
        "## Packages of Python",
        table(("package", "version", "licence", "only where"), rows),
        "## Served to browsers",
        table(("package", "version", "licence"), served),
    )


def _licence(case: Case, name: str) -> str:
    known = case.licences.get(name)
    return known.licence if known else "not recorded"


def _asks(licence: str) -> bool:
    return any(word in licence for word in _ASKS)


def _advisories(case: Case) -> Iterator[str]:
    told = case.advisories
    if told is None:
        yield paragraph("The advisory database has never been asked: `painpath safety record advisories` asks it.")
    elif told.could_not:
        yield paragraph(
            f"**Not known.** On {told.asked_on} the database could not be asked: {told.could_not} That says nothing "
            "about the packages. Whoever deploys this version asks it from a machine that reaches it, by `painpath "
            "safety record advisories`, before they begin and at least once a week."
        )
    else:
        yield from _answers(told)
    if told is not None and told.lock != digest(case.root):
        yield paragraph("**The lock has changed since.** Nothing above is about the versions in the table below.")
    yield paragraph(
        "`npm audit --omit=dev` asks about the packages that are served to browsers: a style sheet with its scripts, "
        "and a font."
    )


def _answers(told: Advisories) -> Iterator[str]:
    yield paragraph(
        f"On {told.asked_on} `pip-audit` asked the advisory database {told.database} about {told.asked} packages: "
        f"{len(told.found)} known vulnerabilities."
    )
    if told.found:
        rows = ((one.package, one.version, one.id, ", ".join(one.fixed_in) or "no version yet") for one in told.found)
        yield table(("package", "version", "advisory", "mended in"), rows)
    if told.unknown:
        yield paragraph(f"It had no answer about these, of which nothing is known: {', '.join(told.unknown)}.")
