"""The command `painpath`."""


def main() -> None:
    """Not wired yet."""
