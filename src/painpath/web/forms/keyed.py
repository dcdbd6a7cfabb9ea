"""A form that is one act, however often it is sent."""

import uuid
from typing import Self

from painpath.web.forms.base import Form
from painpath.web.forms.text import Hidden


class Keyed(Form):
    """A form whose key makes one act of what is sent twice."""

    key = Hidden()

    @classmethod
    def fresh(cls) -> Self:
        """An empty form with a key of its own."""
        return cls(initial={"key": str(uuid.uuid4())})

    def clean_key(self) -> uuid.UUID:
        """The key, or a new one when somebody changed it: then a repeat is not recognised, and nothing is lost."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()
