from django.apps import AppConfig


class MeasuringConfig(AppConfig):
    name = "painpath.measuring"
    label = "measuring"
    default_auto_field = "django.db.models.BigAutoField"
