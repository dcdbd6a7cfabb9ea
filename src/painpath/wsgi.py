"""What the web server runs. Each of its processes holds the embedded PostgreSQL open while it lives."""

import gc
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
application = get_wsgi_application()


EXAMPLE = """Thank you for seeing Ms Iris Sparrow, born 17 February 1958, with chronic wide-spread pain for 6 years.
Bloods and an MRI in March 2024 were normal; no red flags, and she has never had thoughts of harming herself.
She has tried amitriptiline and physiotherapy without benefit, is awaiting surgery, and works with difficulty.
"""
"""An invented letter with something of most that is looked for, a misspelt word too: parts of the reader are made when
a letter first needs them."""


def warm() -> None:
    """Get ready what the first request, the first letter or the first chart of a process would wait two seconds for.

    A pathway with mistakes is passed over: whoever opens its pages learns of them there. Nothing is done where a
    project without our pages is served. Where they are, whatever fails here is told.
    """
    from django.apps import apps
    from django.urls import reverse

    if not apps.is_installed("painpath.triage"):
        return
    from painpath import clock, pathway, screening
    from painpath.documents.model import DocumentText, Page
    from painpath.figures import charts
    from painpath.letters.pdf import fonts

    reverse("triage:worklist")  # imports every view
    letter = DocumentText(text=EXAMPLE, pages=(Page(1, 0, len(EXAMPLE)),), unread=(), media_type="text/plain")
    for folder in pathway.folders().values():
        try:
            service = pathway.load(folder)
        except pathway.PathwayError:
            continue
        screening.screen(letter, service, today=clock.today())
    drawn = charts.Line("", "", "", months=("2026-01-01",), values=(1,), causes=("common",))
    charts.svg(drawn, "small", fonts())
    # What lives as long as the process is garbage to nobody: looking through all of it takes 0.1 s, in which nobody is
    # answered.
    gc.collect()
    gc.freeze()


# Beside the first answers, which need not wait for it.
Thread(target=warm, name="warm", daemon=True).start()
