"""What a page ties together: AND and OR between bullets, "all of the following", options of which one is enough."""

from collections.abc import Container, Iterator, Mapping, Sequence

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.model import Joined
from painpath.pathway.drafting.places import Item, Place

Lists = Mapping[int, Sequence[tuple[str, str | None]]]
"""By list: its clauses, each with the word that joins it to the one before."""


def connected(lists: Lists, lines_of: Mapping[str, tuple[int, ...]], counted: Container[str] = ()) -> Iterator[Joined]:
    """What AND and OR between bullets join. `counted` are clauses of lists that "and" only counts up: "we do not see a;
    b; and c" asks for none of them together."""
    for items in lists.values():
        words = [connector for _, connector in items]
        if words[-1] == "and" and not any(words[1:-1]) and items[-1][0] in counted:
            continue
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
        under = [one for one in items[at + 1 :] if _same(one.place, item.place) or item.list]
        numbers = {one.list for one in under if one.what == "bullet" and (not item.list or one.list == item.list)}
        ids = tuple(dict.fromkeys(one for number in sorted(numbers) for one, _ in lists.get(number, ())))
        if len(ids) > 1 and not any(frozenset(ids) == one.leaves() for one in known):
            yield Joined(how=how, of=ids, line=item.line.first, words=item.text)


def _same(one: Place, other: Place) -> bool:
    """Whether two stand under the same heading; two columns of a table have theirs on one line."""
    return (one.line, one.heading) == (other.line, other.heading)


def nested(joined: Sequence[Joined]) -> list[Joined]:
    """The same, with what is joined inside another in its place there."""
    found: list[Joined] = []
    for one in sorted(joined, key=lambda one: len(one.leaves())):
        of, left = list(one.of), [inner for inner in found if inner.leaves() < one.leaves()]
        for inner in sorted(left, key=lambda inner: -len(inner.leaves())):
            flat = [item for item in of if isinstance(item, str)]
            if inner.leaves() <= set(flat):
                at = of.index(next(item for item in flat if item in inner.leaves()))
                of[at : at + 1] = [inner]
                of = [item for item in of if not (isinstance(item, str) and item in inner.leaves())]
        found.append(Joined(how=one.how, of=tuple(of), line=one.line, words=one.words))
    return sorted(found, key=lambda one: one.line)


def of_options(
    options: Mapping[int, Sequence[tuple[Place, list[str]]]], items: Sequence[Item], known: Sequence[Joined]
) -> Iterator[Joined]:
    """Options: all of what stands in one, any of them. `options` are by the line of the heading above them."""
    for above, group in options.items():
        inner: list[str | Joined] = []
        for place, ids in group:
            if same := [one for one in known if one.leaves() == set(ids)]:
                inner.append(same[0])
            elif len(ids) > 1:
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
    first, second = lines_of[run[0][0]][-1], lines_of[run[1][0]][0]
    line = first + (second > first + 1)  # on a line of its own between the two, else at the end of the first
    inner: list[str | Joined] = [
        group[0] if len(group) == 1 else Joined(how="any", of=tuple(group), line=line, words="OR") for group in groups
    ]
    if len(inner) == 1 and isinstance(inner[0], Joined):
        return inner[0]
    return Joined(how="all", of=tuple(inner), line=line, words="AND")
