"""What every field has besides Django's own: a question, a hint, a sentence for a missing answer, its looks."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"
"""Words of a page: as they stand, or `gettext_lazy`, which are looked up when the page is made."""


class Shown:
    """Mixed into a Django field in front of its class.

    `label` is the question, `hint` helps to answer it, `error` is said when a required answer is missing.
    `size` (s, m, l, xl) makes the question a heading of that size; `page_heading` makes it the page's h1.
    `width` is the width of the input in characters (2, 3, 4, 5, 10, 20, 30), for answers of known length.
    `autocomplete` and `attrs` go to the input. All else goes to Django's field.
    """

    missing: Words = _("Enter an answer to “{label}”")
    size: str | None = None
    page_heading = False
    width: int | None = None
    says_when = False
    """The hint says when it is needed, so the label must not say "(optional)"."""

    def __init__(
        self,
        label: Words,
        *,
        hint: Words = "",
        error: Words = "",
        required: bool = True,
        size: str | None = None,
        page_heading: bool = False,
        says_when: bool = False,
        width: int | None = None,
        autocomplete: str = "off",
        attrs: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        messages = {"required": error or format_lazy(self.missing, label=label), **kwargs.pop("error_messages", {})}
        super().__init__(label=label, help_text=hint, required=required, error_messages=messages, **kwargs)  # type: ignore[call-arg]
        self.size = size or self.size
        self.page_heading = page_heading
        self.says_when = says_when
        self.width = width
        self.widget.attrs |= {"autocomplete": autocomplete, **(attrs or {})}  # type: ignore[attr-defined]
