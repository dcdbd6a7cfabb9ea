from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "painpath.triage"
    label = "triage"
