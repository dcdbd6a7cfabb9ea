"""What every part of a pathway is made of."""

from typing import Annotated

import msgspec

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
"""A stable identifier: small letters, digits, hyphens or underscores. Files, the record and the API use it."""

Words = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text that somebody reads: never empty."""


class Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen piece of pathway data. A field that it does not know is an error, never ignored.

    Naming rule, which the linter and the readability checks rely on: patients read every field whose name is
    `plain` or begins with `plain_`; clinicians and practitioners read the others.
    """
