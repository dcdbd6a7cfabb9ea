"""A database of a measurement's own, in a folder that is gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from painpath import postgres


def in_a_process_of_its_own(file: str, measure_in: Callable[..., None], count: int | None = None) -> None:
    """Call `measure_in(folder)` in a process of its own: the embedded server stops, and can be removed, when its last
    user has ended. With `count`, `measure_in(folder, count)`; another number may stand on the command line.
    """
    given: list[Any] = sys.argv[1:]
    numbers = [] if count is None else [int(given.pop(0)) if given else count]
    if given:
        measure_in(given[0], *numbers)
        return
    with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
        status = subprocess.run([sys.executable, file, *map(str, numbers), home]).returncode
        postgres.remove(Path(home))
    sys.exit(status)


def migrated(home: str, **environment: str) -> None:
    """Django on a new database in this folder."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"PAINPATH_HOME": home, "DJANGO_SETTINGS_MODULE": "painpath.settings", **environment}
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.STAFF_NEED_FACTOR = False  # the people of a measurement have no phones
    from painpath.postgres.owner import as_owner

    with as_owner():
        call_command("migrate", verbosity=0)
