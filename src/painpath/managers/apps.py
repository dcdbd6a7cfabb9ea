from django.apps import AppConfig


class ManagersConfig(AppConfig):
    name = "painpath.managers"
    label = "managers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from painpath.managers.grouping import of_people
        from painpath.referrals.publishing.grouping import group_by

        group_by(of_people)
