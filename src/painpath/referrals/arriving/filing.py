"""Filing: the bytes of a file, kept exactly as they came."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.referrals.models import Document, Referral

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*]+")


@dataclass(frozen=True)
class File:
    """A file as it was sent: its name and its bytes."""

    name: str
    content: bytes
    copied_from: Document | None = None
    """The same bytes, filed with another referral before."""

    @property
    def safe_name(self) -> str:
        """The name without anything that a file system, a header or a page could take for more than a name."""
        return _UNSAFE.sub("_", self.name).strip(". ")[-200:] or "document"


def store_files(
    referral: Referral, files: Sequence[File], *, by: Actor, part_of: Document | None = None
) -> list[Document]:
    """File what is not filed yet with this referral, inside the caller's transaction. Gives the new documents."""
    known = set(referral.documents.current().values_list("sha256", flat=True))
    new = []
    for file in files:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        document = Document.objects.create(
            service_id=referral.service_id, referral=referral, name=file.safe_name, content=file.content,
            sha256=digest, size=len(file.content), received_at=clock.now(), part_of=part_of,
            received_by=by if isinstance(by, Membership) else None, copied_from=file.copied_from,
        )  # fmt: skip
        audit.record(by, "document.file", document, sha256=digest, size=len(file.content))
        new.append(document)
    return new
