"""Whatever is wrong with a pathway's files, the author is told the file, the line and the field, all at once."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath.pathway import Pathway, PathwayError, find, load
from painpath.pathway.findings import named_groups
from painpath.pathway.linting import lint
from painpath.pathway.problems import Problem
from painpath.reading.measured import STANDARD, named

ROOT = Path(__file__).parents[2]
FILES = ["service.yaml", "patients.yaml", "outcomes.yaml", "signposts.yaml", "criteria/1-inclusion.yaml"]


def change(file: Path, old: str, new: str) -> int:
    """Replace the first `old` in a file; the line (from 1) on which it stood."""
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new, 1))
    return before[: before.index(old)].count("\n") + 1


def said(problems: list[Problem], words: str) -> Problem:
    found = [problem for problem in problems if words in problem.message]
    assert found, f"nothing says {words!r}:\n" + "\n".join(map(str, problems))
    return found[0]


def test_the_pathway_of_southampton_and_portsmouth_has_no_problem(folder: Path) -> None:
    assert lint(folder, ROOT) == []


SERVICE, OUTCOMES, PATIENTS = "service.yaml", "outcomes.yaml", "patients.yaml"
NOTICES, MESSAGES = "notices.yaml", "messages.yaml"
IN, EX = "criteria/1-inclusion.yaml", "criteria/2-exclusion.yaml"
FOR_ADULTS = "plain: Our service is for adults."


@pytest.mark.parametrize(
    ("file", "old", "new", "field", "words"),
    [
        ("signposts.yaml", "formats: [Phone]", "formats: []", "signposts[19].formats", "Say in which formats"),
        ("signposts.yaml", "    languages: [English]\n", "", "signposts[0].languages", "Say in which languages"),
        (
            "signposts.yaml",
            "    plain_reading: Not known\n",
            "",
            "signposts[0].plain_reading",
            "how hard it is to read",
        ),
        (SERVICE, "kind: email", "kind: pigeon", "contacts[0].kind", "Invalid enum value 'pigeon'"),
        (SERVICE, "plain_team: the Pain Team", "plain_tam: x", "plain_tam", "no such field"),
        (SERVICE, "locality: southampton", "locality: bristol", "contacts[0].locality", "`bristol` is not among"),
        (SERVICE, "id: portsmouth", "id: southampton", "localities[1].id", "used twice"),
        (SERVICE, "id: portsmouth", "id: Ports mouth", "localities[1].id", "matching regex"),
        (SERVICE, "needs: [ubrn]", "needs: []", "routes[0].needs", "UBRN"),
        (SERVICE, "decided_by: [consultant]", "decided_by: [porter]", "routes[0].decided_by", "`porter` is not among"),
        (SERVICE, "decided_by: [consultant]", "decided_by: []", "routes[0].decided_by", "Name the grades"),
        (SERVICE, "needs: [circumstances]", "needs: []", "routes[2].needs", "circumstances"),
        (OUTCOMES, "days: 84", "days: soon", "outcomes[5].due.days", "Expected `int`"),
        (OUTCOMES, "days: 84", "days: 0", "outcomes[5].due.days", "`int` >= 1"),
        (OUTCOMES, "  - id: withdraw", "  - id: vanish", "outcomes[10].id", "Invalid enum value"),
        (MESSAGES, "We would still like", "We {diagnosis}", "messages[0].subject", "no field `diagnosis`"),
        (MESSAGES, "We would still like", "We {asked_on", "messages[0].subject", "braces are not right"),
        (MESSAGES, "We would still like", "You failed", "messages[0].subject", "do not say `failed`"),
        (MESSAGES, "Did you get there?", "Did you get to the clinic?", "messages[3].subject", "without `clinic`"),
        (MESSAGES, "That is all right.", "See www.example.com.", "messages[0].text", "Put no link"),
        (MESSAGES, "We would still like", "About {team}, we", "messages[0].subject", "no field but `{reference}`"),
        (
            IN,
            "signpost: rheumatology",
            "signpost: rhubarb",
            "criteria[6].outcomes[0].signpost",
            "`rhubarb` is not among",
        ),
        (EX, "mirror_of: adult", "mirror_of: adults", "criteria[8].mirror_of", "`adults` is not among"),
        (EX, "    exception: A clear stab", "    #", "criteria[10].exception", "say in words"),
        (EX, "    case_by_case: true", "", "criteria[9].case_by_case", "case_by_case: true"),
        (IN, FOR_ADULTS, "plain: You are not eligible.", "criteria[0].plain", "without `eligible`"),
        (IN, FOR_ADULTS, "plain: See the MSK.", "criteria[0].plain", "Write `MSK` out"),
        (IN, FOR_ADULTS, f"plain: One {'two ' * 26}end.", "criteria[0].plain", "28 words"),
        (NOTICES, "News about your", "Pain news about your", "notices.letter_coming.plain_subject", "without `Pain`"),
        (
            NOTICES,
            "plain_subject: Your code",
            "plain_subject: Code {code}",
            "notices.code_by_email.plain_subject",
            "without fields",
        ),
        (NOTICES, "We enclose a letter.", "See www.example.com.", "notices.enclosed.plain_text", "Put no link"),
        (
            NOTICES,
            "Our reference is {reference}. This",
            "{patient_name} This",
            "notices.letter_coming.plain_text",
            "no field `patient_name`",
        ),
        (NOTICES, "Your code is {code}.", "Hello.", "notices.code_by_email.plain_text", "Put `{code}` in"),
        (NOTICES, "its reference is {reference}", "it is here", "notices.receipt.plain_text", "Put `{reference}` in"),
        (NOTICES, "We enclose a letter.", "By {by}.", "notices.enclosed.plain_text", "Only the receipt has `{by}`"),
        (NOTICES, "We enclose a letter.", "Use {code}.", "notices.enclosed.plain_text", "Only the message with a code"),
        (
            NOTICES,
            "Do not give it to anybody.",
            "Do not give it to anybody " * 4,
            "notices.code_by_sms.plain_text",
            "160",
        ),
        (NOTICES, "need your date of birth", "need “born”", "notices.letter_online_sms.plain_text", "hold no “ ”"),
        (
            NOTICES,
            "There is a letter for you online.\n\n",
            "The pain clinic.\n\n",
            "notices.letter_online.plain_text",
            "without `clinic`",
        ),
        (PATIENTS, "criteria: [seeking-cure", "criteria: [nothing, seeking-cure", "readiness[0].criteria", "`nothing`"),
    ],
)
def test_one_thing_wrong_is_told_with_its_file_line_and_field(
    copy: Path, file: str, old: str, new: str, field: str, words: str
) -> None:
    line = change(copy / file, old, new)
    problem = said(lint(copy), words)
    assert (problem.file, problem.field) == (copy / file, field)
    around = (copy / file).read_text().splitlines()[problem.line - 1]
    if field.rpartition(".")[2] in around and not around.rstrip().endswith(("|", "|-", ":")):
        assert problem.line == line
    else:  # the value, or the whole list, begins on the line that is named
        assert line - 60 <= problem.line <= line + 12
    assert str(problem).startswith(f"{copy / file}:{problem.line}: {field}: ")


def test_all_problems_are_told_at_once(copy: Path) -> None:
    change(copy / "service.yaml", "kind: email", "kind: pigeon")
    change(copy / "service.yaml", "    label: Email", "    lable: Email")
    change(copy / "outcomes.yaml", "days: 84", "days: soon")
    change(copy / "criteria/1-inclusion.yaml", "    kind: computed\n", "")
    found = {problem.field for problem in lint(copy)}
    assert found == {
        "contacts[0].kind", "contacts[0].lable", "contacts[0].label", "outcomes[5].due.days", "criteria[0].kind",
    }  # fmt: skip
    with pytest.raises(PathwayError) as raised:
        load(copy)
    assert {problem.field for problem in raised.value.problems} == found


def test_the_line_is_that_of_the_field(copy: Path) -> None:
    line = change(copy / "criteria/2-exclusion.yaml", "    kind: look_up", "    kind: guess")
    assert said(lint(copy), "guess").line == line


def test_a_missing_field_is_told_at_the_thing_it_belongs_to(copy: Path) -> None:
    change(copy / "criteria/2-exclusion.yaml", "    plain_change: You can be referred to us when you are 18.\n", "")
    problem = said(lint(copy), "This field is missing")
    assert problem.field == "criteria[8].plain_change"
    assert (copy / "criteria/2-exclusion.yaml").read_text().splitlines()[problem.line - 1].strip() == "- id: under-18"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("contacts: [", "not valid YAML"),
        ("a: 1\n\tb: 2", "not valid YAML"),
        ("- a\n- b\n", "must consist of fields"),
        ("", "must consist of fields"),
        ("podcasts: &a []\nstages: *a\n", "aliases"),
        ("podcasts:\n  - &x [*x]\n", "aliases"),
        ("version: 2026-01\n", "stands in"),
        ("version: 1\nversion: 2\n", "given twice"),
        ("nonsense: 1\n", "no such field"),
        ("digest: abc\n", "the program sets it"),
        ("podcasts:\n  - 2026-99-99\n", "not valid YAML"),
        ("podcasts: [{heading: a, heading: b}]\n", "given twice"),
        ("podcasts: !!python/object/apply:os.system [ls]\n", "not valid YAML"),
        ("{}\n---\n{}\n", "not valid YAML"),
        ("? [a, b]\n: 1\n", "not valid YAML"),
        ("stages: []\nstages: []\n", "given twice"),
        ('podcasts: ["\\u202eno"]\n', "U+202E turns the direction"),
        ('{"\\U00002067no": 1}\n', "U+2067 turns the direction"),
        ("podcasts: []  # \u202e\n", "U+202E turns the direction"),
    ],
)
def test_a_bad_file_is_told_by_name(copy: Path, content: str, words: str) -> None:
    (copy / "x-extra.yaml").write_text(content)
    assert said(lint(copy), words).file == copy / "x-extra.yaml"


def test_a_file_that_is_not_utf8_is_told(copy: Path) -> None:
    (copy / "x-extra.yaml").write_bytes("stages: [é]".encode("latin-1"))
    assert said(lint(copy), "Save it as UTF-8").line == 0


def test_a_contact_in_another_text_is_told(copy: Path) -> None:
    change(copy / "patients.yaml", "through your GP.", "through your GP. Or SouthamptonPainTeam@solent.nhs.uk works.")
    assert said(lint(copy), "Take it out of this text").field == "statements[0].plain"


def test_a_contact_for_nobody_is_told(copy: Path) -> None:
    change(copy / "service.yaml", "    locality: southampton\n", "")
    assert said(lint(copy), "Say who may see this contact").field == "contacts[0]"


def test_an_exclusion_without_an_outcome_is_told(copy: Path) -> None:
    file = copy / "criteria/2-exclusion.yaml"
    text = file.read_text()
    file.write_text(re.sub(r"    outcomes:\n      - outcome: withdraw\n        why: .*\n", "", text))
    assert said(lint(copy), "no criterion closes the door").field == "criteria[16].outcomes"


def test_a_missing_outcome_is_told(copy: Path) -> None:
    file = copy / "outcomes.yaml"
    text = file.read_text()
    start, end = text.index("  - id: withdraw"), text.index("stages:")
    file.write_text(text[:start] + text[end:])
    assert said(lint(copy), "The outcome `withdraw` has no entry").field == "outcomes"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_value_is_put_anywhere_the_author_gets_a_problem_and_no_crash(copy: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    file = copy / name
    file.write_bytes((find("southampton-portsmouth") / name).read_bytes())
    content = yaml.safe_load(file.read_text())
    here = content
    while True:
        key = data.draw(st.sampled_from(range(len(here)) if isinstance(here, list) else sorted(here)))
        if not isinstance(here[key], list | dict) or not here[key] or data.draw(st.integers(0, 3)) == 0:
            break
        here = here[key]
    here[key] = data.draw(
        st.none() | st.integers() | st.text() | st.lists(st.integers(), max_size=2) | st.just({"a": {}})
    )
    file.write_text(yaml.safe_dump(content, allow_unicode=True))
    for problem in lint(copy):
        assert problem.message
        assert problem.line >= 0
    file.write_bytes((find("southampton-portsmouth") / name).read_bytes())


def test_the_values_that_rules_name_are_those_that_the_reader_finds(pathway: Pathway) -> None:
    groups = {group.id for group in pathway.vocabulary}
    groups |= {band.gives for group in pathway.vocabulary if group.score for band in group.score.bands}
    values = named_groups(pathway) - groups
    assert {name for name, _ in (*STANDARD.ages, *STANDARD.durations)} == values
    assert named(values) == STANDARD


def test_a_rule_for_a_finding_that_nothing_finds_is_told(copy: Path) -> None:
    (copy / "x-extra.yaml").write_text(
        "evidence:\n"
        "  - criterion: adult\n"
        "    rules:\n"
        "      - {when: [age-under-18], speaks: against, why: under 18}\n"
        "      - {when: [age-under-18], nowhere: [no-such-group], speaks: against, why: under 18}\n"
    )
    problem = said(lint(copy), "no group `no-such-group`")
    assert (problem.file, problem.line) == (copy / "x-extra.yaml", 5)
    assert problem.field.endswith("rules[1].nowhere")


GROUP = """vocabulary:
  - id: gout-flare
    comment: A flare.
    examples: [Gout flare.]
    phrases:
      - gout flare
"""
CONTEXT = "contexts:\n  - {id: odd, tag: absent, why: ruled out, comment: Odd., "


@pytest.mark.parametrize(
    ("content", "line", "field", "words"),
    [
        (GROUP + "      - (gout|acute gout flare\n", 7, "phrases[1]", "never closed"),
        (GROUP + "      - gout) flare\n", 7, "phrases[1]", "do not match"),
        (GROUP + "      - gout | flare\n", 7, "phrases[1]", "must stand in brackets"),
        (GROUP + "      - (acute)? gout\n", 7, "phrases[1]", "not used like this"),
        (GROUP + "      - gout..flare\n", 7, "phrases[1]", "not used like this"),
        (GROUP + "      - gout ... [flare]\n", 7, "phrases[1]", "words on both sides"),
        (GROUP + '      - "\\u00ad"\n', 7, "phrases[1]", "words on both sides"),
        (GROUP.replace("[Gout flare.]", "[]"), 4, "examples", "must be found"),
        (GROUP.replace("      - gout flare", "      []"), 5, "phrases", "never found"),
        (GROUP.replace("    comment: A flare.\n", ""), 2, "comment", "missing"),
        (GROUP.replace("A flare.", "' '"), 3, "comment", "matching regex"),
        (GROUP.replace("gout-flare", "psychosis"), 2, "id", "used twice"),
        (CONTEXT + "phrases: [nix], after: 2}\n", 2, "examples", "in which this says"),
        (CONTEXT + "phrases: [nix], examples: [Nix gout.]}\n", 2, "", "reaches nothing"),
        (CONTEXT + "phrases: ['(nix'], after: 2, examples: [Nix gout.]}\n", 2, "phrases[0]", "never closed"),
        (CONTEXT + "phrases: [nix], after: 2, only: [gowt], examples: [Nix gout.]}\n", 2, "only", "no group `gowt`"),
        (CONTEXT.replace("absent", "gone") + "phrases: [nix]}\n", 2, "tag", "gone"),
        ("sections:\n  - {id: odd, why: odd, heads: [odd .. head]}\n", 2, "heads[0]", "as a whole"),
    ],
)
def test_a_fault_of_the_vocabulary_is_told(copy: Path, content: str, line: int, field: str, words: str) -> None:
    (copy / "x-extra.yaml").write_text(content)
    problem = said(lint(copy), words)
    assert (problem.file, problem.line) == (copy / "x-extra.yaml", line)
    assert problem.field.endswith(field)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("when: [no-such-group]", "no group `no-such-group`"),
        ("when: [pain], beside: [pane]", "no group `pane`"),
        ("when: [pain], tags: [gone]", "gone"),
        ("when: [pain], unless: [gone]", "gone"),
        ("when: [pain], any_tag: [gone]", "gone"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_told(copy: Path, rule: str, words: str) -> None:
    (copy / "x-extra.yaml").write_text(
        f"evidence:\n  - criterion: adult\n    rules:\n      - {{{rule}, speaks: against, why: odd}}\n"
    )
    problem = said(lint(copy), words)
    assert (problem.file, problem.line) == (copy / "x-extra.yaml", 4)


def test_a_pathway_with_a_phrase_that_cannot_be_read_does_not_load(copy: Path) -> None:
    (copy / "x-extra.yaml").write_text(GROUP + "      - (gout|acute gout flare\n")
    with pytest.raises(PathwayError, match=r"x-extra\.yaml:7: .*never closed"):
        load(copy)


def test_a_vocabulary_file_that_is_not_yaml_is_told_alone(copy: Path) -> None:
    (copy.parent / "shared/vocabulary/mind.yaml").write_text("vocabulary:\n  - [psychosis] (active)\n")
    problems = lint(copy)
    assert [(problem.file.name, problem.line) for problem in problems] == [("mind.yaml", 2)]


def test_a_questionnaire_that_does_not_fit_is_told_with_its_line(copy: Path) -> None:
    own, shared = copy / "questionnaires/about-your-pain.json", copy.parent / "shared/questionnaires"
    line = change(own, '"linkId": "waiting"', '"linkId": "waiting", "enablewhen": []')
    change(own, '"valueCode": "self-exclusion"', '"valueCode": "self-inclusion"')
    change(own, "How did your pain start?", "Why did your MRI fail?")
    change(shared / "peg.json", "answer.value.avg()", "answer.value.first() / 0")
    change(shared / "phq-4.json", '"id": "phq-4"', '"id": "phq-2"')
    (shared / "gad-7.json").write_bytes(b"\xff{")
    change(copy / SERVICE, "[about-your-pain, peg, phq-4]", "[about-your-pain, peg, phq-4, bpi]")
    problems = lint(copy)
    problem = said(problems, "no 'enablewhen' here")
    assert (problem.file, problem.line, problem.field) == (own, line, "waiting")
    assert said(problems, "The calculation gives nothing").file.name == "peg.json"
    assert said(problems, "Give it the id phq-4").file.name == "phq-4.json"
    assert said(problems, "not JSON text in UTF-8").file.name == "gad-7.json"
    assert said(problems, "holds no questions yet").file.name == "bpi.json"
    change(own, '"linkId": "waiting", "enablewhen": []', '"linkId": "waiting"')
    problems = lint(copy)
    assert said(problems, "There is no criterion `self-inclusion`").field == "want"
    assert said(problems, "Write `MRI` out").field == "how-began"
    assert said(problems, "Say it without `fail`").field == "how-began"


def test_a_questionnaire_that_a_version_asks_for_must_be_there(copy: Path) -> None:
    change(copy / SERVICE, "[about-your-pain, peg, phq-4]", "[about-my-pain]")
    assert said(lint(copy), "`about-my-pain` is not among").field == "questionnaires[0].forms"
