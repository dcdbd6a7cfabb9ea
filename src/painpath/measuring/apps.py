from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MeasuringConfig(AppConfig):
    name = "painpath.measuring"
    label = "measuring"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from painpath.measuring.triggers import make_triggers

        post_migrate.connect(make_triggers, dispatch_uid="painpath.measuring")
