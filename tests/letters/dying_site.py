"""Settings of the worker in `test_killed.py`: the site's own, on the test database, with `dying_worker` loaded."""

import os

from painpath.settings import *  # noqa: F403

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]  # noqa: F405
PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "tests.letters.dying_worker"]  # noqa: F405
