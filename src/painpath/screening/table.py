"""A screening as a table that a clinician can read."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from painpath.pathway.model import Pathway
from painpath.screening.model import Certainty, CriterionScreening, Evidence, Screening, Speaks, State

_GROUPS = (
    ("Needs judgement", "bold magenta"),
    ("Speaks against", "bold red"),
    ("Can be seen, helped less", "bold magenta"),
    ("Against a programme or class", "bold magenta"),
    ("Not stated", "bold yellow"),
    ("Speaks for", "bold green"),
)
_SIDES = {Speaks.FOR: ("+", "green"), Speaks.AGAINST: ("-", "red"), Speaks.MENTION: ("·", "dim")}
ALERTS = {
    "red_flag": "Red flag",
    "suicide_self_harm": "Suicide or self-harm",
    "safeguarding": "Safeguarding",
    "urgent_deterioration": "Urgent deterioration",
}


def group_of(item: CriterionScreening, pathway: Pathway) -> str:
    """Under which heading a criterion is shown. With an exception: judgement as soon as anything speaks against."""
    against = any(evidence.speaks is Speaks.AGAINST for evidence in item.evidence)
    if item.state is State.MIXED or (item.case_by_case and against):
        return "Needs judgement"
    if item.state is State.AGAINST and (bears := pathway.bears_on(pathway.criterion(item.id))) != "referral":
        return "Can be seen, helped less" if bears == "limited" else "Against a programme or class"
    return {State.AGAINST: "Speaks against", State.NOT_STATED: "Not stated", State.FOR: "Speaks for"}[item.state]


def show(name: str, result: Screening | str, pathway: Pathway, console: Console | None = None) -> None:
    """Print the screening of one letter, or the sentence that says why it could not be read."""
    console = console or Console(highlight=False)
    console.rule(Text(name, style="bold"), align="left")
    if isinstance(result, str):
        console.print(Text(result, style="bold red"))
        return
    _top(console, result, pathway)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), expand=False)
    table.add_column(max_width=34)
    table.add_column(overflow="fold")
    for heading, style in _GROUPS:
        items = [item for item in result.criteria if group_of(item, pathway) == heading]
        if items:
            table.add_row(Text(f"{heading} ({len(items)})", style=style), "")
        for item in items:
            criterion = pathway.criterion(item.id)
            words = [_words(evidence) for evidence in item.evidence]
            if heading == "Needs judgement" and criterion.exception:
                words.append(Text(f"Exception: {criterion.exception}", style="italic"))
            table.add_row(Text(f"  {criterion.name}"), Text("\n").join(words))
    console.print(table)
    for one in result.combinations:
        tied = pathway.combination(one.id)
        console.print(Text(f"{tied.name}: {one.state.value.replace('_', ' ')} ({tied.how} of {', '.join(tied.of)})"))
    console.print(Text("A reading aid with the letter's own words. A clinician decides.", style="dim"))


def _top(console: Console, result: Screening, pathway: Pathway) -> None:
    who = result.identifiers
    stated = [value.quote for value in (who.name, who.date_of_birth, who.nhs_number) if value]
    if stated:
        console.print(Text(" · ".join(" ".join(words.split()) for words in stated)))
    console.print(
        Text(f"{pathway.service}, version {result.version}; ages as of {result.written_on:%-d %B %Y}", style="dim")
    )
    for page in result.unread:
        console.print(
            Text(
                f"Page {page.page} was not read: {page.reason} Nothing below takes it into account.",
                style="bold yellow",
            )
        )
    for alert in result.alerts:
        doubt = " (uncertain)" if alert.certainty is Certainty.UNCERTAIN else ""
        console.print(Text(f"! {ALERTS[alert.kind]}{doubt}: “{_line(alert.quote)}”", style="bold red"))


def _words(evidence: Evidence) -> Text:
    sign, style = _SIDES[evidence.speaks]
    return Text.assemble((f"{sign} ", style), f"“{_line(evidence.quote)}”", (f"  {evidence.why}", "dim"))


def _line(quote: str) -> str:
    return " ".join(quote.split())
