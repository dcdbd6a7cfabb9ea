"""Secrets that stand in files, as containers and systemd give them: `NAME_FILE` says where the value of `NAME` is.

For every setting of ours: the secret key, the address of the database, the password of the mail server. No command
takes a secret as an argument: every user of a machine sees those.
"""

from collections.abc import MutableMapping
from pathlib import Path

_ENDING = "_FILE"
_OURS = ("PAINPATH_", "DATABASE_")


class SettingError(Exception):
    """A file that is named cannot be used; the message says which setting, and never what stands in it."""


def read_files(environ: MutableMapping[str, str]) -> None:
    """Put the contents of the named files in the environment, without the line end of an editor. Once read, a name is
    taken out, so that it can be called again. Raises `SettingError`."""
    for name in sorted(one for one in environ if one.startswith(_OURS) and one.endswith(_ENDING)):
        wanted = name.removesuffix(_ENDING)
        if wanted in environ:
            raise SettingError(f"Both {wanted} and {name} are set. Take one of them away.")
        try:
            environ[wanted] = Path(environ[name]).read_text().rstrip("\r\n")
        except (OSError, ValueError):
            raise SettingError(f"The file that {name} names cannot be read.") from None
        del environ[name]
