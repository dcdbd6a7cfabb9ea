"""States of single sentences, one row for each thing a criterion has to tell apart."""

from collections.abc import Callable

import pytest

from painpath.screening import Screening

Screened = Callable[[str], Screening]


@pytest.mark.parametrize(
    ("criterion", "sentence", "state"),
    [
        ("adult", "Re: Mr A Example, DOB 01/02/1960, NHS 999 000 0000.", "for"),
        ("adult", "Re: Miss B Example, DOB 24/11/2008, NHS 999 000 0000.", "against"),  # 17 until tomorrow
        ("adult", "Re: Miss B Example, DOB 23/11/2008, NHS 999 000 0000.", "for"),  # 18 today
        ("adult", "His mother is 44 and well.", "not_stated"),
        ("adult", "Re: Mrs C Example, 56, DOB 04.03.70. The 9 yr old gets the 4 year old up.", "for"),
        ("adult", "Mr Walter Example, 04.03.70, 999 528 8206", "for"),
        ("adult", "Mr Rhodri Example, 56 (04/03/1970)\nNHS 999 539 3360", "for"),
        ("under-18", "Re: Miss B Example, DOB 24/11/2008, NHS 999 000 0000.", "against"),
        ("non-malignant-persistent-pain", "Chronic low back pain.", "for"),
        (
            "non-malignant-persistent-pain",
            "He has back pain from bony metastases and metastatic prostate cancer.",
            "against",
        ),
        ("non-malignant-persistent-pain", "His mother had metastatic breast cancer.", "not_stated"),
        ("disability-distress-over-3-months", "Back pain for 18 months.", "for"),
        ("disability-distress-over-3-months", "Back pain for 6/12.", "for"),
        ("disability-distress-over-3-months", "Back pain for 3/52.", "against"),
        ("disability-distress-over-3-months", "Back pain since a fall in 2019.", "for"),
        ("investigations-complete", "MRI 2024 normal.", "for"),
        ("investigations-complete", "MRI requested, date not through yet.", "against"),
        ("investigations-complete", "No further imaging is required.", "for"),
        ("investigations-complete", "Could you please investigate this pain.", "against"),
        ("interventions-exhausted", "Physio and gabapentin without benefit.", "for"),
        ("interventions-exhausted", "Amitriptyline could not be tolerated.", "for"),
        ("interventions-exhausted", "He has not tried physiotherapy.", "against"),
        ("interventions-exhausted", "Paracetamol only, not seen physio yet.", "against"),
        ("interventions-exhausted", "Gabapentin 2.7g, duloxetine 90.", "for"),
        ("surgery-risk-outweighs-benefit", "She was turned down for knee replacement in April.", "for"),
        ("surgery-risk-outweighs-benefit", "She is down for a discectomy in May.", "against"),
        ("surgery-risk-outweighs-benefit", "The surgeon said she is not a surgical candidate.", "for"),
        ("surgery-risk-outweighs-benefit", "He is listed for a total hip replacement.", "against"),
        ("not-acute-inflammatory", "Her rheumatoid arthritis is in remission.", "for"),
        ("not-acute-inflammatory", "Active synovitis of both wrists.", "against"),
        ("not-acute-inflammatory", "Known RA 8 yrs. Flaring.", "against"),
        ("not-acute-inflammatory", "DAS28 6.2.", "against"),
        ("not-acute-inflammatory", "DAS28 1.9.", "for"),
        ("informed-and-consents", "She has been given the leaflet and agrees to the referral.", "for"),
        ("informed-and-consents", "I have not discussed this referral with her.", "against"),
        ("informed-and-consents", "[ ] Patient consents to referral", "not_stated"),
        ("informed-and-consents", "[x] Patient consents to referral", "for"),
        ("informed-and-consents", "His insurer has asked that he be referred.", "not_stated"),
        ("informed-and-consents", "I was not able to discuss the referral with him.", "against"),
        ("informed-and-consents", "He said he would think about it.", "against"),
        ("informed-and-consents", "Patient consents to referral: N", "against"),
        ("informed-and-consents", "Patient consents to referral   [Y]", "for"),
        ("informed-and-consents", "Patient consents to referral?  [ ]", "not_stated"),
        ("informed-and-consents", "Patient consents to referral:", "not_stated"),
        ("contracted-gp", "We are one of your contracted practices.", "for"),
        ("contracted-gp", "We are outside your catchment.", "against"),
        ("contracted-gp", "We are outside your catchment but your contracts team agreed.", "mixed"),
        ("contracted-gp", "Larkfield Surgery, 1 High Street.", "not_stated"),
        ("major-psychiatric-disturbance", "He is currently psychotic.", "against"),
        (
            "major-psychiatric-disturbance",
            "She is severely depressed. A full care plan was agreed with her CPN.",
            "mixed",
        ),
        ("major-psychiatric-disturbance", "Mild low mood.", "not_stated"),
        ("major-psychiatric-disturbance", "No psychiatric history.", "for"),
        ("major-psychiatric-disturbance", "Her brother has schizophrenia.", "not_stated"),
        ("major-psychiatric-disturbance", "Should he become psychotic we will write again.", "not_stated"),
        ("major-psychiatric-disturbance", "PHQ-9 25.", "against"),
        ("major-psychiatric-disturbance", "PHQ-9 12.", "not_stated"),
        ("unable-to-engage", "An interpreter is needed.", "not_stated"),
        ("unable-to-engage", "She cannot be brought to clinic and cannot use a phone.", "against"),
        ("unable-to-engage", "Autistic: a quiet room, no phone calls.", "not_stated"),
        ("drug-alcohol-dependence", "Alcohol: nil", "for"),
        ("drug-alcohol-dependence", "No alcohol or drug problem.", "for"),
        ("drug-alcohol-dependence", "She is frightened of withdrawal.", "not_stated"),
        ("drug-alcohol-dependence", "Alcohol 8 units per week.", "for"),
        ("drug-alcohol-dependence", "Alcohol 40 units per week.", "not_stated"),
        ("drug-alcohol-dependence", "He is alcohol dependent.", "against"),
        ("drug-alcohol-dependence", "Her father was alcohol dependent.", "not_stated"),
        ("opioid-use-disorder", "Zomorph 30mg bd.", "not_stated"),
        ("opioid-use-disorder", "He is on methadone.", "against"),
        ("opioid-use-disorder", "No evidence of opioid dependence.", "for"),
        ("cognitive-impairment", "ACE-III 41/100.", "against"),
        ("cognitive-impairment", "MMSE 28/30.", "for"),
        ("cognitive-impairment", "Memory fine.", "for"),
        ("cognitive-impairment", "Mild to moderate Alzheimer's disease.", "mixed"),
        ("previous-significant-intervention", "She completed your PMP in 2018.", "against"),
        ("previous-significant-intervention", "He would do well on your programme.", "not_stated"),
        ("previous-significant-intervention", "She completed a PMP in Leeds in 2018.", "not_stated"),
        ("previous-significant-intervention", "Previously seen by this service?  No", "for"),
        ("self-exclusion", "He said he would think about it.", "not_stated"),
        ("self-exclusion", "He does not want to be referred.", "against"),
        ("self-exclusion", "She would like to come.", "for"),
        ("self-exclusion", "She would like to come off the tablets.", "not_stated"),
        ("no-attempts-by-non-specialists", "Nothing has been tried so far.", "against"),
        ("no-attempts-by-non-specialists", "Had amitriptyline and three courses of physio.", "for"),
        ("no-attempts-by-non-specialists", "Nothing else tried.", "not_stated"),
        ("no-attempts-by-non-specialists", "Burning pain. Anything neuropathic not tried. Physio x 2.", "against"),
        ("no-attempts-by-non-specialists", "Back pain. Duloxetine not tried. Physio x 2.", "mixed"),
        ("no-attempts-by-non-specialists", "Back pain. Not seen physio yet. Paracetamol tried.", "against"),
        ("functional-neurological-disorder", "She has FND and the seizures dominate the picture.", "against"),
        ("functional-neurological-disorder", "She has FND but pain is by far her main symptom.", "mixed"),
        ("functional-neurological-disorder", "Neurology said it was not functional.", "for"),
        ("active-cancer-or-palliative", "No history of malignancy.", "for"),
        (
            "active-cancer-or-palliative",
            "Breast cancer 2007, discharged from follow up 2012 with no recurrence.",
            "for",
        ),
        ("active-cancer-or-palliative", "Metastatic breast cancer, on chemotherapy.", "against"),
        ("active-cancer-or-palliative", "FH: mother bowel cancer.", "not_stated"),
        ("active-cancer-or-palliative", "Active cancer or palliative care   [N]", "for"),
        ("active-cancer-or-palliative", "Active cancer or palliative care (Y/N): N", "for"),
        ("active-cancer-or-palliative", "Active cancer or palliative care (Y/N): Y", "against"),
        ("active-cancer-or-palliative", "Active cancer or palliative care  Y / N", "not_stated"),
        ("active-cancer-or-palliative", "Active cancer or palliative care | No", "for"),
        ("active-cancer-or-palliative", "Active cancer or palliative care      No", "for"),
        ("active-cancer-or-palliative", "Active cancer or palliative care      Yes", "against"),
        ("active-cancer-or-palliative", "Active cancer? ☐ Yes ☒ No", "for"),
        ("active-cancer-or-palliative", "Active cancer? ☒ Yes ☐ No", "against"),
        ("active-cancer-or-palliative", "Active cancer: Yes ☐ No ☒", "for"),
        ("active-cancer-or-palliative", "Active cancer: Yes ☐ No ☐", "not_stated"),
        ("active-cancer-or-palliative", "Epilepsy [x]  Active cancer [ ]", "not_stated"),
        ("active-cancer-or-palliative", "[ ] Epilepsy  [x] Active cancer", "against"),
        ("active-cancer-or-palliative", "Metastatic breast cacner, on chemotherpy.", "against"),
        ("expected-to-resolve", "I expect him to go on improving.", "against"),
        ("expected-to-resolve", "This should settle over the next few weeks.", "against"),
        ("expected-to-resolve", "The pain is unlikely to go.", "for"),
        ("re-referral-exhausted", "Your letter said there was nothing more you could offer.", "against"),
        ("re-referral-exhausted", "Your letter said nothing more could be offered, but a lot has changed.", "mixed"),
        ("re-referral-exhausted", "First referral to any pain service.", "for"),
        ("ongoing-investigations-or-pathways", "She is awaiting a nerve conduction study.", "against"),
        ("ongoing-investigations-or-pathways", "Awaiting rheumatology review, which need not delay you.", "mixed"),
        ("ongoing-investigations-or-pathways", "Nothing is outstanding.", "for"),
        ("ongoing-investigations-or-pathways", "He would like to be seen in that way.", "not_stated"),
        (
            "seeking-cure-or-further-opinion",
            "Second opinion from the spinal unit in May: not for surgery.",
            "not_stated",
        ),
        ("seeking-cure-or-further-opinion", "He would like a second opinion.", "against"),
        ("seeking-cure-or-further-opinion", "She understands that there is no cure.", "for"),
        ("accepts-persistent-and-self-management", "He wants to learn how to manage it himself.", "for"),
        ("accepts-persistent-and-self-management", "She will not accept that it is long term.", "against"),
    ],
)
def test_state(criterion: str, sentence: str, state: str, screened: Screened) -> None:
    assert screened(sentence).criterion(criterion).state == state


@pytest.mark.parametrize(
    ("criterion", "sentence", "why"),
    [
        ("active-cancer-or-palliative", "FH: mother bowel cancer.", "about a relative"),
        ("major-psychiatric-disturbance", "Mild low mood.", "not said to be severe"),
        ("opioid-use-disorder", "Zomorph 30mg bd.", "prescribed opioids settle nothing"),
        ("major-psychiatric-disturbance", "Should he become psychotic we will write again.", "hypothetical"),
    ],
)
def test_what_settles_nothing_is_shown_as_a_mention(
    criterion: str, sentence: str, why: str, screened: Screened
) -> None:
    evidence = screened(sentence).criterion(criterion).evidence
    assert [(item.speaks, item.why) for item in evidence][:1] == [("mention", why)]


def test_a_letter_that_says_nothing_is_not_stated_throughout(screened: Screened) -> None:
    assert {item.state for item in screened("Dear Doctor\n\nThank you.\n").criteria} == {"not_stated"}
