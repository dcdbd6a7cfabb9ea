"""Builds the static files and the catalogues: `python -m painpath.web.assets`, after `npm ci`. It needs no database.

Takes the prebuilt NHS design system and the font from `node_modules` and our own files from `static/`. Three things in
the prebuilt files would break the rule that a page asks no other host for anything, or break the build:
its fonts live at assets.nhs.uk (and are licensed to the NHS only), its icons have absolute addresses, and its source
maps are named but not shipped. The colours of all stylesheets become variables, so that each theme can set them
(`painpath.web.themes`).
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

from painpath.web import settings as look
from painpath.web import themes

_MODULES = Path(__file__).resolve().parents[3] / "node_modules"
_NHSUK = Path("nhsuk-frontend/dist/nhsuk")
_OWN = Path(__file__).parent / "static" / "painpath"
_FONT = Path("@expo-google-fonts/atkinson-hyperlegible-next")
_FONT_FILES = ("400Regular", "400Regular_Italic", "600SemiBold")
_OUTSIDE_FONT = re.compile(r"@font-face\{[^}]*assets\.nhs\.uk[^}]*\}")
_ICON = re.compile(r"url\(/assets/(images/[\w-]+\.svg)\)")
_SOURCE_MAP = re.compile(r"/[/*]# sourceMappingURL=\S+( \*/)?\s*\Z")


def build(modules: Path = _MODULES, target: Path = look.STATIC_ROOT) -> int:
    """Fill `target` with every static file under its hashed name, replacing what was there; the number of files.

    Raises FileNotFoundError when npm has not installed the packages, ValueError when the design system no longer looks
    as expected (a new version: look at the traps above again).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        vendor, collected = Path(scratch, "vendor"), Path(scratch, "static")
        _design_system(modules / _NHSUK, vendor / "nhsuk")
        _fonts(modules / _FONT, vendor / "fonts")
        _themes(vendor)
        count = _collect(vendor, collected)
        collected.chmod(0o755)
        if target.exists():
            target.rename(Path(scratch, "old"))
        collected.rename(target)
    return count


def _design_system(source: Path, target: Path) -> None:
    css = (source / "nhsuk-frontend.min.css").read_text()
    css, fonts = _OUTSIDE_FONT.subn("", css)
    icons = set(_ICON.findall(css))
    css = _SOURCE_MAP.sub("", _ICON.sub(r"url(\1)", css))
    js = _SOURCE_MAP.sub("", (source / "nhsuk-frontend.min.js").read_text())
    if not fonts or not icons or "url(http" in css or "url(/" in css:
        raise ValueError("The stylesheet of nhsuk-frontend has changed its fonts or icons: see painpath/web/assets.py.")
    (target / "images").mkdir(parents=True)
    for icon in icons:
        shutil.copy(source / "assets" / icon, target / icon)
    (target / "nhsuk.css").write_text(css)
    (target / "nhsuk.js").write_text(js)


def _fonts(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for style in _FONT_FILES:
        shutil.copy(source / style / f"AtkinsonHyperlegibleNext_{style}.ttf", target / f"{style}.ttf")
    shutil.copy(source / "LICENSE_FONT", target / "LICENSE.txt")


def _themes(vendor: Path) -> None:
    """Stand themed copies of our stylesheets, and the themes, before our own folder: the first found is taken."""
    used: themes.Used = {}
    theirs, ours = vendor / "nhsuk" / "nhsuk.css", vendor / "painpath"
    theirs.write_text(themes.themed(theirs.read_text(), used))
    ours.mkdir()
    sources = sorted(_OWN.glob("*.css"))
    own = themes.own_colours("".join(path.read_text() for path in sources))
    for path in sources:
        (ours / path.name).write_text(themes.themed(path.read_text(), used, own))
    (ours / "themes.css").write_text(themes.stylesheet(used))


def _collect(vendor: Path, target: Path) -> int:
    import django
    from django.conf import settings
    from django.core.management import call_command

    from painpath.web import apps

    settings.configure(
        INSTALLED_APPS=["django.contrib.staticfiles", apps.WebConfig.name],
        STATIC_URL=look.STATIC_URL,
        STATIC_ROOT=target,
        STATICFILES_DIRS=[vendor],
        STORAGES=look.STORAGES,
    )
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    return sum(1 for path in target.rglob("*") if path.is_file())


if __name__ == "__main__":
    from painpath.web import catalogues

    try:
        print(f"{catalogues.compile_all()} catalogues")  # noqa: T201
        print(f"{build()} static files in {look.STATIC_ROOT}")  # noqa: T201
    except FileNotFoundError:
        sys.exit("The browser parts are missing: run `npm ci` first.")
