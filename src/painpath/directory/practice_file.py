"""The public file of practices of the NHS Organisation Data Service (ODS): `epraccur.csv`, as rows of a directory.

No header, 27 columns. What we read: 1 code, 2 name, 5-9 address lines, 10 postcode, 11 open date, 12 close date,
13 status, 18 telephone, 26 prescribing setting. The layout stands in the ODS reference data catalogue under "GP
Practices (Prescribing Cost Centres) - epraccur.csv"; the file comes from the report `epraccur` of ODS Data Search and
Export (odsdatasearchandexport.nhs.uk), which took the place of the older `epraccur.zip`. Both write the same columns.
The older one gives the status as A, C, D or P and the setting as a number (4 is a GP practice); the newer one gives
ACTIVE or INACTIVE and the roles, as `RO177|RO76`, of which RO76 is a GP practice. Either is understood.
"""

import re
from dataclasses import dataclass
from datetime import date

from painpath.directory.tables import Fault, FaultyFile, Row, faults_of, records

COLUMNS = (
    "code", "name", "national grouping", "high level health geography", "address 1", "address 2", "address 3",
    "address 4", "address 5", "postcode", "open date", "close date", "status", "sub-type", "commissioner", "join date",
    "left date", "telephone", "column 19", "column 20", "column 21", "amended", "column 23", "provider", "column 25",
    "prescribing setting", "column 27",
)  # fmt: skip
STATUSES = {"A": True, "D": True, "P": True, "ACTIVE": True, "C": False, "INACTIVE": False}
"""Status -> whether the organisation is open. Dormant is open: it may come back without a new code."""
GP_PRACTICE = {"4", "RO76"}
_CODE = re.compile(r"[A-Z0-9]{3,12}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})")
_KEEP = {"NHS", "GP", "PMS", "APMS", "GMS", "CIC", "UK", "II", "III", "IV", "HMP", "RAF", "PCN", "CCG", "MOD"}
_SMALL = {"and", "at", "by", "for", "in", "of", "on", "the", "upon", "with", "under", "le"}


@dataclass(frozen=True)
class Listed:
    """One practice as the file gives it."""

    code: str
    name: str
    address: str
    postcode: str
    phone: str
    opened_on: date | None
    closed_on: date | None
    is_gp_practice: bool
    closed_without_day: bool


def read(content: bytes) -> list[Listed]:
    """Every organisation of the file. Raises FaultyFile with all that is wrong."""
    rows, faults, listed = [], [], []
    for number, cells in enumerate(records(content), 1):
        if not any(cells):
            continue
        if len(cells) != len(COLUMNS):
            words = f"This row has {len(cells)} of {len(COLUMNS)} cells. Choose the public file, which has no header."
            faults.append(Fault(number, "", words))
            continue
        rows.append(Row(number, dict(zip(COLUMNS, cells, strict=True))))
    first: dict[str, int] = {}
    for row in rows:
        found = _listed(row)
        if found.code and (before := first.setdefault(found.code, row.number)) != row.number:
            row.fault("code", f"{found.code} stands in row {before} already. Take one of the two rows out.")
        listed.append(found)
    if faults := faults + faults_of(rows):
        raise FaultyFile(faults)
    return listed


def _listed(row: Row) -> Listed:
    code = row.cells["code"].upper()
    if not _CODE.fullmatch(code):
        row.fault(
            "code", "An ODS code has 3 to 12 letters and numbers, like J82001. Is there a header row? Take it out."
        )
    name = row.text("name", most=200, needed="Every practice has a name.")
    lines = [tidy(row.text(f"address {number}", most=200)) for number in range(1, 6)]
    opened, closed = row.day("open date"), row.day("close date")
    if opened and closed and closed < opened:
        row.fault("close date", "This is before the open date. Check both.")
    status = row.cells["status"].upper()
    if status not in STATUSES:
        row.fault("status", f"“{status[:20]}” is no status. Known are: {', '.join(STATUSES)}.")
    return Listed(
        code=code,
        name=tidy(name),
        address="\n".join(line for line in lines if line),
        postcode=postcode_of(row.text("postcode", most=8)),
        phone=row.text("telephone", most=40),
        opened_on=opened,
        closed_on=closed,
        is_gp_practice=bool(GP_PRACTICE & set(row.cells["prescribing setting"].upper().split("|"))),
        closed_without_day=STATUSES.get(status) is False and closed is None,
    )


def postcode_of(text: str) -> str:
    """A postcode with one blank where it belongs; what is none stays as it was written."""
    found = _POSTCODE.fullmatch(text.upper())
    return f"{found[1]} {found[2]}" if found else text.upper()


def tidy(text: str) -> str:
    """Capitals as a letter would write them: the file is in capitals throughout. Mixed case stays as it is."""
    if text != text.upper():
        return text
    words = text.split()
    return " ".join(_word(word, first=number == 0) for number, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    bare = re.sub(r"[^A-Z0-9]", "", word)
    if bare in _KEEP:
        return word
    if word.lower() in _SMALL and not first:
        return word.lower()
    return re.sub(r"[A-Z]+(?:['’]S\b)?", lambda found: found[0].capitalize(), word)
