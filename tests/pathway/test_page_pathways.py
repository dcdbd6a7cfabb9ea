"""A page becomes a whole pathway: it compiles, what is open is all that is wrong, and settled it screens letters."""

import re
from pathlib import Path

import pytest
import yaml

from painpath import cli
from painpath.pathway import Pathway
from painpath.pathway.draft_files import compile_draft
from painpath.pathway.drafting import Finder, propose
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.writing import write
from painpath.pathway.loading import find, load
from painpath.reading.clauses import finder
from tests.pathway import drafts, settled
from tests.pathway.test_page_drafts import EACH, OTHER, THERE, page


@pytest.fixture(scope="module")
def reader() -> Finder:
    return finder(load(find("southampton-portsmouth")))


@THERE
@pytest.mark.parametrize("file", [drafts.PAGES[0], drafts.PAGES[2], drafts.PAGES[3]], ids=lambda file: file.stem)
def test_a_page_is_written_as_a_pathway_of_which_only_open_points_are_wrong(file: Path, reader: Finder) -> None:
    proposal = propose(page(file), reader)
    compiled = compile_draft("new", write(proposal, "new"))
    assert compiled.pathway is not None
    assert [str(one) for one in compiled.problems if not one.field.startswith("unsettled")] == []
    # Every criterion, and whatever the page leaves open, waits for a person.
    criteria = {one.id for one in compiled.pathway.criteria}
    about = [one.about for one in compiled.pathway.unsettled]
    assert {f"criteria[{one}]" for one in criteria} <= set(about)
    assert len(compiled.problems) == len(about) >= len(criteria) + len(proposal.unsettled)


@THERE
@EACH
def test_a_settled_page_is_a_running_pathway(file: Path, reader: Finder) -> None:
    compiled = settled.settled(file, page(file), reader)
    assert [str(one) for one in compiled.problems] == []
    assert compiled.pathway is not None
    seen: set[str] = set()
    for one in settled.letters(file):
        screening = settled.read(one["letter"], compiled.pathway)
        states = {item.id: item.state for item in (*screening.criteria, *screening.combinations)}
        assert {name: str(states[name]) for name in one["states"]} == one["states"], one["letter"]
        seen |= {state for name, state in one["states"].items() if name in {item.id for item in screening.criteria}}
    assert seen >= {"for", "against", "mixed"}


@THERE
@EACH
def test_published_words_and_shapes_reach_the_pathway(file: Path, reader: Finder) -> None:
    wanted = drafts.labels(file)
    pathway = settled.settled(file, page(file), reader).pathway
    assert pathway is not None
    words = [drafts.normal(one) for criterion in pathway.criteria for one in criterion.published]
    criteria = [one for one in wanted["clauses"] if one["kind"] in ("inclusion", "exclusion", "priority")]
    assert all(any(drafts.normal(one["words"]) in said for said in words) for one in criteria)
    assert [one.id for one in pathway.priorities if one.default] == [
        one["id"] for one in wanted.get("classes", ()) if one.get("default")
    ]
    asked = [one for one in wanted["clauses"] if one["kind"] in ("required", "consent")]
    assert len(pathway.required) == len(asked)
    limited = {one["words"] for one in criteria if one.get("tier") == "limited"}
    assert sum(one.tier == "limited" for one in pathway.criteria) == len(limited)


ELSEWHERE = """\
Harbour rehabilitation team

Exclusions
- people under 18 (refer to the children's team on 01632 960 111)
- a fracture in the last 6 weeks, who are seen by the plaster clinic
- a Harbour Walking Scale below 3
- living outside HB1 to HB3; or
- people who want equipment

How soon we see people
Urgent - falls in the last week: 2 working days
Routine - everybody else: 6 weeks
"""


def test_where_a_page_sends_people_is_in_the_pathway_and_waits_for_its_author() -> None:
    proposal = propose(ELSEWHERE)
    compiled = compile_draft("new", write(proposal, "new"))
    assert [str(one) for one in compiled.problems if not one.field.startswith("unsettled")] == []
    pathway = compiled.pathway
    assert pathway is not None
    named = {one.name: one for one in pathway.signposts if one.id.startswith("page-")}
    assert [way.value for way in named["Children's team"].ways] == ["01632 960 111"]
    (plaster,) = named["Plaster clinic"].criteria
    (pointer,) = pathway.criterion(plaster).outcomes
    assert (pointer.outcome, pointer.signpost) == ("redirect", "page-plaster-clinic")
    assert pathway.catchment is not None
    assert pathway.catchment.postcodes == ("HB1", "HB2", "HB3")
    dues = [(one.target.days, one.target.unit) for one in pathway.priorities if one.target]
    assert dues == [(2, "working_days"), (42, "days")]
    # Whether it is right, where others go, and how far the scale reaches: no page says it, so a person does.
    assert sorted(one.why for one in proposal.unsettled) == ["elsewhere", "elsewhere", "elsewhere", "range"]
    assert sum("sends people to" in one.words for one in pathway.unsettled) == 2


def spoken_words(files: dict[str, str]) -> list[str]:
    """Every text of a pathway that is not the page's own and no id, one by one."""
    found: list[str] = []

    def take(name: str, one: object) -> None:
        if isinstance(one, dict):
            for key, inside in one.items():
                take(str(key), inside)
        elif isinstance(one, list):
            for inside in one:
                take(name, inside)
        elif isinstance(one, str) and name not in ("id", "published", "see"):
            found.append(one)

    for path, text in files.items():
        if path.endswith(".yaml"):
            take("", yaml.safe_load(text))
        elif path.endswith(".typ"):
            found.append(text)
    return found


@pytest.mark.parametrize("stem", ["32_weight_management", "33_memory_clinic"])
def test_no_text_of_a_service_speaks_of_pain_when_its_page_does_not(stem: str) -> None:
    page = (drafts.LABELS / "unseen" / f"{stem}.txt").read_text(encoding="utf-8")
    files = write(propose(page), "new")
    assert [words for words in spoken_words(files) if re.search(r"\bpain", words.replace("painpath", ""), re.I)] == []
    assert [words for words in spoken_words(files) if "<<" in words or "||" in words] == []
    compiled = compile_draft("new", files)
    assert [str(one) for one in compiled.problems if not one.field.startswith("unsettled")] == []
    assert compiled.pathway is not None
    assert compiled.pathway.letters.takes_seriously == "what you live with is real"
    patient = [one for one in compiled.pathway.letters.texts if one.audience == "patient"]
    assert all(
        "what you live with is real" in " ".join(part.text or "" for part in one.opening).lower() for one in patient
    )
    subject = "memory" if "memory" in stem else "weight"
    assert any(f"your {subject}" in words for words in spoken_words(files))
    assert [one.id for one in compiled.pathway.patient_pages.pages if "pain" in one.id] == []


def test_an_author_says_what_the_service_helps_with_and_a_pain_clinic_speaks_of_pain() -> None:
    page = "Exclusions\n- under 18\n"
    odd = 'sleep: "x" >> [y]'
    for said, words in ((None, "your health"), (odd, "your sleep x y"), ("back pain", "your back pain")):
        files = write(propose(page), "new", Answers(subject=said))
        assert any(words in one for one in spoken_words(files))
        assert any("Your pain is real" in one for one in spoken_words(files)) == (said == "back pain")
    assert propose("Hill pain and fatigue clinic\n\n" + page).subject == "pain"
    assert propose("Hill clinic\n\n" + page).subject is None


@pytest.mark.parametrize(
    ("bullet", "said"),
    [
        ("waiting for a scan or an operation", "Our page names this: “waiting for a scan or an operation”."),
        ("HADS depression score over 11", "one of the reasons on our list"),
        ("at risk of suicide", "one of the reasons on our list"),
        ("unresolved hypothyroidism", "one of the reasons on our list"),
        ("stairs are hard (refer to physiotherapy)", "one of the reasons on our list"),
    ],
)
def test_words_for_patients_are_the_pages_own_where_they_are_plain(bullet: str, said: str) -> None:
    proposal = propose(f"A clinic\n\nExclusions\n- {bullet}\n")
    files = write(proposal, "new")
    (criterion,) = yaml.safe_load(files["criteria/2-exclusion.yaml"])["criteria"]
    assert said in criterion["plain_against"]
    general = [one for one in yaml.safe_load(files["shapes.yaml"])["unsettled"] if "words for patients" in one["words"]]
    assert bool(general) == ("our list" in said)


def test_an_author_corrects_and_the_rest_stands_by_itself(reader: Finder) -> None:
    """One compilation for: crisis numbers, a hostile name, a clause that is none, and one of another kind."""
    proposal = propose("Exclusions\n- under 18\n- no interest in groups\n- a pacemaker\n", reader)
    under, groups, pacemaker = proposal.clauses
    said = Answers(
        service='A "quoted" \\ name: [y] {{ 7 }}\nkey: 1',
        clauses={
            groups.id: ClauseAnswer(leave_out=True),
            pacemaker.id: ClauseAnswer(kind="red_flag", fields={"urgency": "urgent"}),
        },
    )
    pathway = compile_draft("new", write(proposal, "new", said)).pathway
    assert pathway is not None
    assert [(one.id, one.group) for one in pathway.criteria] == [(pacemaker.id, "red_flag"), (under.id, "exclusion")]
    assert pathway.service == 'A "quoted" \\ name: [y] {{ 7 }} key: 1'
    # The words of what was left out are kept all the same.
    assert any("no interest in groups" in one for one in pathway.beside_criteria)
    assert numbers(pathway) == numbers(load(find("southampton-portsmouth")))


def numbers(pathway: Pathway) -> set[tuple[str, str | None]]:
    """Whom to call in a crisis."""
    return {(one.id, way.value) for one in pathway.signposts if one.kind in ("crisis", "emergency") for way in one.ways}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shared = find("southampton-portsmouth").parent / "shared"
    (tmp_path / "shared").symlink_to(shared, target_is_directory=True)
    (tmp_path / "page.txt").write_text(OTHER, encoding="utf-8")
    return tmp_path


def test_the_command_writes_a_folder_and_says_what_to_do(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["pathway", "new", "hillside", "--from", f"{home / 'page.txt'}", "--to", f"{home}", "--service", "Hillside"]
    with pytest.raises(SystemExit) as done:
        cli.main(given)
    said = capsys.readouterr()
    assert (done.value.code, said.err) == (0, "")
    assert "age: under 16 years" in said.out
    assert "What to do next" in said.out
    assert load(home / "hillside").service == "Hillside"
    with pytest.raises(SystemExit) as done:
        cli.main(["pathway", "lint", f"{home / 'hillside'}"])
    assert done.value.code == 1  # nothing is published before it is settled
    assert "Settle this about" in capsys.readouterr().err
    with pytest.raises(SystemExit) as done:
        cli.main(given)
    assert done.value.code == 1
    assert "is not written over" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Not A Name", "Exclusions\n- x\n", "small letters"),
        ("empty", "Nothing here asks anything.", "No list and no sentence"),
        ("bytes", b"\xff\xfe\x00", "not text in UTF-8"),
    ],
)
def test_the_command_says_why_it_wrote_nothing(
    home: Path, name: str, text: str | bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "other.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SystemExit) as done:
        cli.main(["pathway", "new", name, "--from", f"{file}", "--to", f"{home}"])
    assert done.value.code == 1
    assert said in capsys.readouterr().err
    assert sorted(one.name for one in home.iterdir()) == ["other.txt", "page.txt", "shared"]
