import pytest

from painpath.referrals.arriving.stated import split_name


@pytest.mark.parametrize(
    ("name", "title", "given", "family"),
    [
        ("Mr Leonard ASHCOMBE", "Mr", "Leonard", "Ashcombe"),
        ("Miss Keira ASHBOURNE-TODD", "Miss", "Keira", "Ashbourne-Todd"),
        ("Mrs Anjali Deshpande-Ross", "Mrs", "Anjali", "Deshpande-Ross"),
        ("Lewis Jankowski-Pell", "", "Lewis", "Jankowski-Pell"),
        ("ASHCOMBE Leonard", "", "Leonard", "Ashcombe"),
        ("Mr. O'Neil", "Mr", "", "O'Neil"),
        ("", "", "", ""),
    ],
)
def test_names_as_letters_write_them(name, title, given, family):
    assert split_name(name) == {"title": title, "given_name": given, "family_name": family}
