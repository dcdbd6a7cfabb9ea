"""Who did what and who looked, for the auditor: every action in words, nobody's name, and each look written down."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath.accounts.inviting import add_member
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters.outbox import _ACTIONS
from painpath.referrals import verbs
from painpath.referrals.models import AdviceParagraph, Task
from painpath.referrals.together import discussing
from painpath.web.acts import ACTS, LOOKS
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.deciding import decided

SOURCE = Path(__file__).parents[2] / "src"
OPEN = {
    ("judging.py", "action"), ("judging.py", "action + ONE_ACT"), ("refiling.py", "row.action"),
    ("playing.py", "step.action"), ("cases.py", "row.action"), ("online.py", "''"),
    ("changes.py", "form.cleaned_data['action']"), ("screening.py", "form.cleaned_data['action']"),
    ("second.py", "form.cleaned_data['action']"),
    ("audited.py", "wanted.action"), ("audit_forms.py", "given['action']"),
    # What a person wrote down as done, above; below, an action that the caller names, found where it is named.
    ("audit.py", "action"), ("handlers.py", "action"), ("looking.py", "action"), ("outbox.py", "action"),
    ("sign_ins.py", "action"),
    # Of several kinds each: `made_of_kinds`.
    ("moves.py", "f'referral.{name}'"), ("outbox.py", "_ACTIONS[state]"),
    ("leaving.py", "f'{one._meta.model_name}.assign'"),
}  # fmt: skip
"""(file, expression) where the code names no action in words."""


def actions_of_the_code() -> tuple[set[str], set[tuple[str, str]]]:
    """Every action that the code records, and the expressions that are no plain words."""
    found: set[str] = set()
    unclear: set[tuple[str, str]] = set()
    texts = {path: path.read_text() for path in SOURCE.rglob("*.py") if "migrations" not in path.parts}
    named_here = re.compile(r'^[A-Z][A-Z_, ]* = .*"[a-z_]+\.[a-z_-]+"', re.MULTILINE)
    told = {
        path: text for path, text in texts.items()
        if "audit" in text or "action=" in text or "note(" in text or named_here.search(text)
    }  # fmt: skip
    trees = {path: ast.parse(text) for path, text in told.items()}
    constants: dict[str, set[str]] = {}
    for tree in trees.values():
        for one in tree.body:
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    pairs = [(target, one.value)]
                    if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple):
                        pairs = list(zip(target.elts, one.value.elts, strict=True))
                    for name, value in pairs:
                        if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                            constants.setdefault(name.id, set()).add(str(value.value))

    def read(node: ast.expr, path: Path) -> None:
        match node:
            case ast.Constant(value=str() as words) if words:
                found.add(words)
            case ast.IfExp():
                read(node.body, path)
                read(node.orelse, path)
            case ast.BoolOp():
                for value in node.values:
                    read(value, path)
            case ast.Name(id=name) if any("." in one for one in constants.get(name, ())):
                found.update(one for one in constants[name] if "." in one and " " not in one)
            case _:
                unclear.add((path.name, ast.unparse(node)))

    for path, tree in trees.items():
        nodes = list(ast.walk(tree))
        named = {
            target.id: one.value
            for one in nodes if isinstance(one, ast.Assign)
            for target in one.targets if isinstance(target, ast.Name)
        }  # fmt: skip
        for call in nodes:
            if not isinstance(call, ast.Call):
                continue
            func = call.func
            called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            given = {word.arg: word.value for word in call.keywords}
            if called in ("record", "record_each") and ast.unparse(func).startswith("audit."):
                action = call.args[1]
            elif called == "note" and len(call.args) == 4:
                action = call.args[2]
            elif "action" in given and called not in ("consume", "add_argument"):
                action = given["action"]
            else:
                continue
            if isinstance(action, ast.Name) and action.id == "action" and isinstance(named.get("action"), ast.IfExp):
                action = named["action"]
            if isinstance(action, ast.Attribute) and action.attr.isupper():
                action = ast.Name(action.attr)
            read(action, path)
    return found, unclear


def made_of_kinds() -> set[str]:
    """Those that are made of a kind of subject or a state."""
    assigned = {f"{model._meta.model_name}.assign" for model in (Task, AdviceParagraph)}
    return {*_ACTIONS.values(), *assigned, "referral.decide", "referral.take_over"}


def test_every_action_of_the_code_has_its_sentence():
    found, unclear = actions_of_the_code()
    assert unclear <= OPEN
    assert len(found) > 150
    assert (found | made_of_kinds()) - set(ACTS) == set()
    assert all(words[0].isupper() and words[-1] != "." for words in ACTS.values())


AT_HOME = {"family_name": "Carrow", "address": "1 Mill Lane\nTownsville", "postcode": "TE1 1ST"}


@pytest.fixture
def audited(db, service_id):
    """Two referrals with a story each, and an auditor."""
    with scope(service_id):
        team = make_team()
        one = waiting_referral(team)
        other = waiting_referral(team, LETTER + "2", patient={"family_name": "Brackenridge"})
        verbs.start_screening(referral=one, by=team.consultant)
        decided(one, team.consultant, "not_now")
        discussing.add_comment(referral=other, by=team.colleague, text="Ask Mr Brackenridge again")
        auditor = add_member(by=team.administrator, email="aud@example.nhs.uk", name="Aud Itor", role="auditor")
    looks = Client()
    looks.force_login(team.manager.user)
    for address in (reverse("triage:referral", args=[one.reference]), reverse("triage:worklist")):
        assert looks.get(address).status_code == 200
    client = Client()
    client.force_login(auditor.user)
    return team, one, other, client


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_auditor_begins_at_the_audit_and_sees_no_patient(audited):
    _, one, other, client = audited
    assert client.get("/")["Location"] == reverse("triage:audit")
    shown = words(client, reverse("triage:audit"))
    assert "the newest 20,000 at most" in shown, "who downloads it knows that it may not be all"
    shown += words(client, reverse("triage:audit-record", args=[one.reference]))
    shown += words(client, reverse("triage:audit-record", args=[other.reference]))
    shown += words(client, reverse("triage:audit-export"))
    for name in ("Ashcombe", "Brackenridge", "Leonard"):
        assert name not in shown
    assert client.get(reverse("triage:referral", args=[one.reference])).status_code == 403
    assert client.get(reverse("triage:audit-record", args=["2222-2222"])).status_code == 404


def test_one_records_page_tells_its_own_story_and_no_others(audited):
    team, one, other, client = audited
    shown = words(client, reverse("triage:audit-record", args=[one.reference]))
    for sentence in ("Signed a decision", "Signed a letter", "Looked at the referral"):
        assert sentence in shown, sentence
    assert team.manager.name in shown
    assert ACTS["comment.add"] not in shown
    its = words(client, reverse("triage:audit-record", args=[other.reference]))
    assert ACTS["comment.add"] in its
    assert "Looked at the worklist" in its
    assert "Looked at the worklist" not in shown  # it had ended, and stood on no list
    assert "Signed a decision" not in its


def test_who_saw_its_letters_in_the_post_stands_on_its_page(audited, service_id):
    team, _, other, client = audited
    with scope(service_id):
        one = waiting_referral(team, LETTER + "3", patient=AT_HOME)
        verbs.start_screening(referral=one, by=team.consultant)
        decided(one, team.consultant, "not_now")
    desk = Client()
    desk.force_login(team.administrator.user)
    assert desk.get(reverse("triage:post")).status_code == 200
    batch = desk.post(reverse("triage:print"))["Location"]
    assert desk.get(f"{batch}letters.pdf").status_code == 200
    seen = (ACTS["post.look"], ACTS["batch.open"])
    shown = words(client, reverse("triage:audit-record", args=[one.reference]))
    assert [sentence for sentence in seen if sentence not in shown] == []
    its = words(client, reverse("triage:audit-record", args=[other.reference]))
    assert [sentence for sentence in seen if sentence in its] == []


def test_it_is_narrowed_by_person_action_reference_and_days(audited):
    team, one, other, client = audited

    def listed(**asked: object) -> list[dict[str, str]]:
        table = words(client, reverse("triage:audit-export", query=asked))
        return list(csv.DictReader(io.StringIO(table)))

    everything = listed()
    assert {row["person"] for row in listed(person=team.colleague.pk)} == {"Dr Col League"}
    assert {row["action"] for row in listed(action="referral.look")} == {"referral.look"}
    assert {row["look_or_change"] for row in everything} == {"look", "change"}
    about = {row["reference"] for row in listed(reference=other.reference.lower())}
    assert other.reference in about
    assert one.reference not in about
    day = {"since-day": "1", "since-month": "1", "since-year": "2001"}
    assert len(listed(**day)) > len(everything)  # the exports so far came on top
    until = {"until-day": "1", "until-month": "1", "until-year": "2001"}
    assert listed(**until) == []
    for wrong in ({"reference": "nonsense"}, day | until | {"since-year": "2002"}):
        assert client.get(reverse("triage:audit", query=wrong)).status_code == 422


def test_looking_at_the_audit_is_itself_written_down(audited, service_id):
    team, one, _, client = audited
    client.get(reverse("triage:audit", query={"person": team.consultant.pk, "reference": one.reference}))
    client.get(reverse("triage:audit-record", args=[one.reference]))
    client.get(reverse("triage:audit-export", query={"action": "letter.sign"}))
    with scope(service_id):
        acts = AuditEntry.objects.filter(action__startswith="audit.").order_by("pk")
        assert list(acts.values_list("action", "by__user__name")) == [
            ("audit.look", "Aud Itor"), ("audit.record", "Aud Itor"), ("audit.export", "Aud Itor"),
        ]  # fmt: skip
        assert acts[0].detail == {"person": team.consultant.pk, "referral": one.pk}
        assert acts[2].detail["what"] == "letter.sign"
        assert acts[2].detail["entries"] >= 1
        assert set(acts.values_list("action", flat=True)) <= set(LOOKS)


def test_pages_follow_each_other_and_ask_as_often_however_much_there_is(audited, service_id):
    team, _, other, client = audited

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            words(client, reverse("triage:audit"))
        return len(asked)

    queries()
    few = queries()
    with scope(service_id):
        for number in range(60):
            discussing.add_comment(referral=other, by=team.colleague, text=f"Comment {number}")
    assert queries() <= few
    address, sizes = reverse("triage:audit"), []
    while address:
        page = words(client, address)
        sizes.append(page.count('data-label="When"'))
        further = re.search(r'href="(\?before=\d+)"', page)
        address = reverse("triage:audit") + further[1] if further else ""
    assert sizes[0] == 50
    with scope(service_id):  # what was written while the pages were turned stands on none of them
        assert sum(sizes) == AuditEntry.objects.count() - len(sizes)
    assert client.get(reverse("triage:audit", query={"before": "99999999"})).status_code == 404
    assert client.get(reverse("triage:audit", query={"before": "x"})).status_code == 404


def test_a_spreadsheet_takes_no_cell_for_a_formula():
    from painpath.triage.presenters.audit import _harmless

    assert [_harmless(one) for one in ("=1+1", "@x", "Dr A")] == ["'=1+1", "'@x", "Dr A"]
