from django.apps import AppConfig


class ManagersConfig(AppConfig):
    name = "painpath.managers"
    label = "managers"
    default_auto_field = "django.db.models.BigAutoField"
