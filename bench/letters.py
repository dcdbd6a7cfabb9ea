"""Letters out: drafted, checked and set as PDF/UA, beside the drafting alone."""

from kit import medians, seconds, show

from painpath import pathway
from painpath.letters.checking import checks
from painpath.letters.drafting import draft
from painpath.letters.pdf import render_pdf
from painpath.letters.rendering import FORMS, render
from painpath.letters.sample import sample_facts
from painpath.pathway.letters import Audience

BOTH: tuple[Audience, ...] = ("patient", "gp")
ROUNDS = 5


def main() -> None:
    """Print the table."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    facts = [sample_facts(service, outcome.id, locality="southampton") for outcome in service.outcomes]
    drafts = [(draft(one, audience, service), one) for one in facts for audience in BOTH]
    first = seconds(lambda: render_pdf(drafts[0][0]))
    taken = medians(
        [
            lambda: [draft(one, audience, service) for one in facts for audience in BOTH],
            lambda: [checks(letter, one, service) for letter, one in drafts],
            lambda: [render_pdf(letter) for letter, _ in drafts],
        ],
        ROUNDS,
    )
    steps = ("drafted", "checked", "set as PDF/UA")
    show(
        f"{len(drafts)} letters (every outcome, to the patient and to the GP), median of {ROUNDS}",
        ("step", "letters/s", "ms a letter"),
        (
            *(
                (name, f"{len(drafts) / s:.0f}", f"{s / len(drafts) * 1000:.2f}")
                for name, s in zip(steps, taken, strict=True)
            ),
            ("first PDF of a process (loads the fonts)", "", f"{first * 1000:.0f}"),
        ),
    )
    taken = medians([lambda form=form: [render(letter, form) for letter, _ in drafts] for form in FORMS], ROUNDS)  # type: ignore[misc]
    sizes = [sum(len(render(letter, form)) for letter, _ in drafts) / len(drafts) / 1024 for form in FORMS]
    show(
        f"the same {len(drafts)} letters, by form",
        ("form", "letters/s", "ms a letter", "KB a letter"),
        (
            (FORMS[form].name, f"{len(drafts) / s:.0f}", f"{s / len(drafts) * 1000:.2f}", f"{size:.0f}")
            for form, s, size in zip(FORMS, taken, sizes, strict=True)
        ),
    )


if __name__ == "__main__":
    main()
