"""Questionnaires as FHIR R4: what is asked, of whom next, what an answer may be, and how answers are added up."""
