"""As NHS content style has it: 4 November 2026."""

DATE_FORMAT = "j F Y"
