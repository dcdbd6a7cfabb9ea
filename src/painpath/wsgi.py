"""What the web server runs. Each of its processes holds the embedded PostgreSQL open while it lives."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
application = get_wsgi_application()


def warm() -> None:
    """Get the reader of letters ready: the first letter of a process costs a second or more, and somebody would wait.

    A pathway with mistakes is passed over: whoever opens its pages learns of them there.
    """
    from painpath import clock, pathway, screening
    from painpath.documents.model import DocumentText, Page

    nothing = DocumentText(text="", pages=(Page(1, 0, 0),), unread=(), media_type="text/plain")
    for folder in pathway.folders().values():
        try:
            service = pathway.load(folder)
        except pathway.PathwayError:
            continue
        screening.screen(nothing, service, today=clock.today())


# Beside the first answers, which need not wait for it.
Thread(target=warm, name="warm", daemon=True).start()
