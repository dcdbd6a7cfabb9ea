"""What an export of the record has, as a page. Made of the models and of `measuring/export/fields.yaml`:

python tools/export_dictionary.py > docs/reference/export.md
"""

import os
import sys

import django


def main() -> None:
    """Print the page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    django.setup()
    from painpath.measuring.export import dictionary

    sys.stdout.write(dictionary.as_markdown())


if __name__ == "__main__":
    main()
