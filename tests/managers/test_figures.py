"""The pages of figures: every figure and group, every file, what is hidden, what is audited, how many queries."""

import csv
import io
import re
from html import unescape

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry, Membership, Service, User
from painpath.accounts.scope import scope
from painpath.figures import charts, periods
from painpath.figures.definitions import BY_ID, FIGURES
from painpath.figures.model import Split
from painpath.managers import telling
from painpath.managers.figure_forms import natural
from painpath.managers.presenters.figure_words import so_many
from painpath.measuring import counting, reading_figures
from painpath.measuring.models import Count
from painpath.postgres.owner import as_owner
from tests.managers.counted import counted

QUERIES = {"figures": 46, "figure": 20, "equity": 72, "missing": 27}
"""The most that each page asks, with session, scope, audit and savepoints."""


@pytest.fixture
def undrawn(monkeypatch):
    """Nothing is drawn where a test is not about drawings."""
    monkeypatch.setattr(charts, "svg", lambda *_: "<svg></svg>")


def rows_on(page: str) -> list[list[str]]:
    """The cells of the first table of a page, headings first."""
    body = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert body, page
    rows = re.findall(r"<tr>(.*?)</tr>", body[0], re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(cell).strip() for cell in row] for row in cells]


def addresses() -> list[tuple[str, str]]:
    """(figure, query) of every figure, and of every group by one figure that has it."""
    by_split = {split: figure.id for figure in FIGURES for split in figure.splits if split != natural(figure)}
    return [(figure.id, "") for figure in FIGURES] + [(name, f"?by={split}") for split, name in by_split.items()]


def test_every_figure_and_group_opens_with_a_file_that_equals_its_table(door, undrawn):
    team, sign_in = door
    client = sign_in(team.manager)
    for name, query in addresses():
        address = reverse("managers:figure", args=[name])
        answer = client.get(address + query)
        assert answer.status_code == 200, (name, query)
        page = answer.content.decode()
        shown = rows_on(page)
        assert len(shown) > 1, (name, query)
        files = {unescape(href) for href in re.findall(r'href="([^"]+download\.[^"]+)"', page)}
        assert len(files) >= 2
        for href in files:
            if "csv" in href:
                text = client.get(href).content.decode()
                assert list(csv.reader(io.StringIO(text))) == shown, href


@pytest.mark.parametrize("query", ["", "?by=practice", "?by=sex"])
def test_values_in_the_file_for_programs_are_those_of_the_table(door, undrawn, query):
    team, sign_in = door
    client = sign_in(team.manager)
    shown = rows_on(client.get(f"/figures/to_decision/{query}").content.decode())
    file = pq.read_table(io.BytesIO(client.get(f"/figures/to_decision/download.parquet{query}").content))
    about = {key.decode(): value.decode() for key, value in file.schema.metadata.items()}
    assert about["definition"] == BY_ID["to_decision"].definition
    assert {"from", "to", "as_of", "small_numbers"} <= set(about)
    medians = [row[2] for row in shown[1:]]
    for words, value in zip(medians, file.column("median").to_pylist(), strict=True):
        assert words == ("hidden" if value is None else f"{value:g}")


def test_every_chart_of_a_page_is_drawn_for_screen_and_phone_and_saved(door):
    team, sign_in = door
    client = sign_in(team.manager)
    page = client.get("/figures/to_decision/").content.decode()
    drawings = re.findall(r'<div class="painpath-chart__(wide|narrow)">(<svg.*?</svg>)</div>', page, re.DOTALL)
    assert [width for width, _ in drawings] == ["wide", "narrow"]
    assert all("style=" not in drawing for _, drawing in drawings), "the page's policy allows no style of its own"
    assert len(set(re.findall(r' id="([^"]+)"', "".join(drawing for _, drawing in drawings)))) >= 4
    png = client.get("/figures/to_decision/download.png")
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in png["Content-Disposition"]
    svg = client.get("/figures/outcomes/download.svg?by=practice")
    assert "attachment" in svg["Content-Disposition"]
    assert b"99.8%" in svg.content, "groups of practices stand in a funnel"
    small = client.get("/figures/volumes/line.svg")
    assert small["Content-Type"] == "image/svg+xml"
    assert "sandbox" in small["Content-Security-Policy"]
    assert small.content.startswith(b"<svg")


def test_what_is_hidden_is_hidden_everywhere(door):
    team, sign_in = door
    client = sign_in(team.manager)
    page = client.get("/figures/outcomes/?by=practice").content.decode()
    shown = rows_on(page)
    hidden = [row for row in shown if row[1] == "hidden"]
    assert len(hidden) >= 2
    assert all(set(row[1:]) == {"hidden"} for row in hidden)
    assert "Groups of fewer than 7 are hidden" in page
    assert all(int(row[1]) >= 7 and int(row[2]) >= 7 for row in shown[1:] if row not in hidden)
    file = pq.read_table(io.BytesIO(client.get("/figures/outcomes/download.parquet?by=practice").content)).to_pylist()
    assert [row["group"] for row in file if row["n"] is None] == [row[0] for row in hidden]
    drawing = client.get("/figures/volumes/download.svg?by=practice").content.decode()
    table = rows_on(client.get("/figures/volumes/?by=practice").content.decode())
    assert drawing.count(">hidden<") == sum(row[1] == "hidden" for row in table) > 1


def test_nothing_that_is_published_leaves_one_possibility(door, service_id):
    """Whoever takes every file and every total: each column of each table leaves at least two hidden rows, which share
    what the rows that are shown leave over, and that is as much as a group that would be shown."""
    team, sign_in = door
    client, tried = sign_in(team.manager), 0
    for figure in FIGURES:
        for split in figure.splits:
            if split == natural(figure) or split in (Split.CLAUSE, Split.STATE):
                continue
            file = pq.read_table(io.BytesIO(client.get(f"/figures/{figure.id}/download.parquet?by={split}").content))
            with scope(service_id):
                whole = reading_figures.read(
                    team.service, figure.id, period=periods.half_years(clock.today())[0]
                ).groups[0]
            shares = "share" in file.column_names
            totals = {"n": whole.denominator if shares else whole.n} | (
                {"numerator": whole.numerator} if shares else {}
            )
            for column, total in totals.items():
                values = file.column(column).to_pylist()
                left = total - sum(value for value in values if value is not None)
                assert values.count(None) != 1, (figure.id, split)
                assert left == 0 or left >= 7 or values.count(None) == len(values), (figure.id, split, column)
                tried += values.count(None)
    assert tried > 20


def test_a_page_says_what_it_counts_and_up_to_when(door, undrawn):
    team, sign_in = door
    client = sign_in(team.manager)
    for figure in FIGURES:
        page = unescape(client.get(reverse("managers:figure", args=[figure.id])).content.decode())
        assert figure.definition in page
        assert figure.question in page
        assert "Counted up to" in page
    page = client.get("/figures/to_decision/").content.decode()
    assert "Making Data Count" in page
    assert page.count('<div class="painpath-scroll" tabindex="0" role="region"') == 1  # reached by keyboard on a phone
    assert page.count("data-label") == 0  # 24 months stay a table there: as cards they would be many screens
    assert "A change for the worse: " in page, "three months are slower than all before"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?period=soon", "Choose one of the periods in the list"),
        ("?by=shoe-size", "Choose one of the groups in the list"),
        ("?by=sex&half=2026-05", "Choose one of the half-years in the list. By group there are no other periods"),
    ],
)
def test_a_wrong_address_gets_a_sentence(door, undrawn, query, sentence):
    team, sign_in = door
    client = sign_in(team.manager)
    answer = client.get(f"/figures/volumes/{query}")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    for file in ("download.csv", "line.svg"):
        assert client.get(f"/figures/volumes/{file}{query}").status_code == 404


def test_what_there_is_none_of_is_not_found(door):
    team, sign_in = door
    client = sign_in(team.manager)
    for address in ("/figures/wait/", "/figures/volumes/download.exe", "/figures/kappa/line.svg",
                    "/figures/named_person/download.svg?by=sex", "/figures/delays/line.svg"):  # fmt: skip
        assert client.get(address).status_code == 404, address


def test_equity_and_what_is_missing(door, monkeypatch):
    team, sign_in = door
    client = sign_in(team.clinician if hasattr(team, "clinician") else team.consultant)
    page = unescape(client.get("/figures/equity/").content.decode())
    half = periods.half_years(clock.today())[0]
    assert f"{half.start:%B}" in page
    for heading in ("Deprivation of the area", "Age", "Sex", "Ethnicity", "Language", "Communication need", "Practice"):
        assert f">{heading}</h2>" in page
    assert "Within the limits of chance" in page
    assert "hidden" in page
    page = client.get("/figures/missing/").content.decode()
    rows = {row[0]: row[1:3] for row in rows_on(page)[1:]}
    assert rows["Sex"] == ["25%", "120"]
    assert rows["Ethnicity"] == ["hidden", "120"]
    assert rows["NHS number"] == ["hidden", "120"], "3 have one"
    assert (rows["Postcode"], rows["Postcode that is in the file of areas"]) == (["hidden", "120"], ["hidden", "120"])
    assert rows["Referrer"] == ["0%", "120"]
    assert "Groups of fewer than 7 are hidden" in page
    assert "could not be counted" not in page
    monkeypatch.setattr(counting, "set_aside", lambda service: 1)
    page = client.get("/figures/missing/?half=never")
    assert page.status_code == 422
    assert "1 referral could not be counted." in page.content.decode()


@pytest.mark.parametrize(("of_other", "told"), [(3, False), (9, True)])
def test_what_is_missing_tells_no_group_that_is_hidden_elsewhere(db, service_id, of_other, told):
    """8 of 81 without their sex are 10%, which is 8 and nothing else: with the total, the table by sex lies open."""
    half = periods.half_years(clock.today())[0]
    groups = {"female": 40, "male": 30, "other": of_other, "not_known": 8}
    with scope(service_id):
        service = Service.objects.get()
        cells = [("volumes", "", "", sum(groups.values())), ("quality", "", "", sum(groups.values()))]
        cells += [("volumes", "sex", group, n) for group, n in groups.items()] + [("quality", "missing", "sex", 8)]
        Count.objects.bulk_create(
            Count(service=service, grain="month", day=half.start, figure=figure, split=split, group=group, value=0, n=n)
            for figure, split, group, n in cells
        )
        by_sex = telling.tell(service, BY_ID["volumes"], half, Split.SEX)
        assert [one.count is not None for one in by_sex.groups if one.key in ("other", "not_known")] == [told, told]
        found, _ = telling.missing(service, half)
        assert [(one.n, shown) for one, shown in found if one.lack.key == "sex"] == [(8, told)]


def test_looks_and_files_are_audited_with_what_was_asked(door, undrawn, service_id):
    team, sign_in = door
    client = sign_in(team.administrator)
    client.get("/figures/?period=3")
    client.get("/figures/outcomes/?by=sex")
    client.get("/figures/outcomes/download.csv?by=sex")
    client.get("/figures/equity/")
    with scope(service_id):
        entries = AuditEntry.objects.filter(action__startswith="figures.").order_by("pk")
        assert [(one.action, one.by, one.detail) for one in entries] == [
            ("figures.look", team.administrator, {"period": "3"}),
            ("figures.look", team.administrator, {"figure": "outcomes", "split": "sex"}),
            ("figures.download", team.administrator, {"figure": "outcomes", "form": "csv", "split": "sex"}),
            ("figures.look", team.administrator, {"page": "equity"}),
        ]


def test_another_service_reads_its_own_counts(transactional_db, service_id):
    with scope(service_id):
        counted(Service.objects.get(pk=service_id))
    with as_owner():
        other = Service.objects.create(slug="elsewhere", name="Elsewhere")
    with scope(other.pk):
        user = User.objects.create_user("elsewhere@example.nhs.uk", "Else Where")
        Membership.objects.create(service=other, user=user, role="manager")
    client = Client()
    client.force_login(user)
    page = client.get("/figures/").content.decode()
    assert "Nothing has been counted yet" in page
    assert "No figure" in page
    for file in ("download.csv?by=practice", "download.csv?by=sex"):
        rows = client.get(f"/figures/outcomes/{file}").content.decode().splitlines()
        assert len(rows) == 1, rows


def asks(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_each_page_asks_little_of_the_database(door, undrawn):
    team, sign_in = door
    client = sign_in(team.manager)
    assert asks(client, "/figures/") <= QUERIES["figures"]
    for name, query in [("volumes", "?by=practice"), ("clauses_cited", "?by=clause"), ("information_requests", "")]:
        assert asks(client, f"/figures/{name}/{query}") <= QUERIES["figure"], (name, query)
    assert asks(client, "/figures/equity/") <= QUERIES["equity"]
    assert asks(client, "/figures/missing/") <= QUERIES["missing"]


def test_a_service_without_counts_says_so(db, service_id):
    from tests.referrals.conftest import make_team

    with scope(service_id):
        team = make_team()
    client = Client()
    client.force_login(team.manager.user)
    for address in ("/figures/", "/figures/equity/", "/figures/missing/", *(f"/figures/{one.id}/" for one in FIGURES)):
        answer = client.get(address)
        assert answer.status_code == 200, address
        said = answer.content.decode()
        assert "Nothing has been counted yet" in said, address
        assert "Counted up to" not in said, address
    assert client.get("/figures/volumes/?by=practice").status_code == 200


def test_one_thing_is_said_in_the_singular() -> None:
    assert so_many(1, "copies of letters") == "1 copy of letters"
    assert so_many(1, "questionnaires sent out") == "1 questionnaire sent out"
    assert so_many(2, "questionnaires sent out") == "2 questionnaires sent out"
