"""Other programs: e-RS, FHIR R4, BaRS, CDS Hooks. Adapters on the record that is there; nothing else depends on them.

What comes in is kept byte for byte before it is understood, known again when it is repeated, and goes to a person when
no program understands it. Each part works only where the service has switched it on (`pathway.exchange`), and none of
them decides: no call creates or changes an outcome without a signed-in clinician's own act.
"""
