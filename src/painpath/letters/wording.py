"""How letters write dates, numbers and the words of others."""

import re
import unicodedata
from datetime import date, time

_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF, 0x200B])
"""Invisible characters that reorder or hide text: what a letter shows must be what it says."""


def day(value: date) -> str:
    """`23 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def month(version: str) -> str:
    """`November 2025` for the version `2025-11`. Any other version comes back as it is."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", version)
    return f"{date(int(found[1]), int(found[2]), 1):%B %Y}" if found else version


def nhs_number(value: str) -> str:
    """`999 123 4567`: the NHS shows its number in groups of 3, 3 and 4. Anything but ten digits comes back as it is."""
    digits = re.sub(r"\s", "", value)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if re.fullmatch(r"\d{10}", digits, re.ASCII) else value.strip()


def ubrn(value: str) -> str:
    """`0000 1234 5678`: e-RS shows its booking reference in groups of 4. Anything but twelve digits stays as it is."""
    return f"{value[:4]} {value[4:8]} {value[8:]}" if re.fullmatch(r"\d{12}", value, re.ASCII) else value


def clean(text: str) -> str:
    """The text without control and direction characters, each line without spaces at its ends."""
    text = unicodedata.normalize("NFC", text).translate(_DIRECTION)
    text = re.sub(r"\r\n?|[\u2028\u2029\v\f\x85]", "\n", text)
    text = "".join(
        " " if char == "\t" else char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc"
    )
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def clock_words(at: str) -> str:
    """`17:00` as people say it: `5pm`; `12:30` as `12:30pm`."""
    hour = time.fromisoformat(at)
    words = f"{hour.hour % 12 or 12}" + (f":{hour.minute:02}" if hour.minute else "")
    return f"{words}{'am' if hour.hour < 12 else 'pm'}"


def paragraphs(text: str) -> tuple[str, ...]:
    """What an empty line parts. A single line break stays within its paragraph."""
    return tuple(part for part in re.split(r"\n{2,}", clean(text)) if part)


def filled(text: str, **values: str) -> str:
    """The words of a message with its fields filled in; a paragraph of which nothing is left is left out."""
    parts = text.format_map(values).strip().split("\n\n")
    return "\n\n".join(part for part in parts if part.strip())


_OPENERS = re.compile(
    r"(?:You|Your|The|A|An|There|It|This|That|These|Those|We|Our|He|His|She|Her|They|Their|All|Any|Both|No|Some)(?=\s)"
)


def clause(text: str) -> str:
    """The text on one line as it reads after `when`: `You feel steadier.` gives `you feel steadier`.

    Only words that are known to be no names lose their capital.
    """
    text = re.sub(r"^when\s+", "", line(text).rstrip("."), flags=re.IGNORECASE)
    return text[:1].lower() + text[1:] if _OPENERS.match(text) else text


def sentence(text: str) -> str:
    """The text with a full stop unless it ends its sentence itself."""
    return text if not text or text.endswith((".", "!", "?", ":")) else f"{text}."
