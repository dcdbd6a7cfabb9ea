"""NHS e-RS by its API, in a clinician's own session: Advice and Guidance, and the triage of referrals.

`operations`, `bodies`, `answers`, `errors` know the API and nothing else (no Django, no network); `client`, `tokens`
and `signin` talk to it; `taking` and `replying` are what the team does with it. Facts are from the OpenAPI document of
the API of 26 June 2026. See `docs/ers.md` for what is proved and what is not.
"""
