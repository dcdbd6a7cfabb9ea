"""The letter template as RTF with merge fields, for the systems of practices that take no Word documents."""

from collections.abc import Iterator

from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.referrers.template_letter import HEADINGS, INTRODUCTION, LetterField, letter_fields, title

_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0\deflang2057{\fonttbl{\f0\fswiss Arial;}}"
    r"{\colortbl;\red0\green48\blue135;\red66\green85\blue99;}"
    r"\paperw11906\paperh16838\margl1247\margr1247\margt1134\margb1134\f0\fs22"
)
"""A4 in twips, margins of 22 and 20 mm, Arial 11; colour 1 is the headings' blue, 2 the hints' grey; 2057 is en-GB."""


def rtf_template(pathway: Pathway) -> bytes:
    """The template as RTF. Each field of the list is one MERGEFIELD of its name."""
    return "\n".join([_HEAD, *_paragraphs(pathway), "}"]).encode("ascii")


def _paragraphs(pathway: Pathway) -> Iterator[str]:
    yield rf"{{\info{{\title {_text(title(pathway))}}}}}"
    yield rf"{{\pard\sa120\outlinelevel0\b\fs34\cf1 {_text(title(pathway))}\par}}"
    for words in INTRODUCTION:
        yield _grey(printed.note(words))
    fields = letter_fields(pathway)
    for section, heading in HEADINGS:
        yield rf"{{\pard\sb200\sa80\keepn\outlinelevel1\b\fs26\cf1 {_text(heading)}\par}}"
        for field in fields:
            if field.section == section:
                yield from _field(field)


def _field(field: LetterField) -> Iterator[str]:
    merge = rf"{{\field{{\*\fldinst MERGEFIELD {field.name} \\* MERGEFORMAT}}{{\fldrslt {_text(f'«{field.name}»')}}}}}"
    if field.number:
        yield rf"{{\pard\sb120\sa40\keepn\b {_text(printed.question(field.number, field.label))}\par}}"
        if field.hint:
            yield _grey(printed.example(field.hint), keep=True)
        yield rf"{{\pard\sa80 {merge}\par}}"
        return
    yield rf"{{\pard\sa80{{\b {_text(field.label)}: }}{merge}\par}}"
    if field.hint:
        yield _grey(printed.note(field.hint))


def _grey(words: str, *, keep: bool = False) -> str:
    kept = r"\keepn" if keep else ""
    return rf"{{\pard\sa80{kept}\fs20\cf2 {_text(words)}\par}}"


def _text(words: str) -> str:
    """RTF is ASCII: its own signs are escaped, other characters are numbers of UTF-16 with `?` for old readers."""
    out = []
    for character in words:
        if character in "\\{}":
            out.append(f"\\{character}")
        elif " " <= character <= "~":
            out.append(character)
        elif character in "\n\t":
            out.append(" ")
        else:
            units = character.encode("utf-16-le")
            out += [
                f"\\u{int.from_bytes(units[at : at + 2], 'little', signed=True)}?" for at in range(0, len(units), 2)
            ]
    return "".join(out)
