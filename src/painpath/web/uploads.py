"""A file while it comes: on the disk, and without a name there."""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler


class UnnamedFile(TemporaryFileUploadHandler):
    """As Django's own, but the file has no name in its folder, so that it is gone with the process, however that ends:
    half a letter must not stay where nobody looks, nor take the room of the next one."""

    file: "UploadedFile[Any]"  # type: ignore[assignment]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, *args, **kwargs)
        content = tempfile.TemporaryFile()  # noqa: SIM115 - the request closes it
        self.file = UploadedFile(content, self.file_name, self.content_type, 0, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):  # a small one is in memory, and never comes here
            self.file.close()
