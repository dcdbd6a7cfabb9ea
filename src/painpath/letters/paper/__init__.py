"""Questionnaires without a screen: on paper, in each layout of the letters, and read out on the phone.

    words = words_for(pathway, questionnaire, locality="southampton")
    pdf = paper(questionnaire, words, layout="large-print")
    script = phone_script(questionnaire, words)

Both are made from the definition alone, so that a questionnaire that nobody has seen before has them too.
"""

from painpath.letters.paper.printed import paper
from painpath.letters.paper.script import phone_script
from painpath.letters.paper.service import Words, words_for

__all__ = ["Words", "paper", "phone_script", "words_for"]
