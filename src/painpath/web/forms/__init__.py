"""Form fields that are shown as components of the NHS design system.

    class Delay(forms.Form):
        outcome = forms.Radios("What now?", options=[forms.Option("delay", "Delay", reveals=("until",)), ...])
        until = forms.Date("Until when?", error="Enter the date", earliest=clock.today)
        reason = forms.TextArea("Why?", hint="The GP reads this", error="Enter a reason")

`label` is the question, `hint` helps to answer it, `error` is the sentence when the answer is missing. In a template:
`{{ form.as_nhs() }}` for everything, `{{ form["reason"].render() }}` for one field. The fields are Django's own with
another face, so everything that Django documents about forms holds; Django's and allauth's plain forms are shown in the
same way.
"""

from painpath.web.forms.base import Form, render_form
from painpath.web.forms.body import BodyMap
from painpath.web.forms.choices import Checkbox, Checkboxes, Option, Radios, Select
from painpath.web.forms.dates import Date
from painpath.web.forms.files import Files
from painpath.web.forms.keyed import Keyed
from painpath.web.forms.text import Email, Hidden, Number, Password, Text, TextArea

__all__ = [
    "BodyMap",
    "Checkbox",
    "Checkboxes",
    "Date",
    "Email",
    "Files",
    "Form",
    "Hidden",
    "Keyed",
    "Number",
    "Option",
    "Password",
    "Radios",
    "Select",
    "Text",
    "TextArea",
    "render_form",
]
