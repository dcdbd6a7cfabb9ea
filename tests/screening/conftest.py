"""The pathway of this checkout, and a letter from plain text."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from painpath import pathway
from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.screening import Screening, screen

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def service() -> Pathway:
    return pathway.load(pathway.find("southampton-portsmouth"))


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Dask cluster of two workers."""
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    home = str(tmp_path_factory.mktemp("cluster"))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=home
    ) as local:
        yield local.scheduler_address


@pytest.fixture(scope="session")
def screened(service: Pathway) -> Callable[[str], Screening]:
    """Screen a text on a fixed day."""

    def read(text: str) -> Screening:
        document = DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")
        return screen(document, service, today=TODAY)

    return read
