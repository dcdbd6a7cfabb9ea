"""Practice files as they are published, and a service to import them into."""

from collections.abc import Iterator

import pytest

from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope


def practice_row(code: str = "Y99901", name: str = "EXAMPLE SURGERY", **changes: str) -> str:
    """One row of the public practice file. `changes` are by name of what is changed."""
    given = {
        "address": "1 EXAMPLE ROAD", "town": "EXAMPLETON", "postcode": "EX1 3GP", "opened": "19740401", "closed": "",
        "status": "A", "phone": "01632 960001", "setting": "4",
    } | changes  # fmt: skip
    cells = [code, name, "Y59", "QRL", given["address"], "", "", given["town"], "", given["postcode"], given["opened"],
             given["closed"], given["status"], "B", "15A", given["opened"], "", given["phone"], "", "", "", "0", "",
             "15A", "", given["setting"], ""]  # fmt: skip
    return ",".join(f'"{cell}"' for cell in cells)


def practice_file(*rows: str) -> bytes:
    return "\r\n".join(rows).encode("cp1252")


@pytest.fixture
def by(db: None, service_id: int) -> Iterator[Process]:
    """The command line of the service, its scope open."""
    with scope(service_id):
        yield Process(Service.objects.get(), "command line")
