"""The letter template as a Word document with merge fields."""

import io
from typing import TYPE_CHECKING

from painpath import clock
from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.referrers.template_letter import HEADINGS, INTRODUCTION, LetterField, letter_fields, title

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_FONT = "Arial"
"""On every computer that has a word processor."""
_GREY = (0x42, 0x55, 0x63)
_BLUE = (0x00, 0x30, 0x87)


def docx_template(pathway: Pathway) -> bytes:
    """The template as DOCX. Each field of the list is one MERGEFIELD of its name."""
    from docx import Document

    document = Document()
    _look(document)
    document.core_properties.title = title(pathway)
    document.core_properties.author = pathway.service
    document.core_properties.comments = f"Letter template, criteria of {pathway.version}"
    document.core_properties.created = document.core_properties.modified = clock.now().replace(tzinfo=None)
    document.core_properties.language = "en-GB"
    document.add_heading(title(pathway), level=1)
    for words in INTRODUCTION:
        _grey(document.add_paragraph(), printed.note(words))
    fields = letter_fields(pathway)
    for section, heading in HEADINGS:
        document.add_heading(heading, level=2)
        for field in fields:
            if field.section == section:
                _put(document, field)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _put(document: "Document", field: LetterField) -> None:
    if not field.number:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{field.label}: ").bold = True
        _merge(paragraph, field.name)
        if field.hint:
            _grey(document.add_paragraph(), printed.note(field.hint))
        return
    asked = document.add_paragraph()
    asked.paragraph_format.keep_with_next = True
    asked.add_run(printed.question(field.number, field.label)).bold = True
    if field.hint:
        example = document.add_paragraph()
        example.paragraph_format.keep_with_next = True
        _grey(example, printed.example(field.hint))
    _merge(document.add_paragraph(), field.name)


def _merge(paragraph: "Paragraph", name: str) -> None:
    """A field as Word keeps it: begin, instruction, separator, what is shown until it is merged, end."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def mark(kind: str) -> None:
        character = OxmlElement("w:fldChar")
        character.set(qn("w:fldCharType"), kind)
        paragraph.add_run()._r.append(character)

    mark("begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" MERGEFIELD {name} \\* MERGEFORMAT "
    paragraph.add_run()._r.append(instruction)
    mark("separate")
    paragraph.add_run(f"«{name}»")
    mark("end")


def _grey(paragraph: "Paragraph", words: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(words)
    run.font.color.rgb = RGBColor(*_GREY)
    run.font.size = Pt(10)


def _look(document: "Document") -> None:
    """A4, one plain font, British English for the spelling check."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin = page.bottom_margin = Mm(20)
    for name, size in (("Normal", 11), ("Heading 1", 17), ("Heading 2", 13)):
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        fonts = style.element.rPr.get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor(*_BLUE)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal = document.styles["Normal"]
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(4)
