"""What goes wrong with a backup, said to the person at the keyboard."""


class KeepingError(Exception):
    """A backup cannot be made or restored; the message says why, and that nothing was changed."""
