"""Files to take away, made from the pathway at first use: anybody may ask for them, so each is made once."""

from collections.abc import Callable

from painpath.pathway import Pathway
from painpath.referrers.summary import summary_pdf
from painpath.referrers.template_docx import docx_template
from painpath.referrers.template_rtf import rtf_template

TEMPLATES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "rtf": "application/rtf",
}
"""Formats of the letter template, with their media types."""

_MAKERS: dict[str, Callable[[Pathway], bytes]] = {"pdf": summary_pdf, "docx": docx_template, "rtf": rtf_template}
_made: dict[str, tuple[str, dict[str, bytes]]] = {}
"""By pathway: its digest, and the files of that digest. An older version's are dropped."""


def summary(pathway: Pathway) -> bytes:
    """The one-page summary as PDF."""
    return _file(pathway, "pdf")


def template(pathway: Pathway, form: str) -> bytes:
    """The letter template in a format of `TEMPLATES`."""
    return _file(pathway, form)


def _file(pathway: Pathway, form: str) -> bytes:
    digest, files = _made.get(pathway.name, ("", {}))
    if digest != pathway.digest:
        files = {}
        _made[pathway.name] = pathway.digest, files
    if form not in files:
        files[form] = _MAKERS[form](pathway)
    return files[form]
