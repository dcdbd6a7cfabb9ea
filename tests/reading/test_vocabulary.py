"""Every example sentence of the vocabulary is a test of it."""

from datetime import date

import pytest

from painpath import pathway
from painpath.pathway.vocabulary import Context, Group
from painpath.reading.lexicon import Lexicon, compiled
from painpath.reading.model import Finding
from painpath.reading.reader import read

SERVICE = pathway.load(pathway.find("southampton-portsmouth"))
DAY = date(2026, 11, 2)


def findings(sentence: str, words: Lexicon) -> list[Finding]:
    return read(sentence, words, written_on=DAY, today=DAY).findings


ALWAYS = [group for group in SERVICE.vocabulary if not group.on_request]
ON_REQUEST = [group for group in SERVICE.vocabulary if group.on_request]


@pytest.fixture(scope="module")
def requested() -> Lexicon:
    """The groups that are found on request, as a pathway finds them that names all."""
    return Lexicon(ON_REQUEST, (), (), compiled(ON_REQUEST, (), (), SERVICE.lists))


@pytest.mark.parametrize(
    ("group", "sentence"), [(group, example) for group in ALWAYS for example in group.examples], ids=str
)
def test_a_group_is_found_in_its_examples(group: Group, sentence: str, words: Lexicon) -> None:
    gives = {group.id, *(band.gives for band in group.score.bands)} if group.score else {group.id}
    assert gives & {finding.id for finding in findings(sentence, words)}


@pytest.mark.parametrize(
    ("group", "sentence"), [(group, sentence) for group in ALWAYS for sentence in group.not_in], ids=str
)
def test_a_group_is_not_found_where_it_must_not_be(group: Group, sentence: str, words: Lexicon) -> None:
    assert group.id not in {finding.id for finding in findings(sentence, words) if not finding.marks}


@pytest.mark.parametrize("group", ON_REQUEST, ids=lambda group: group.id)
def test_what_is_found_on_request_is_found_by_those_who_name_it_alone(
    group: Group, requested: Lexicon, words: Lexicon
) -> None:
    for sentence in group.examples:
        assert group.id in {finding.id for finding in findings(sentence, requested)}, sentence
        assert group.id not in {finding.id for finding in findings(sentence, words)}
    for sentence in group.not_in:
        assert group.id not in {finding.id for finding in findings(sentence, requested)}, sentence


@pytest.mark.parametrize(
    ("context", "sentence"),
    [(context, example) for context in SERVICE.contexts for example in context.examples],
    ids=str,
)
def test_a_context_marks_a_finding_of_its_examples(context: Context, sentence: str, words: Lexicon) -> None:
    assert context.tag in {mark.tag for finding in findings(sentence, words) for mark in finding.marks}


def test_every_criterion_has_rules_or_a_mirror() -> None:
    with_rules = {evidence.criterion for evidence in SERVICE.evidence}
    assert {criterion.id for criterion in SERVICE.criteria if not criterion.mirror_of} == with_rules


def test_the_order_of_the_lists_makes_no_difference(words: Lexicon) -> None:
    turned = (SERVICE.vocabulary[::-1], SERVICE.contexts[::-1], SERVICE.sections[::-1])
    backwards = Lexicon(*turned, compiled(*turned, SERVICE.lists[::-1]))
    sentence = "Nil depression. ?fibromyalgia. Physio without benefit; awaiting an MRI. Her mother had breast cancer."
    assert findings(sentence, words) == findings(sentence, backwards)


def test_a_phrase_that_cannot_be_read_is_named_and_not_a_crash() -> None:
    group = Group(id="gout-flare", comment="A flare.", phrases=("gout", "(gout"), examples=("Gout.",))
    with pytest.raises(pathway.PathwayError, match=r"gout-flare: “\(gout”.*never closed"):
        compiled([group], [], [])
