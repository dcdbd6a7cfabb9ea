"""What carries something to somebody: one module each, all with the same three questions.

A carrier writes nothing into the record: `sending` asks it, and writes down what it said. Its library is loaded when it
is used. What opens it (addresses, keys) stands in the environment of the site; without that it is not there, and things
go by post.
"""

from typing import Protocol

import msgspec

from painpath.letters.models import Dispatch, DispatchState


class Later(Exception):
    """The carrier could not take it now. The words stand with the dispatch on the page of the post: they hold nothing
    of the person or the address.

    `perhaps_taken`: it may have taken it all the same, because its answer is what did not come.
    """

    def __init__(self, words: str = "", *, perhaps_taken: bool = False) -> None:
        super().__init__(words)
        self.perhaps_taken = perhaps_taken


class Permanent(Exception):
    """The carrier will never take this. The words say what a person can do, and may hold what it replied."""


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What a carrier took: what it calls it, and what it says of it so far (`sent`, or already `delivered`).

    With a `provider_id` the carrier is asked later what became of it (`what_became`); without one it never is.
    """

    provider_id: str = ""
    state: DispatchState = DispatchState.SENT


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of something that a carrier took: `delivered`, `returned` or `failed`, and why in its words.

    `sent` is the last that this carrier will ever say, as of a letter that was handed to the post: nobody waits on.
    """

    state: DispatchState
    why: str = ""


class Carrier(Protocol):
    """One way out. Each call is one question to the carrier, bounded by a timeout of its own.

    All three are called outside any transaction: what a carrier reads of the record besides the dispatch, its letter
    and its referral (patient, practice, referrer, pathway version are there), it reads in a `scope` of its own, and
    leaves that before it calls out. It never writes.
    """

    knows_doubles: bool
    """Whether it can be asked, by the dispatch's key, if it took something already: then nothing goes twice when this
    process dies between handing over and writing that down. Where it cannot, the record says so."""

    def hand_over(self, dispatch: Dispatch) -> Handed:
        """Give it one dispatch, under its `key`. Raises Later, Permanent."""

    def find(self, dispatch: Dispatch) -> Handed | None:
        """What it took under this dispatch's `key`, or None when it has nothing. Asked only where `knows_doubles`.

        Raises Later when it cannot say now: then nothing is handed over again yet.
        """

    def what_became(self, dispatch: Dispatch) -> Told | None:
        """What became of a dispatch that it took, or None while it does not know. Raises Later."""
