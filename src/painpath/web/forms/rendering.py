"""Form fields -> the design system's components and their parameters. Works on any Django form, allauth's included."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.template import engines
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from painpath.web.forms.body import BodyMapWidget, body_map
from painpath.web.forms.dates import PARTS, DateWidget

Params = dict[str, Any]


class Renderer(BaseRenderer):
    """Django's FORM_RENDERER: every field through one template, in the environment of our pages."""

    field_template_name = "forms/field.jinja"

    def get_template(self, template_name: str) -> Any:
        return engines["jinja"].get_template(template_name)


def form_fields(form: forms.BaseForm) -> SafeString:
    """All fields of a form, in order; those that an option reveals stand under their option."""
    below = form.revealed() if hasattr(form, "revealed") else set()
    return _joined(field for field in form if field.name not in below)


def error_list(*given: forms.BaseForm) -> list[dict[str, str]]:
    """What the error summary lists: each error with the address of its field, in the order of the page."""
    found: list[dict[str, str]] = []
    for form in given:
        if not form.is_bound:
            continue
        found += [{"text": str(text)} for text in form.non_field_errors()]
        for field in form:
            found += [{"text": str(text), "href": f"#{_target(field)}"} for text in field.errors]
    return found


def component(field: BoundField) -> tuple[str, Params]:
    """The name of a field's component and the parameters of its macro."""
    widget = field.field.widget
    if isinstance(widget, forms.HiddenInput):
        return "hidden", {"name": field.html_name, "value": field.value(), "id": field.auto_id}
    if isinstance(widget, DateWidget):
        return "date", _date(field)
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", _checkbox(field)
    if isinstance(widget, BodyMapWidget):
        items = _group(field, "values", list(field.value() or ()))["items"]
        return "body_map", body_map(_common(field), field.auto_id, _question(field), items)
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes", _group(field, "values", list(field.value() or ()))
    if isinstance(widget, forms.RadioSelect):
        return "radios", _group(field, "value", field.value())
    attributes = {
        key: value for key, value in widget.attrs.items() if key not in {"rows", "autocomplete", "placeholder"}
    }
    params = _common(field) | {
        "label": _question(field),
        "id": field.auto_id,
        "autocomplete": widget.attrs.get("autocomplete"),
        "attributes": attributes,
    }
    if isinstance(widget, forms.Select):
        chosen = str(field.value() or "")
        options = [
            {"value": value, "text": str(text), "selected": str(value) == chosen} for value, text in _choices(field)
        ]
        return "select", params | {"items": options}
    if isinstance(widget, forms.FileInput):
        return "file", params | {"multiple": widget.allow_multiple_selected and getattr(field.field, "multiple", True)}
    if isinstance(widget, forms.PasswordInput):
        return "password", params
    value = "" if field.value() is None else str(field.value())
    if isinstance(widget, forms.Textarea):
        most = getattr(field.field, "count", None)
        kind = {"value": value, "rows": widget.attrs.get("rows", 5)} | ({"maxlength": most} if most else {})
        return "count" if most else "textarea", params | kind
    shape = {"type": widget.input_type, "value": value, "width": getattr(field.field, "width", None)}
    return "input", params | shape | ({"spellcheck": False} if widget.input_type == "email" else {})


def _joined(fields: Iterable[BoundField]) -> SafeString:
    return format_html_join("\n", "{}", ((field.render(),) for field in fields))


def _common(field: BoundField) -> Params:
    params: Params = {"name": field.html_name}
    if field.help_text:
        params["hint"] = {"text": str(field.help_text)}
    if field.errors:
        params["errorMessage"] = {"text": " ".join(map(str, field.errors)), "visuallyHiddenText": _("Error")}
    return params


def _question(field: BoundField) -> Params:
    shown = field.field
    words = (
        str(field.label)
        if shown.required or getattr(shown, "says_when", False)
        else _("{label} (optional)").format(label=field.label)
    )
    return {"text": words, "size": getattr(shown, "size", None), "isPageHeading": getattr(shown, "page_heading", False)}


def _group(field: BoundField, key: str, value: Any) -> Params:
    """Radios or checkboxes under one question."""
    items = []
    for number, (option, text) in enumerate(_choices(field)):
        chosen = str(option) in value if isinstance(value, list) else str(option) == str(value)
        item: Params = {"value": str(option), "text": str(text), "checked": chosen}
        if options := getattr(field.field, "options", None):
            described = options[number]
            if described.hint:
                item["hint"] = {"text": str(described.hint)}
            if described.reveals:
                item["conditional"] = {"html": _joined(field.form[name] for name in described.reveals)}
        items.append(item)
    return _common(field) | {
        "idPrefix": field.auto_id,
        "fieldset": {"legend": _question(field)},
        "items": items,
        "inline": getattr(field.field, "inline", False),
    }


def _choices(field: BoundField) -> Iterable[tuple[Any, Any]]:
    choices: Iterable[tuple[Any, Any]] = getattr(field.field, "choices")  # noqa: B009 not every field has them
    return choices


def _checkbox(field: BoundField) -> Params:
    item = {"value": "on", "text": str(field.label), "checked": bool(field.value())}
    return _common(field) | {"idPrefix": field.auto_id, "items": [item]}


def _date(field: BoundField) -> Params:
    wrong = _faulty_parts(field)
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    values = field.value() or ["", "", ""]
    items = [
        {
            "name": f"{field.html_name}-{part}",
            "id": f"{field.auto_id}-{part}",
            "label": labels[part],
            "value": value,
            "width": 4 if part == "year" else 2,
            "error": part in wrong,
        }
        for part, value in zip(PARTS, values, strict=True)
    ]
    return _common(field) | {"id": field.auto_id, "fieldset": {"legend": _question(field)}, "items": items}


def _faulty_parts(field: BoundField) -> tuple[str, ...]:
    errors = field.form.errors.as_data().get(field.name, []) if field.form.is_bound else []
    return tuple((errors[0].params or {}).get("parts", PARTS)) if errors else ()


def _target(field: BoundField) -> str:
    """The id of the input that an error is about."""
    if isinstance(field.field.widget, DateWidget):
        return f"{field.auto_id}-{(*_faulty_parts(field), 'day')[0]}"
    return field.auto_id
