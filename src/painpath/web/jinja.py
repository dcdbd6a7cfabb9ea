"""The Jinja environment of all pages.

Two environments, because two things are wanted of an undefined variable. In our own templates a misspelt name must be
an error: on a clinical page a silent blank is the worse failure. The macros of the NHS design system are written for
chained lookups on parameters that nobody passed. So templates named `nhsuk/...` come from an environment of their own.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from jinja2 import ChainableUndefined, Environment, PackageLoader, StrictUndefined, Template, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from painpath.accounts.models import Service
from painpath.accounts.scope import service_at, slugs
from painpath.web import kept
from painpath.web.forms.rendering import component, error_list, form_fields
from painpath.web.navigation import fixed, navigation

_OF_EVERY_DICT = frozenset(dir(dict))


class PageTemplate(Template):
    """A template whose globals are those of every other, so that its macros are made once and not at each import."""

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return super()._get_default_module()  # with a context it compares all globals first


class Templates(Environment):
    """What both environments have: macros that are made once, templates that are kept."""

    template_class = PageTemplate

    def __init__(self, **options: Any) -> None:
        # Every template is kept: there are some hundred, and what keeps count of them costs more than they do.
        super().__init__(**options | {"trim_blocks": True, "lstrip_blocks": True, "cache_size": -1})


class DesignSystem(Templates):
    """Forgiving, and quick at what its macros do a thousand times a page: look into their parameters."""

    def __init__(self) -> None:
        super().__init__(
            loader=PackageLoader("nhsuk_frontend_jinja"),
            autoescape=True,
            undefined=ChainableUndefined,
            auto_reload=False,  # an installed package: a page asks for its templates hundreds of times
        )

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's; what stands in a dict is not looked for among its methods before."""
        if type(obj) is dict and attribute not in _OF_EVERY_DICT:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


class PageEnvironment(Templates):
    """Strict about our own templates, forgiving inside the design system's."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"undefined": StrictUndefined})
        self.design_system = DesignSystem()
        self.design_system.globals = self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 the name is Jinja's
    ) -> Template:
        if isinstance(name, str) and name.startswith("nhsuk/"):
            return self.design_system.get_template(name, parent, globals)
        return super().get_template(name, parent, globals)


def environment(**options: Any) -> Environment:
    """The environment for Django's Jinja2 backend, with what every template may use."""
    made = PageEnvironment(**options, extensions=["jinja2.ext.i18n"])
    made.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]

    @lru_cache(maxsize=512)
    def tag(text: str, colour: str) -> Markup:
        """A tag of the design system, for lists: the same few stand there again and again."""
        macros: Any = made.design_system.get_template("nhsuk/components/tag/macro.jinja").module
        rendered: Markup = macros.tag({"text": text, "classes": f"nhsuk-tag--{colour}"})
        return rendered

    made.globals.update(
        tag=tag,
        static=staticfiles_storage.url,
        url=url,
        settings=settings,
        navigation=navigation,
        form_tokens=form_tokens,
        form_fields=form_fields,
        error_list=error_list,
        component=component,
        services=services,
    )
    return made


def url(view: str, *args: Any, **kwargs: Any) -> str:
    """The address of a view, by name: `url("triage:referral", reference)`."""
    return reverse(view, args=args or None, kwargs=kwargs or None) if args or kwargs else fixed(view)


def services() -> list[Service]:
    """The services that are here, founded in the browser too: a visitor may ask each for an account."""
    return [found for name in slugs() if (found := service_at(name)) is not None]


@pass_context
def form_tokens(context: Context) -> SafeString:
    """The hidden inputs that every POST form carries: the CSRF token, and who opened the form (`painpath.web.kept`)."""
    mark = kept.mark(context["request"])
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', [(kept.FIELD, mark)] if mark else [])
    return format_html("{}{}", context["csrf_input"], hidden)
