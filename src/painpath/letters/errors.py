"""What can go wrong with a letter."""


class LetterError(Exception):
    """A letter cannot be made or issued. `sentence` says why and what to do, ready for a page."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
