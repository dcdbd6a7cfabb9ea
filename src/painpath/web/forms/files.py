"""Files sent with a form. What is in them is for the reader to find out; here only their sizes are looked at."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from painpath.web.forms.look import Shown, Words


class FilesWidget(forms.FileInput):
    allow_multiple_selected = True


class Files(Shown, forms.FileField):
    """One or several files; gives a list of `UploadedFile`, empty when none was required or sent.

    `accept` are the endings that the browser's file picker offers first. Every file that is wrong is named.
    """

    missing: Words = gettext_lazy("Choose a file")
    widget = FilesWidget

    def __init__(self, label: Words, *, multiple: bool = True, accept: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.multiple = multiple
        if accept:
            self.widget.attrs["accept"] = ",".join(accept)
        del self.widget.attrs["autocomplete"]

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files: list[UploadedFile[Any]] = data if isinstance(data, list) else [data] if data else []
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > 1 and not self.multiple:
            raise ValidationError(_("Choose one file only"), code="several")
        if wrong := [sentence for file in files if (sentence := _wrong(file))]:
            raise ValidationError(wrong)
        if sum(file.size or 0 for file in files) > settings.MAX_UPLOAD_BYTES:
            most = _megabytes(settings.MAX_UPLOAD_BYTES)
            raise ValidationError(
                _("These files are larger than {most} together. Send them in two parts.").format(most=most),
                code="too_large",
            )
        return files

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def _wrong(file: "UploadedFile[Any]") -> str:
    if not file.size:
        return _("{name} is empty. Choose the file again, or ask the sender for it.").format(name=file.name)
    if file.size > settings.MAX_FILE_BYTES:
        most = _megabytes(settings.MAX_FILE_BYTES)
        return _("{name} is {size}. Files can have up to {most}: ask for a smaller one.").format(
            name=file.name, size=_megabytes(file.size), most=most
        )
    return ""


def _megabytes(size: int) -> str:
    return f"{-(-size // (1024 * 1024))} MB"
