"""A draft is begun, once: a button pressed twice, in two tabs or after going back leads to the draft just made."""

from collections.abc import Mapping

from painpath.accounts.models import Membership, Service
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing.labels import label_of


def begin(
    *, by: Membership, name: str, files: Mapping[str, str], base_digest: str, base_files: Mapping[str, str]
) -> tuple[PathwayDraft, bool]:  # fmt: skip
    """A draft with these files, and whether it is new. In the caller's transaction, who writes the audit.

    It is one which they began from the same and in which nothing has changed yet, where they have one: a second would
    be the same word for word. As soon as something in it has changed, they can begin another.
    """
    # One after the other: of two requests at once, the second sees what the first has made.
    Service.objects.select_for_update(no_key=True).get(pk=by.service_id)
    untouched = PathwayDraft.objects.filter(
        service_id=by.service_id, started_by=by, name=name, state="open", revision=1, base_digest=base_digest
    )
    for one in untouched:
        if one.files == files and one.base_files == base_files:
            return one, False
    draft = PathwayDraft.objects.create(
        service_id=by.service_id, name=name, files=files, base_digest=base_digest, base_files=base_files,
        label=label_of(files), started_by=by, changed_by=by,
    )  # fmt: skip
    return draft, True
