from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReferralsConfig(AppConfig):
    name = "painpath.referrals"
    label = "referrals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from painpath.referrals.retention.function import make_function

        post_migrate.connect(make_function, dispatch_uid="painpath.destroying")
