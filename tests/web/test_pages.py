"""The page frame and every form component in a real browser."""

import pytest

from tests.browsing import DESKTOP, PHONE

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
def test_every_component_is_accessible(sink, visit, size):
    tab = visit(sink, size)
    page = tab.open("/sink/")
    tab.axe()
    page.screenshot(path=f"/tmp/shots/sink-{size['width']}.png", full_page=True)
    page.get_by_role("radio", name="Delay").check()
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error: Kitchen sink")
    tab.axe()
    page.screenshot(path=f"/tmp/shots/sink-errors-{size['width']}.png", full_page=True)
