"""A site that goes on while its parts fail: what its users see, that it recovers by itself, and that whatever was
acknowledged is in the record. Somebody sends referrals through three doors for the whole time (`uploader`)."""

import os
import re
import shutil
import signal
import socket
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import requests
from django.conf import settings

from painpath.postgres import keeper
from tests.browsing import PHONE, Visit
from tests.faults.conftest import Thinks, Waits
from tests.faults.site import SLUG, Answer, Site, filled
from tests.faults.uploader import KIND, Sent, Uploader, multipart
from tests.letters.posting import ADDRESS
from tests.waiting import emptied, eventually

pytestmark = pytest.mark.django_db  # so that the test database, which the site is a copy of, is made
RESCUE = """SELECT procrastinate_defer_jobs_v1(array[row('default', 'referrals.rescue', 0, null, 'referrals.rescue',
    '{"timestamp": 0}', null)::procrastinate_job_to_defer_v1])"""
HELD = """SELECT count(*) FROM pg_stat_activity WHERE usename = 'painpath_app' AND state LIKE 'idle in%%'
    AND state_change < now() - interval '1 second'"""
COUNTS = """SELECT (SELECT count(*) FROM referrals_referral), (SELECT count(*) FROM referrals_document),
    (SELECT count(*) FROM letters_inboundmessage), (SELECT count(*) FROM letters_dispatch)"""
SCAN = os.urandom(3_000_000)
"""So large that it is written to a file while it comes; nothing can be read in it."""
AWAY, FULL = "Sorry, this service cannot be used at the moment", "Sorry, what you sent could not be kept"


def needs_a_small_disk(mounted: tuple[Path, bool]) -> None:
    if not mounted[1]:
        assert not (os.geteuid() == 0 and _may_mount()), "root with every right could not mount"
        pytest.skip("a file system cannot be mounted here: only root may, with the right to administer the system")


def _may_mount() -> bool:
    """Whether this process has CAP_SYS_ADMIN (21, linux/capability.h)."""
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("CapEff:"))
    return bool(int(held.split()[1], 16) >> 21 & 1)


def says(answer: Answer, title: str) -> None:
    """A page in the house's words, and nothing of what went wrong inside."""
    assert answer.status == 503, answer.text[:300]
    assert title in answer.text
    assert answer.headers["Retry-After"] == "30"
    assert "Keep this page open" in answer.text
    assert "reload it" in answer.text
    for inside in ("Traceback", "OperationalError", "psycopg", "socket"):
        assert inside not in answer.text


def kill_the_worker(site: Site) -> None:
    """By SIGKILL, at what it does now. Half a minute passes without a heartbeat of it, and the minute is full: then its
    job is taken up again (`referrals.rescue`)."""
    ((dead,),) = site.rows("SELECT max(id) FROM procrastinate_workers")
    site.kill("worker")
    assert eventually(lambda: site.rows("SELECT FROM procrastinate_workers WHERE id > %s", dead)), site.said()[-3000:]
    site.order(f"UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute' WHERE id <= {dead}")
    with suppress(psycopg.errors.UniqueViolation):  # the minute was full just now
        site.order(RESCUE)


def test_documents_are_read_while_a_mail_server_is_silent(site: Site, uploader: Uploader, post: Waits) -> None:
    """A reading that ended after the beginning of a sending that has not ended."""
    meanwhile = """SELECT FROM procrastinate_jobs s, procrastinate_jobs r JOIN procrastinate_events e ON e.job_id = r.id
        WHERE s.task_name = 'letters.send' AND s.status = 'doing' AND r.task_name = 'referrals.read'
        AND e.type = 'succeeded' AND e.at > (
            SELECT max(b.at) FROM procrastinate_events b WHERE b.job_id = s.id AND b.type = 'started')"""
    assert post.asked.wait(60), "the worker has begun to send"
    assert eventually(lambda: site.rows(meanwhile))


def test_a_worker_killed_while_it_sends_is_replaced_and_the_letter_goes_once(
    site: Site, uploader: Uploader, post: Waits
) -> None:
    assert post.asked.wait(60), "the worker has begun to send"
    kill_the_worker(site)
    post.silent = False
    query = "SELECT state FROM letters_dispatch WHERE channel = 'email' AND kind = 'receipt'"
    assert eventually(lambda: site.rows(query)[0] == ("sent",)), site.rows(query)
    assert [to for to, _ in post.taken].count([ADDRESS["email"]]) == 1


def test_a_worker_killed_while_it_reads_is_replaced_and_everything_is_read(site: Site, uploader: Uploader) -> None:
    reads = "SELECT id FROM procrastinate_jobs WHERE task_name = 'referrals.read' AND status = 'doing'"
    assert eventually(lambda: site.rows(reads))
    kill_the_worker(site)
    uploader.rest()
    unread = (
        "SELECT d.name, d.size FROM referrals_document d"
        " WHERE NOT EXISTS (SELECT FROM referrals_transcript t WHERE t.document_id = d.id)"
    )
    assert emptied(lambda: site.rows(unread)), site.rows(unread)


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_the_database_is_restarted(site: Site, uploader: Uploader, order: int) -> None:
    before = keeper.postmaster(str(site.cluster.data))
    assert before is not None
    os.kill(before, order)
    for _ in range(5):
        assert site.ask("/receive/").status == 200, "whoever asks waits for it, and is not given a connection that died"
    assert keeper.postmaster(str(site.cluster.data)) not in (None, before)


def test_the_database_is_gone_for_some_time(site: Site, uploader: Uploader) -> None:
    with site.without_database():
        says(site.ask("/receive/"), AWAY)
        program = site.ask(f"/services/{SLUG}/fhir/R4/metadata", headers={"Accept": "application/fhir+json"})
        assert (program.status, program.headers["Retry-After"]) == (503, "30")
        assert '"transient"' in program.text
    assert eventually(site.answers)


def test_the_database_takes_no_more_connections(site: Site, uploader: Uploader) -> None:
    """Those that it allows are used up: "too many connections", as PostgreSQL says it of a role or of all."""
    site.order("ALTER ROLE painpath_app CONNECTION LIMIT 0")
    try:
        site.order("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'painpath_app'")
        says(site.ask("/receive/"), AWAY)
    finally:
        site.order("ALTER ROLE painpath_app CONNECTION LIMIT -1")
    assert eventually(site.answers)


def test_a_web_process_is_killed_in_the_middle_of_an_upload(site: Site, uploader: Uploader) -> None:
    csrf, key, cookie = uploader.open()
    body = multipart({"csrfmiddlewaretoken": csrf, "key": key}, "half.bin", SCAN)
    with socket.create_connection(("127.0.0.1", site.port)) as line:
        line.sendall(
            f"POST /receive/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Type: {KIND}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:1_000_000]
        )  # fmt: skip
        assert eventually(lambda: shutil.disk_usage(site.temporary).used > 500_000), "it is being written to a file"
        assert list(site.temporary.glob("*/web/tmp*")) == [], "which has no name: it is gone with the process"
        site.kill("web")
    assert eventually(site.answers)
    assert site.rows("SELECT count(*) FROM referrals_document WHERE name = 'half.bin'") == [(0,)]
    answer = site.ask("/receive/", body, {"Content-Type": KIND, "Cookie": cookie})
    assert answer.status == 302, "the same form can be sent again"
    uploader.sent.append(Sent("staff", SCAN))


def test_the_disk_of_the_database_is_full(site: Site, uploader: Uploader, mounted: tuple[Path, bool]) -> None:
    needs_a_small_disk(mounted)
    csrf, key, cookie = uploader.open()
    letter = os.urandom(1_000_000)
    body = multipart({"csrfmiddlewaretoken": csrf, "key": key}, "large.bin", letter)
    given = {"Content-Type": KIND, "Cookie": cookie}
    with filled(site.disk):
        says(site.ask("/receive/", body, given), FULL)
        assert site.ask("/receive/").status == 200, "what is there can be read"
        # The log that is written ahead needs a new file, too, and gets none: PostgreSQL stops by itself.
        with suppress(psycopg.Error):
            while True:
                site.order("SELECT pg_logical_emit_message(true, 'fill', repeat('x', 1000000))")
        assert eventually(lambda: not site.answers())
        says(site.ask("/receive/"), AWAY)
    assert eventually(site.answers), site.said()[-3000:]
    assert site.ask("/receive/", body, given).status == 302, "what was typed can be sent again"
    uploader.sent.append(Sent("staff", letter))


def test_there_is_no_room_for_an_upload_while_it_comes(
    site: Site, uploader: Uploader, mounted: tuple[Path, bool]
) -> None:
    needs_a_small_disk(mounted)
    csrf, key, cookie = uploader.open()
    given = {"Content-Type": KIND, "Cookie": cookie}
    first = multipart({"csrfmiddlewaretoken": csrf, "key": str(uuid.uuid4())}, "large.bin", SCAN + b"1")
    assert site.ask("/receive/", first, given).status == 302, "since where there is no room at first, Python looks on"
    body = multipart({"csrfmiddlewaretoken": csrf, "key": key}, "large.bin", SCAN + b"2")
    uploader.rest()  # what it has there would be room for another one when it is gone
    with filled(site.temporary):
        says(site.ask("/receive/", body, given), FULL)
        assert site.ask("/receive/").status == 200
    assert site.ask("/receive/", body, given).status == 302
    uploader.sent += [Sent("staff", SCAN + b"1"), Sent("staff", SCAN + b"2")]


def test_in_a_browser_a_reload_sends_again_what_could_not_be_kept(
    site: Site, uploader: Uploader, mounted: tuple[Path, bool], tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    needs_a_small_disk(mounted)
    file = tmp_path / "scan.bin"
    file.write_bytes(SCAN + b"3")
    tab = visit(site.address, PHONE)
    tab.cookie(settings.SESSION_COOKIE_NAME, site.session)
    page = tab.open("/receive/")
    page.locator("input[type=file]").set_input_files(file)
    uploader.rest()  # what it has there would be room for another one when it is gone
    with filled(site.temporary):
        page.locator("main form button").last.click()
        page.get_by_role("heading", name=FULL).wait_for()
        tab.axe()
    page.reload()
    page.wait_for_url("**/register/")
    uploader.sent.append(Sent("staff", SCAN + b"3"))


def test_e_rs_is_silent_while_eight_people_ask_it(site: Site, uploader: Uploader, ers: Thinks) -> None:
    """Four threads answer people. Two wait for e-RS, and the worklist comes all the same."""
    desk = at_e_rs(site)
    before = len(ers.calls)
    with ThreadPoolExecutor(8) as people:
        asked = [people.submit(desk.get, f"{site.address}/e-rs/", timeout=120) for _ in range(8)]
        try:
            assert eventually(lambda: len(ers.calls) >= before + 2)
            assert site.ask("/").status == 200
            assert eventually(lambda: sum(one.done() for one in asked) == 6)
            assert site.ask("/receive/").status == 200
            assert site.rows(HELD) == [(0,)], "nothing of the database is held while e-RS thinks"
        finally:
            ers.may_answer.set()
        answers = [one.result() for one in asked]
    desk.close()
    assert sorted(one.status_code for one in answers) == [200, 200, *[409] * 6]
    (said,) = {one.status_code: one.text for one in answers if one.status_code == 409}.values()
    assert "e-RS answers slowly just now" in said
    assert "use e-RS by hand" in said


def at_e_rs(site: Site) -> requests.Session:
    """The desk of a clinician who has signed in to e-RS, as a browser does it."""
    desk = requests.Session()
    desk.cookies.set(settings.SESSION_COOKIE_NAME, site.clinician, domain="127.0.0.1")
    away = desk.get(f"{site.address}/e-rs/sign-in/", allow_redirects=False)
    back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10).headers["Location"]
    assert desk.get(back, allow_redirects=False).status_code == 302
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', desk.get(f"{site.address}/e-rs/role/").text)
    assert csrf is not None
    role = {"role": "R69 SERVICE_PROVIDER_CLINICIAN", "csrfmiddlewaretoken": csrf[1]}
    assert desk.post(f"{site.address}/e-rs/role/", role, allow_redirects=False).status_code == 302
    return desk


def test_the_clock_is_set_a_day_ahead_and_then_back(site: Site, sending: Uploader, post: Waits) -> None:
    """Nothing is done a thousand times, nothing is deleted, and what is done every minute does not stop for a day."""
    post.silent = False
    sending.rest()
    before = site.rows(COUNTS)[0]
    worker = site.part("worker")
    site.clock.write_text(str(24 * 3600))
    answer = site.ask("/receive/")
    assert answer.status == 200 or answer.headers["Location"].startswith("/accounts/login/"), "a session may have ended"
    assert site.ask("/accessibility/").status == 200
    assert site.part("worker") == worker

    ((last,),) = site.rows("SELECT max(id) FROM procrastinate_jobs")
    to_the_minute = 35 - time.time() % 60  # when the next worker is up, its next minute is near
    site.clock.write_text(str(to_the_minute - 3600))  # an hour behind: 25 hours back
    assert eventually(lambda: site.part("worker") not in (None, worker)), "one that waits for tomorrow is replaced"
    again = "SELECT task_name, count(*) FROM procrastinate_jobs WHERE id > %s GROUP BY task_name"
    assert eventually(lambda: "referrals.rescue" in dict(site.rows(again, last)), 120), site.said()[-3000:]
    assert max(count for _, count in site.rows(again, last)) <= 2
    site.clock.write_text("1")
    assert site.ask("/accessibility/").status == 200
    assert site.rows(COUNTS)[0] == before
