from django.apps import AppConfig


class ReferrersConfig(AppConfig):
    name = "painpath.referrers"
