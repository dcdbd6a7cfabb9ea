"""What a page ties together: AND and OR between bullets, "all of the following", options of which one is enough."""

from collections.abc import Iterator, Mapping, Sequence

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.model import Joined
from painpath.pathway.drafting.walking import Item, Place

Lists = Mapping[int, Sequence[tuple[str, str | None]]]
"""By list: its clauses, each with the word that joins it to the one before."""


def connected(lists: Lists, lines_of: Mapping[str, tuple[int, ...]]) -> Iterator[Joined]:
    """What AND and OR between bullets join."""
    for items in lists.values():
        words = [connector for _, connector in items]
        if len(items) > 2 and words[-1] and not any(words[1:-1]):
            words = [None, *[words[-1]] * (len(items) - 1)]  # "a; b; or c"
        run: list[tuple[str, str | None]] = []
        for (one, _), connector in [*zip(items, words, strict=True), (("", None), None)]:
            if connector is None and len(run) > 1:
                yield _run(run, lines_of)
            if connector is None:
                run = []
            run.append((one, connector))


def of_headings(items: Sequence[Item], lists: Lists, known: Sequence[Joined]) -> Iterator[Joined]:
    """What a heading joins: "any of these". What is joined already by the same clauses is not said twice."""
    for at, item in enumerate(items):
        how = sections.joins(item.text) if item.what == "heading" else None
        if how is None:
            continue
        under = [one for one in items[at + 1 :] if one.place.line == item.place.line or item.list]
        numbers = {one.list for one in under if one.what == "bullet" and (not item.list or one.list == item.list)}
        ids = tuple(dict.fromkeys(one for number in sorted(numbers) for one, _ in lists.get(number, ())))
        if len(ids) > 1 and not any(frozenset(ids) == one.leaves() for one in known):
            yield Joined(how=how, of=ids, line=item.line.first, words=item.text)


def of_options(options: Mapping[int, Sequence[tuple[Place, list[str]]]], items: Sequence[Item]) -> Iterator[Joined]:
    """Options: all of what stands in one, any of them. `options` are by the line of the heading above them."""
    for above, group in options.items():
        inner: list[str | Joined] = []
        for place, ids in group:
            if len(ids) > 1:
                inner.append(whole := Joined(how="all", of=tuple(ids), line=place.line, words=place.heading))
                yield whole
            else:
                inner += ids
        words = next((item.text for item in items if item.line.first == above), "")
        if len(inner) > 1:
            yield Joined(how=sections.joins(words) or "any", of=tuple(inner), line=above, words=words)


def _run(run: list[tuple[str, str | None]], lines_of: Mapping[str, tuple[int, ...]]) -> Joined:
    """Bullets with AND or OR between them; OR binds closer, as "a AND b OR c AND d" is written on such pages."""
    groups: list[list[str]] = []
    for one, connector in run:
        if groups and connector == "or":
            groups[-1].append(one)
        else:
            groups.append([one])
    line = lines_of[run[0][0]][-1] + 1
    inner: list[str | Joined] = [
        group[0] if len(group) == 1 else Joined(how="any", of=tuple(group), line=line, words="OR") for group in groups
    ]
    if len(inner) == 1 and isinstance(inner[0], Joined):
        return inner[0]
    return Joined(how="all", of=tuple(inner), line=line, words="AND")
