"""A pathway is changed in a draft; a lead asks for approval; a second person approves, and it is published from a day.

| verb | draft is | who |
|---|---|---|
| start | - | manager, lead |
| change, catch up, drop | open (drop: submitted too) | manager, lead |
| submit | open | lead |
| send back | submitted | clinician, manager, lead |
| approve | submitted | clinician, manager, lead; not who submitted it; one of the two is a clinician |

Each locks the draft first: of two who do something at once, the second meets what the first has done.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from painpath import clock, pathway
from painpath.accounts import audit
from painpath.accounts.models import Membership, Service
from painpath.pathway import PathwayError
from painpath.pathway.draft_files import Compiled, compile_draft, files_of, unusable
from painpath.pathway.loading import read_files
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication
from painpath.referrals.publishing import founding
from painpath.referrals.publishing.beginning import begin
from painpath.referrals.publishing.labels import LONGEST, another, label_of
from painpath.referrals.publishing.merging import merged
from painpath.referrals.publishing.rules import (
    can_approve as can_approve,
)
from painpath.referrals.publishing.rules import (
    can_change as can_change,
)
from painpath.referrals.publishing.rules import (
    can_drop as can_drop,
)
from painpath.referrals.publishing.rules import (
    can_send_back as can_send_back,
)
from painpath.referrals.publishing.rules import (
    can_start as can_start,
)
from painpath.referrals.publishing.rules import (
    can_submit as can_submit,
)
from painpath.referrals.publishing.rules import (
    check_approve as check_approve,
)
from painpath.referrals.publishing.rules import (
    check_change as check_change,
)
from painpath.referrals.publishing.rules import (
    check_drop as check_drop,
)
from painpath.referrals.publishing.rules import (
    check_see as check_see,
)
from painpath.referrals.publishing.rules import (
    check_send_back as check_send_back,
)
from painpath.referrals.publishing.rules import (
    check_start as check_start,
)
from painpath.referrals.publishing.rules import (
    check_submit as check_submit,
)
from painpath.referrals.publishing.writing import write
from painpath.referrals.refusal import Refused

LONGEST_WORDS = 2000
_OTHER_REVISION = "{name} has changed this draft since you opened it. Open it again, and make your change there."


def newest(service: Service) -> tuple[str, dict[str, str]]:
    """Digest and files of what a draft begins from: the publication that was approved last, else the folder on disk."""
    rows = pathways.publications(service.pk)
    if rows:
        files = PathwayPublication.objects.values_list("files", flat=True).get(pk=rows[-1].pk)
        return rows[-1].digest, dict(files)
    try:
        folder = pathway.find(service.slug)
        files, (_, digest) = files_of(folder), read_files(folder)
    except PathwayError as error:
        raise Refused(f"The pathway's folder cannot be read: {error.problems[0]}") from None
    return digest, files


@transaction.atomic
def start(*, by: Membership, files: Mapping[str, str] | None = None, name: str | None = None) -> PathwayDraft:
    """A new draft: of what was published last, or with `files` instead; under another `name` for a service to come.
    One that they have begun so already and nobody has changed is led to instead (`beginning.begin`).

    Raises `Refused` for who may not, and for files that cannot be kept at all; mistakes in them are no hindrance.
    """
    check_start(by=by)
    name = name or by.service.slug
    own = name == by.service.slug
    base_digest, base = newest(by.service) if own else ("", {})
    texts = dict(files) if files is not None else base
    _check_usable(name, texts)
    draft, is_new = begin(by=by, name=name, files=texts, base_digest=base_digest, base_files=base)
    if is_new:
        audit.record(by, "pathwaydraft.start", draft, name=name)
    return draft


@transaction.atomic
def change(*, draft: PathwayDraft, files: Mapping[str, str | None], seen_revision: int, by: Membership) -> PathwayDraft:
    """Put these texts into the draft, which the others stay in; None takes a file out. The draft as it is then.

    Raises `Refused` when somebody changed it after `seen_revision`: their work is never written over.
    """
    draft = _lock(draft, by)
    check_change(draft, by=by)
    _check_revision(draft, seen_revision)
    after = {path: text for path, text in (draft.files | dict(files)).items() if text is not None}
    if after == draft.files:
        return draft
    _check_usable(draft.name, after)
    changed = sorted(path for path in files if draft.files.get(path) != after.get(path))
    draft.files, draft.label = after, label_of(after)
    _save(draft, by, "files", "label")
    audit.record(by, "pathwaydraft.change", draft, revision=draft.revision, files=changed)
    return draft


def behind(draft: PathwayDraft) -> bool:
    """Whether something was published, or withdrawn, after the draft was begun: publishing it would undo that in
    silence."""
    return draft.name == draft.service.slug and draft.base_files != newest(draft.service)[1]


@transaction.atomic
def catch_up(*, draft: PathwayDraft, seen_revision: int, by: Membership) -> tuple[str, ...]:
    """Take into the draft what was published after it was begun, file by file.

    Returns the files that both have changed: there the draft's own text stays, and the comparison shows the difference.
    """
    draft = _lock(draft, by)
    check_change(draft, by=by)
    _check_revision(draft, seen_revision)
    if not behind(draft):
        return ()
    digest, theirs = newest(draft.service)
    draft.files, both = merged(draft.files, draft.base_files, theirs)
    draft.base_files, draft.base_digest, draft.label = theirs, digest, label_of(draft.files)
    _save(draft, by, "files", "base_files", "base_digest", "label")
    audit.record(by, "pathwaydraft.catch_up", draft, revision=draft.revision, both=[*both])
    return both


@transaction.atomic
def drop(*, draft: PathwayDraft, by: Membership) -> None:
    """The draft is not worked on any more; it stays readable. Done twice, it is done once. Raises `Refused`."""
    draft = _lock(draft, by)
    if draft.state == "dropped":
        return
    check_drop(draft, by=by)
    draft.state = "dropped"
    _save(draft, by, "state")
    audit.record(by, "pathwaydraft.drop", draft)


@transaction.atomic
def submit(
    *, draft: PathwayDraft, from_date: date, words: str, by: Membership, seen_revision: int | None = None
) -> PathwayDraft:
    """A lead asks that the draft be published from a day. `words` say why. The draft as it is then.

    Raises `Refused` while the draft has a mistake or an unsettled point, changes nothing, or was overtaken.
    """
    draft = _lock(draft, by)
    check_submit(draft, by=by)
    if seen_revision is not None:
        _check_revision(draft, seen_revision)
    words = words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(f"Say why this is published, in at most {LONGEST_WORDS:,} characters.")
    if from_date < clock.today():
        raise Refused("Choose today or a day to come: nothing is published for days that have passed.")
    if draft.name != draft.service.slug:
        founding.check_name(draft.name)
        if from_date != clock.today():
            raise Refused("A new service begins when it is approved: choose today.")
    if from_date > clock.today().replace(year=clock.today().year + 2, day=1):
        raise Refused("Choose a day within two years.")
    _check_publishable(draft)
    draft.state, draft.from_date, draft.words = "submitted", from_date, words
    draft.submitted_by, draft.submitted_at = by, clock.now()
    _save(draft, by, "state", "from_date", "words", "submitted_by", "submitted_at")
    audit.record(by, "pathwaydraft.submit", draft, revision=draft.revision, from_date=from_date.isoformat())
    return draft


@transaction.atomic
def send_back(*, draft: PathwayDraft, words: str, by: Membership) -> PathwayDraft:
    """The draft is open again, with words on what to change. Raises `Refused`."""
    draft = _lock(draft, by)
    check_send_back(draft, by=by)
    words = words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(f"Say what is to be changed, in at most {LONGEST_WORDS:,} characters.")
    draft.state, draft.sent_back_words = "open", words
    draft.submitted_by = draft.submitted_at = None
    _save(draft, by, "state", "sent_back_words", "submitted_by", "submitted_at")
    audit.record(by, "pathwaydraft.send_back", draft, revision=draft.revision)
    return draft


@transaction.atomic
def approve(*, draft: PathwayDraft, by: Membership, seen_revision: int | None = None) -> PathwayPublication:
    """A second person agrees: the draft is in force from its day, or from today where that has passed.

    With `seen_revision`, only what `by` has seen is approved. Raises `Refused`, and then nothing is published.
    """
    # One after the other in a service: two drafts approved at once would each not see that the other undoes it.
    Service.objects.select_for_update(no_key=True).get(pk=by.service_id)
    draft = _lock(draft, by)
    check_approve(draft, by=by)
    if seen_revision is not None:
        _check_revision(draft, seen_revision)
    current = _check_publishable(draft)
    if draft.name != by.service.slug:
        made = founding.found(draft=draft, current=current, by=by)
    elif draft.submitted_by is not None:
        made = write(draft, current, service_id=draft.service_id, published_by=draft.submitted_by, approved_by=by)
    draft.state, draft.approved_by, draft.approved_at = "published", by, clock.now()
    _save(draft, by, "state", "approved_by", "approved_at")
    audit.record(by, "pathwaydraft.approve", draft, publication=made.pk, from_date=made.from_date.isoformat())
    return made


def compiled(draft: PathwayDraft) -> Compiled:
    """What the files of the draft are, and what is wrong with them."""
    return compile_draft(draft.name, draft.files)


def _check_publishable(draft: PathwayDraft) -> pathway.Pathway:
    for path, text in draft.files.items():
        if path.endswith((".typ", ".svg")) and draft.base_files.get(path) != text and text not in _installed(path):
            raise Refused(
                f"{path}: layouts and pictures come with a release. Take the file as it was, or leave it out."
            )
    if draft.files == draft.base_files:
        raise Refused("This draft is the same as what it was begun from: there is nothing to publish.")
    if behind(draft):
        raise Refused(
            "What is published has changed since this draft was begun, and would be undone. Open the draft and take "
            "that change into it first."
        )
    whole = compiled(draft)
    if whole.pathway is None or whole.problems:
        count = len(whole.problems)
        raise Refused(
            f"The draft has {count} mistake{'s' if count != 1 else ''}, so it cannot be published. Its page lists "
            f"{'them' if count != 1 else 'it'}."
        )
    if len(whole.pathway.version) > LONGEST:
        raise Refused(f"The version of this draft is too long. At most {LONGEST} characters stand in letters.")
    if instead := another(draft, whole.pathway):
        raise Refused(
            f"There is a version {whole.pathway.version} with other content already, and letters name it. Give this "
            f"draft another version, such as {instead}."
        )
    return whole.pathway


def _installed(path: str) -> list[str]:
    """What a file of this name says in the folders on disk. Layouts are programs, and run from there only."""
    found = (folder / path for folder in pathway.folders().values())
    return [file.read_bytes().decode(errors="replace") for file in found if file.is_file()]


def _check_revision(draft: PathwayDraft, seen: int) -> None:
    if draft.revision != seen:
        raise Refused(_OTHER_REVISION.format(name=draft.changed_by.name))


def _check_usable(name: str, files: Mapping[str, str]) -> None:
    if problems := unusable(name, files):
        raise Refused(str(problems[0]).removeprefix(".: "))


def _lock(draft: PathwayDraft, by: Membership) -> PathwayDraft:
    # Without joins: a row that was changed while this waited is looked at again beside the rows first joined, and gone.
    found = PathwayDraft.objects.select_for_update().filter(pk=draft.pk, service_id=by.service_id).first()
    if found is None:
        raise Refused("This draft belongs to another service.")
    return found


def _save(draft: PathwayDraft, by: Membership, *fields: str) -> None:
    draft.revision += 1
    draft.changed_by, draft.changed_at = by, clock.now()
    draft.save(update_fields=[*fields, "revision", "changed_by", "changed_at"])
