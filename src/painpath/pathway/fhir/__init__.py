"""A pathway as FHIR R4, out and in: its criteria as a PlanDefinition, its questionnaires, and its own files."""

from painpath.pathway.fhir.bundling import bundle
from painpath.pathway.fhir.unpacking import files_from, name_in, read

__all__ = ["bundle", "files_from", "name_in", "read"]
