"""The sentences with which a file is refused: what is wrong, and what to do. None quotes the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from painpath.documents.model import DocumentCode, DocumentError

READABLE = "PDF, Word, RTF, OpenDocument, plain text, web page, email, TIFF, PNG or JPEG"


def empty() -> DocumentError:
    """Nothing in it at all."""
    return DocumentError(DocumentCode.EMPTY, "This file is empty. Check that it was saved, and upload it again.")


def too_large(limit: int) -> DocumentError:
    """Over the size of one upload."""
    return DocumentError(
        DocumentCode.TOO_LARGE,
        f"This file is larger than {limit // (1024 * 1024)} MB. Split it, or scan it at 200 to 300 dots per inch, "
        "and upload it again.",
    )


def password() -> DocumentError:
    """It only opens with a password."""
    return DocumentError(
        DocumentCode.PASSWORD,
        "This file is protected with a password. Open it, save it without the password, and upload that copy.",
    )


def damaged() -> DocumentError:
    """It breaks off or holds nonsense."""
    return DocumentError(
        DocumentCode.DAMAGED, "This file is damaged or incomplete. Open it to check, or ask the sender for it again."
    )


def crashed() -> DocumentError:
    """The process that read it broke down, without a word why."""
    return DocumentError(
        DocumentCode.DAMAGED,
        "The reader stopped in the middle of this file. Print it to a new PDF and upload that; "
        "if other files fail too, tell whoever looks after this system.",
    )


def unsupported() -> DocumentError:
    """A kind of file that is not read."""
    return DocumentError(
        DocumentCode.UNSUPPORTED,
        f"This kind of file cannot be read. Save it as {READABLE}, and upload it again.",
    )


def busy() -> DocumentError:
    """Others are being read, and this one did not get its turn."""
    return DocumentError(
        DocumentCode.BUSY, "Many files are being read at the moment. Wait a minute, then upload it again."
    )


def too_slow() -> DocumentError:
    """Reading it took longer than any letter takes."""
    return DocumentError(
        DocumentCode.TOO_SLOW,
        "This file took too long to read. Split it or print it to a new PDF, and upload that.",
    )


def too_complex() -> DocumentError:
    """It unpacks, nests or runs on beyond any letter."""
    return DocumentError(
        DocumentCode.TOO_COMPLEX,
        "This file holds far more than a letter. Ask for the letter itself, or print it to a new PDF, and upload that.",
    )


@contextmanager
def parsing() -> Iterator[None]:
    """Turn whatever a parser raises on a stranger's file into a `DocumentError`.

    Parsers raise errors of every kind on damaged input, so all are caught; and none is chained, because their messages
    can quote the letter.
    """
    try:
        yield
    except DocumentError:
        raise
    except (MemoryError, RecursionError):
        raise too_complex() from None
    except Exception:
        raise damaged() from None
