"""From plain facts to FHIR R4 resources: one module for each family, none of them knows Django or a table."""
