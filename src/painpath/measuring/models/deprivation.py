"""How deprived the area of a postcode is, from public files that the site supplies."""

from django.db import models
from django.db.models import Q

from painpath.accounts.models import ServiceRecord


class PostcodeDecile(ServiceRecord):
    """A postcode, the small area (LSOA) that it lies in, and the decile of that area: 1 is the most deprived tenth of
    England. Public data: nothing here is about a person."""

    postcode = models.CharField("in capitals, without a blank", max_length=7)
    lsoa = models.CharField("lower-layer super output area", max_length=9)
    decile = models.PositiveSmallIntegerField("decile of the Index of Multiple Deprivation")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "postcode"], name="one_decile_for_a_postcode"),
            models.CheckConstraint(condition=Q(decile__gte=1, decile__lte=10), name="a_decile_is_1_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.postcode}: {self.decile}"
