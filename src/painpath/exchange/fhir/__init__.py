"""The FHIR R4 facade: the record in the words of FHIR, and referrals that come in them.

Pure parts (no Django): `outcomes`, `negotiating`, `bodies`, `identity`, `letter`, `parameters`, `capability` and
`mapping`. The rest reads the record and writes it with its own verbs; none of them decides.
"""
