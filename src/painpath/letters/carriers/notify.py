"""GOV.UK Notify: prints and posts letters, and sends e-mails and text messages.

What opens it stands in the environment (`notify_keys`): without it things go as they do where there is no Notify. Its
documentation asks to look at the code of an error and never at its words, so only at that do we look.

E-mails and texts go by one template each, whose body is `((message))` (and whose subject is `((subject))`): the words
are those of the pathway, which its linter keeps free of anything clinical.
"""

import os
import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from painpath.accounts.models import Service
from painpath.accounts.notify_keys import CHANNELS, KEY, TEMPLATES, has_key, setting
from painpath.accounts.scope import scope
from painpath.letters.carriers import Handed, Later, Permanent, Told
from painpath.letters.carriers.notify_letter import pages, wrong_with
from painpath.letters.codes import clear_text
from painpath.letters.errors import LetterError
from painpath.letters.models import Dispatch, DispatchState

if TYPE_CHECKING:
    from notifications_python_client.notifications import NotificationsAPIClient

ADDRESS = "https://api.notifications.service.gov.uk"

_KEY = re.compile(
    r".*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE
)
_SITE = "Whoever runs this site must look at its settings for GOV.UK Notify."

_STRANGE = "GOV.UK Notify answered in a way that we do not understand."
_LATER = {
    403: f"GOV.UK Notify did not let us in: the key is not right, is for tests, or the clock here is wrong. {_SITE}",
    404: f"GOV.UK Notify was not found at its address. {_SITE}",
    429: "GOV.UK Notify takes no more now: too many at once, or the limit of our account for today is reached.",
}
"""What may pass, or what somebody can put right meanwhile; every other status from 500 is one of those, too."""

_PERMANENT = {
    "letter": "GOV.UK Notify does not take this letter. Print it here and post it.",
    "email": "GOV.UK Notify does not take this email. Check the address with the patient.",
    "sms": "GOV.UK Notify does not take this text message. Check the phone number with the patient.",
}
_TRIAL = "It also says no while our account there is in trial mode."

_FAILED = {
    "permanent-failure": {
        "letter": "The printer of GOV.UK Notify cannot print this letter. Print it here and post it.",
        "email": "This email address does not exist. Ask the patient for another one.",
        "sms": "This phone number does not exist, or its network takes no texts from us. Ask for another one.",
    },
    "temporary-failure": {
        "email": "The mailbox is full, or does not take our message. Write by post, or try again later.",
        "sms": "The phone was off or had no signal for three days. Write by post, or try again later.",
    },
    "technical-failure": {
        "letter": "Something went wrong at GOV.UK Notify, and it did not print this letter. Print it here and post it.",
        "email": "Something went wrong at GOV.UK Notify, and it did not send this. Send it again.",
        "sms": "Something went wrong at GOV.UK Notify, and it did not send this. Send it again.",
    },
    "cancelled": {"letter": "Somebody has cancelled this letter at GOV.UK Notify. Print it here, if it should go."},
    "validation-failed": {
        "letter": "Something in this letter is outside the area that GOV.UK Notify prints. Print it here and post it."
    },
    "virus-scan-failed": {"letter": "GOV.UK Notify sees a virus in this letter. Print it here and post it."},
}  # fmt: skip
"""Final words of Notify that nothing arrived, and what a person does."""


def carrier(service: Service) -> "Notify | None":
    """GOV.UK Notify with the key of this service; None when it has none."""
    return Notify(service) if has_key(service) else None


class Notify:
    """A carrier (`carriers.Carrier`)."""

    knows_doubles = True

    def __init__(self, service: Service) -> None:
        self.service = service

    def hand_over(self, dispatch: Dispatch) -> Handed:
        """Give it a letter, an e-mail or a text under the dispatch's key as its reference. Raises Later, Permanent."""
        kind = CHANNELS[dispatch.channel]
        client = self._client()
        reference = str(dispatch.key)
        try:
            if kind == "letter":
                with scope(self.service):  # the questionnaires that lie with it; left before anything is sent
                    pdf = pages(dispatch)
                if wrong := wrong_with(pdf, dispatch):
                    raise Permanent(f"{' '.join(wrong)} Print it here and post it.")
                taken = self._ask(kind, client.send_precompiled_letter_notification, reference, BytesIO(pdf))
            else:
                template = setting(self.service, TEMPLATES[kind])
                if not template:
                    raise Later(f"There is no template for GOV.UK Notify. {_SITE}")
                words = {"message": clear_text(dispatch)}
                if kind == "email":
                    words["subject"] = dispatch.subject
                send = client.send_email_notification if kind == "email" else client.send_sms_notification
                taken = self._ask(kind, send, dispatch.address, template, words, reference)
        except LetterError as error:
            raise Permanent(error.sentence) from None
        if not taken.get("id"):
            # It may have it all the same: `find` is asked before anything goes again.
            raise Later(_STRANGE, perhaps_taken=True)
        return Handed(provider_id=str(taken["id"]))

    def find(self, dispatch: Dispatch) -> Handed | None:
        """What it has under this reference. What ended without arriving, and what this dispatch was before a person
        released it anew (`provider_id`), is not what is looked for. Raises Later."""
        kind = CHANNELS[dispatch.channel]
        reference = str(dispatch.key)
        answer = self._ask(kind, self._client().get_all_notifications, reference=reference)
        rows = answer.get("notifications")
        if not isinstance(rows, list):
            raise Later(_STRANGE)
        for row in rows:
            if row.get("reference") != reference or row.get("type") != kind or row.get("status") in _FAILED:
                continue
            if row.get("id") and row["id"] != dispatch.provider_id:
                state = DispatchState.DELIVERED if row.get("status") == "delivered" else DispatchState.SENT
                return Handed(provider_id=str(row["id"]), state=state)
        return None

    def what_became(self, dispatch: Dispatch) -> Told | None:
        """Delivered, or why not; None while it is on its way, and for what Notify has forgotten (after seven days).

        Of a letter it tells that it was printed and posted (`received`), which is the last that it ever says: also of
        one that came back, of which only its report of returned letters tells. Raises Later.
        """
        kind = CHANNELS[dispatch.channel]
        try:
            answer = self._ask(kind, self._client().get_notification_by_id, dispatch.provider_id)
        except _Forgotten:
            return None
        status = str(answer.get("status", ""))
        if status == "delivered" and kind != "letter":
            return Told(state=DispatchState.DELIVERED)
        if kind == "letter" and status in ("received", "delivered"):
            return Told(state=DispatchState.SENT, why="Printed and posted by GOV.UK Notify.")
        if status == "returned-letter":
            return Told(state=DispatchState.RETURNED, why="The post brought this letter back to GOV.UK Notify.")
        why = _FAILED.get(status, {}).get(kind)
        return Told(state=DispatchState.FAILED, why=why) if why else None

    def _client(self) -> "NotificationsAPIClient":
        from notifications_python_client.notifications import NotificationsAPIClient

        key = setting(self.service, KEY)
        if not _KEY.fullmatch(key):
            raise Later(_LATER[403])
        timeout = float(os.environ.get("PAINPATH_NOTIFY_TIMEOUT", "15"))  # a letter of 2 MB takes a while to send
        return NotificationsAPIClient(  # type: ignore[no-untyped-call]
            key, base_url=setting(self.service, "PAINPATH_NOTIFY_URL") or ADDRESS, timeout=timeout
        )

    def _ask(self, kind: str, call: Callable[..., Any], *args: Any, **more: Any) -> dict[str, Any]:
        """One question. The client quotes what it was given in its errors: none of them leaves this function."""
        from notifications_python_client.errors import APIError, InvalidResponse
        from requests import RequestException, Timeout

        looking_up = call.__name__ == "get_notification_by_id"
        try:
            answer = call(*args, **more)
        except InvalidResponse:
            raise Later(_STRANGE, perhaps_taken=True) from None
        except APIError as error:
            if error.response is None:
                slow = isinstance(error.__cause__, Timeout)
                what = "did not answer in time" if slow else "could not be reached"
                raise Later(f"GOV.UK Notify {what}.", perhaps_taken=not _never_reached(error.__cause__)) from None
            status = error.response.status_code
        except RequestException:
            raise Later("GOV.UK Notify could not be reached.", perhaps_taken=True) from None
        else:
            if isinstance(answer, dict):
                return answer
            raise Later(_STRANGE, perhaps_taken=True)
        if status == 404 and looking_up:
            raise _Forgotten
        if status in _LATER:
            raise Later(_LATER[status])
        if status == 413:
            raise Permanent("This is too large for GOV.UK Notify. Print it here and post it.")
        if status >= 500:
            raise Later(f"GOV.UK Notify has trouble of its own (code {status}).", perhaps_taken=True)
        if not call.__name__.startswith("send_"):
            raise Later(f"GOV.UK Notify did not understand our question (code {status}). {_SITE}")
        raise Permanent(f"{_PERMANENT[kind]} {_TRIAL} (Code {status}.)")


def _never_reached(cause: BaseException | None) -> bool:
    """Whether no connection came about at all: then nothing was handed over."""
    from requests import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    inner = cause.args[0] if cause is not None and cause.args else None
    return isinstance(cause, ConnectTimeout) or isinstance(getattr(inner, "reason", None), NewConnectionError)


class _Forgotten(Exception):
    """Notify does not know this any more, or never did."""
