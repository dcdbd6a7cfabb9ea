"""How the record says no."""


class Refused(Exception):
    """A verb that may not be done now, or not by this person. `sentence` says why and what to do; nothing changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
