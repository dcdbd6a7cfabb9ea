"""A service with its scope open, and public files as they are published: made here, none is copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from tests.referrals.conftest import screening, team, waiting  # noqa: F401  # fixtures


@pytest.fixture
def by(db: None, service_id: int) -> Iterator[Process]:
    """The command line of the service, its scope open."""
    with scope(service_id):
        yield Process(Service.objects.get(), "command line")


DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"


def deciles_file(folder: Path, *rows: tuple[str, object], area: str = "LSOA code (2021)", decile: str = DECILE) -> Path:
    """A file of deciles: (LSOA, decile) in columns between others, as releases have them."""
    file = folder / "imd.csv"
    lines = [f'"{area}",LSOA name,Rank,"{decile}"', *(f"{code},Example 001A,17,{tenth}" for code, tenth in rows)]
    file.write_text("﻿" + "\r\n".join(lines) + "\r\n")
    return file


def postcodes_file(folder: Path, *rows: tuple[str, str], header: str = "pcd7,pcds,dointr,lsoa21") -> Path:
    """A postcode file: (postcode, LSOA)."""
    file = folder / "postcodes.csv"
    lines = [header, *(f'"{postcode.replace(" ", "")}","{postcode}",198001,"{code}"' for postcode, code in rows)]
    file.write_text("\r\n".join(lines) + "\r\n")
    return file
