"""What was published after a draft was begun goes into it, file by file."""

from collections.abc import Mapping

from painpath.pathway.editing import FIRST
from painpath.referrals.publishing.labels import label_of, relabelled

Files = Mapping[str, str]


def merged(mine: Files, base: Files, theirs: Files) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files of both, and the names of those that both have changed: there my own text stays.

    Each version has another label, in a file with more than that: a label alone is no change of that file. It is mine
    where I have changed it, else theirs.
    """
    label = label_of(mine) if label_of(mine) != label_of(base) else label_of(theirs)
    mine, theirs = _as(mine, label_of(base)), _as(theirs, label_of(base))
    after, both = {}, []
    for path in dict.fromkeys((*theirs, *mine)):
        text = theirs.get(path) if mine.get(path) == base.get(path) else mine.get(path)
        if text is not None:
            after[path] = text
        if text != theirs.get(path) and theirs.get(path) != base.get(path):
            both.append(path)
    return dict(_as(after, label)), tuple(both)


def _as(files: Files, label: str) -> Files:
    return {**files, FIRST: relabelled(files[FIRST], label)} if FIRST in files else files
