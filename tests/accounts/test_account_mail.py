"""E-mails about accounts while somebody waits for the page."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore
from typing import Any

import pytest
from allauth.account.adapter import DefaultAccountAdapter

from painpath.accounts import adapter
from painpath.serve import BLOCKING_THREADS


@pytest.mark.django_db
def test_a_silent_mail_server_keeps_half_of_the_threads_at_most(monkeypatch: Any) -> None:
    asked, answers = Semaphore(0), Event()

    def silent(*given: Any) -> None:
        asked.release()
        answers.wait(60)

    monkeypatch.setattr(DefaultAccountAdapter, "send_mail", silent)
    monkeypatch.setattr(adapter, "PATIENCE", 0.01)
    post = adapter.InvitationOnly()
    with ThreadPoolExecutor(BLOCKING_THREADS) as people:
        waiting = [people.submit(post.send_mail, "account/email/x", "a@b", {}) for _ in range(BLOCKING_THREADS // 2)]
        try:
            for _ in waiting:
                assert asked.acquire(timeout=60)
            with pytest.raises(adapter.EmailIsDown):
                people.submit(post.send_mail, "account/email/x", "a@b", {}).result(60)
        finally:
            answers.set()
        for one in waiting:
            one.result(60)
    post.send_mail("account/email/x", "a@b", {})  # a turn that was taken was given back
