"""What the web server runs. Each of its processes holds the embedded PostgreSQL open while it lives."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
application = get_wsgi_application()
