"""A file that comes in part, and one that comes whole."""

import pytest
from django.test import RequestFactory

from tests.faults.uploader import KIND, multipart


@pytest.mark.parametrize("size", [1_000, 6_000_000], ids=["in memory", "on the disk"])
def test_a_request_that_ends_in_the_middle_of_a_file_has_no_file(size: int) -> None:
    body = multipart({"key": "a"}, "letter.txt", b"x" * size)
    request = RequestFactory().generic("POST", "/", body[: len(body) - size // 2], content_type=KIND)
    assert dict(request.FILES) == {}
    assert request.POST["key"] == "a"


@pytest.mark.parametrize("size", [1_000, 6_000_000], ids=["in memory", "on the disk"])
def test_a_file_that_comes_whole_is_read(size: int) -> None:
    request = RequestFactory().generic("POST", "/", multipart({}, "letter.txt", b"x" * size), content_type=KIND)
    ((file,),) = dict(request.FILES.lists()).values()
    assert (file.name, file.size, file.read()) == ("letter.txt", size, b"x" * size)
