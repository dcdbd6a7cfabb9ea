from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "painpath.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from painpath.accounts.row_level_security import grant_to_program

        post_migrate.connect(grant_to_program, dispatch_uid="painpath.grants")
