"""Prints `docs/reference/openapi.yaml` from the tables of the program.

.venv/bin/python tools/openapi.py > docs/reference/openapi.yaml
"""

import sys

import yaml

from painpath.exchange.openapi import description


class _Whole(yaml.SafeDumper):
    """Writes each thing where it stands: no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


if __name__ == "__main__":
    sys.stdout.write("# Made by tools/openapi.py from src/painpath/exchange/openapi.py; a test compares the two.\n")
    yaml.dump(description(), sys.stdout, Dumper=_Whole, sort_keys=False, allow_unicode=True, width=120)
