"""What is counted, on pages and in files. Every look is audited; what is hidden on a page is hidden in its files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.figures import charts
from painpath.figures.charts import Chart
from painpath.figures.definitions import BY_ID, FIGURES
from painpath.figures.model import Figure
from painpath.letters.pdf import fonts
from painpath.managers import telling
from painpath.managers.figure_forms import Ask, natural
from painpath.managers.presenters import figure_charts, figure_pages, figure_tables
from painpath.managers.telling import Told
from painpath.managers.views.base import member
from painpath.measuring import counting
from painpath.web.files import file_answer
from painpath.web.forms import render_form

_FORMS = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def _ask(request: HttpRequest, figure: Figure | None) -> Ask:
    return Ask(request.GET or None, figure=figure, today=clock.today())


def _named(name: str) -> Figure:
    figure = BY_ID.get(name)
    if figure is None:
        raise Http404
    return figure


def _told(request: HttpRequest, figure: Figure, ask: Ask) -> Told:
    return telling.tell(member(request).service, figure, ask.over, ask.split or natural(figure))


def _chart(told: Told) -> Chart | None:
    return figure_charts.groups(told) if told.split else figure_charts.line(told.figure, told.points)


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of the whole service: its question, its number, its line."""
    by, ask = member(request), _ask(request, None)
    numbers = [(figure, *telling.whole(by.service, figure, ask.over)) for figure in FIGURES]
    audit.record(by, "figures.look", by.service, **ask.facts())
    page = figure_pages.overview(numbers, ask.over, ask.query())
    return render_form(request, "managers/figures.jinja", ask, **page)


@require_safe
def figure(request: HttpRequest, figure: str) -> HttpResponse:
    """One figure: its number, its chart, its table, what it means."""
    one, by = _named(figure), member(request)
    ask = _ask(request, one)
    told = _told(request, one, ask)
    audit.record(by, "figures.look", by.service, figure=one.id, **ask.facts())
    page = figure_pages.page(told, _chart(told), ask)
    return render_form(request, "managers/figure.jinja", ask, **page)


@require_safe
def line(request: HttpRequest, figure: str) -> HttpResponse:
    """The small line of a figure on the page of all. The look is that at the page, which is audited."""
    one = _named(figure)
    ask = _ask(request, one)
    drawn = None
    if one.series and _valid(ask):
        drawn = figure_charts.line(one, telling.line(member(request).service, one, ask.over))
    if drawn is None:
        raise Http404
    answer = HttpResponse(charts.svg(drawn, "small", fonts()), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer


@require_safe
def download(request: HttpRequest, figure: str, form: str) -> HttpResponse:
    """The table or the chart of a page as a file."""
    one, by = _named(figure), member(request)
    ask = _ask(request, one)
    if form not in _FORMS or not _valid(ask):
        raise Http404
    told = _told(request, one, ask)
    content = _content(told, form)
    audit.record(by, "figures.download", by.service, figure=one.id, form=form, **ask.facts())
    name = "-".join([one.id.replace("_", "-"), *([told.split] if told.split else []), f"{told.period.end:%Y-%m}"])
    return file_answer(content, _FORMS[form], f"{name}.{form}", download=True)


def _content(told: Told, form: str) -> bytes:
    if form == "csv":
        return figure_tables.as_csv(figure_tables.table(told))
    if form == "parquet":
        return figure_tables.as_parquet(figure_tables.table(told), figure_pages.about(told))
    drawn = _chart(told)
    if drawn is None:
        raise Http404
    return charts.png(drawn, fonts()) if form == "png" else charts.svg(drawn, "wide", fonts()).encode()


def _valid(ask: Ask) -> bool:
    return not ask.is_bound or ask.is_valid()


@require_safe
def equity(request: HttpRequest) -> HttpResponse:
    """Times and outcomes by every group, in one half-year."""
    by, ask = member(request), _ask(request, None)
    pairs = [
        tuple(telling.tell(by.service, BY_ID[name], ask.half_year, split) for name in figure_pages.FAIR)
        for split in figure_pages.FAIR_BY
    ]
    audit.record(by, "figures.look", by.service, page="equity", **ask.facts())
    return render_form(request, "managers/equity.jinja", ask, **figure_pages.equity(pairs, ask))


@require_safe
def missing(request: HttpRequest) -> HttpResponse:
    """What the record lacks, in one half-year."""
    by, ask = member(request), _ask(request, None)
    found, as_of = telling.missing(by.service, ask.half_year)
    aside = counting.set_aside(by.service)
    audit.record(by, "figures.look", by.service, page="missing", **ask.facts())
    return render_form(
        request, "managers/missing.jinja", ask, **figure_pages.missing(found, ask.half_year, as_of, aside)
    )
