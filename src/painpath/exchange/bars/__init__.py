"""The Booking and Referral Standard: referrals that come as FHIR messages to `$process-message`.

`reading` and `answers` are pure; `receiving` keeps what came and makes something of it by the record's own verbs;
`views` speaks HTTP. Written after NHS England's API document 1.4.0-alpha and its examples; no real sender has tried it.
"""
