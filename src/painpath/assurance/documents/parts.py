"""What every document is put together from."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from textwrap import fill

from painpath.assurance.model import Evidence, Open

WIDTH = 120
UP = "../../"
"""From `docs/safety` to the checkout."""

WHO = {
    "manufacturer": "the manufacturer",
    "deploying service": "the deploying service",
    "both": "the manufacturer and the deploying service",
}


def made_from(*files: str) -> str:
    """The line under the title that says how the document is made."""
    named = ", ".join(f"[{file}]({file})" for file in files)
    return paragraph(f"Made by `painpath safety write` from {named}. Change those; `make check` compares the two.")


def paragraph(words: str) -> str:
    """One paragraph, in lines of the width of the other documents."""
    return _filled(words, "", "")


def item(words: str, level: int = 0) -> str:
    """One item of a list."""
    indent = "  " * level
    return _filled(words, f"{indent}- ", f"{indent}  ")


def _filled(words: str, first: str, others: str) -> str:
    return fill(
        " ".join(words.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar in a cell is not its end."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def evidence(said: Evidence, level: int) -> Iterator[str]:
    """Where what is said can be seen, and what is still to do."""
    if said.tests:
        yield item(f"Shown by: {'; '.join(_test(name) for name in said.tests)}.", level)
    places = [_file(name) for name in (*said.code, *said.docs)]
    if places:
        yield item(f"See: {'; '.join(places)}.", level)
    if said.open:
        yield item(to_do(said.open), level)


def inline(said: Evidence) -> str:
    """The same in the cell of a table."""
    shown = [f"Shown by {'; '.join(_test(name) for name in said.tests)}."] if said.tests else []
    if places := [_file(name) for name in (*said.code, *said.docs)]:
        shown.append(f"See {'; '.join(places)}.")
    return " ".join([*shown, *([to_do(said.open)] if said.open else [])])


def to_do(still: Open) -> str:
    """What nobody here can show, and whose it is."""
    return f"**Still open, for {WHO[still.who]}:** {still.what}"


def _test(name: str) -> str:
    file, *inside = name.split("::")
    words = " ".join(part.removeprefix("test_").replace("_", " ") for part in inside)
    return f"[{words}]({UP}{file})"


def _file(name: str) -> str:
    path = PurePosixPath(name.partition("#")[0])
    target = f"{UP}{name}"
    if path.parts[:2] == ("docs", "safety"):
        target = name.removeprefix("docs/safety/")
    elif path.parts[0] == "docs":
        target = f"../{name.removeprefix('docs/')}"
    return f"[{name}]({target})"


def page(*blocks: str) -> str:
    """The blocks with an empty line between them."""
    return "\n\n".join(block for block in blocks if block) + "\n"
