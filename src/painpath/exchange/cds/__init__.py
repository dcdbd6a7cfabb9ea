"""CDS Hooks: a card for whoever is about to refer, by the same reading as "check before you send". It stops nobody.

`orders` reads a call, `cards` writes the card, `feedback` reads what became of it, `services` says what is here: none
of them knows Django. `answering` is who asks and what is kept, `views` the addresses.
"""
