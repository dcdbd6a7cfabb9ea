"""The directory: practices with their contracts, and where people are pointed to."""

from django.urls import path

from painpath.triage.urls.roles import ADMINISTRATORS, STAFF
from painpath.triage.views import directory, importing, joining, practice_members
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:directory": EVERY_ROLE,
    "triage:practice": EVERY_ROLE,
    "triage:signposts": EVERY_ROLE,
    "triage:add-practice": ADMINISTRATORS,
    "triage:edit-practice": ADMINISTRATORS,
    "triage:join-practice": ADMINISTRATORS,
    "triage:confirm-join": ADMINISTRATORS,
    "triage:give-practice-account": STAFF,
    "triage:end-practice-account": STAFF,
    "triage:practice-account-link": STAFF,
    "triage:add-contract": ADMINISTRATORS,
    "triage:edit-contract": ADMINISTRATORS,
    "triage:import-practices": ADMINISTRATORS,
    "triage:import-contracts": ADMINISTRATORS,
    "triage:contracts-template": ADMINISTRATORS,
}

_ACCOUNT = "directory/practices/<int:practice>/staff/<int:member>"

urlpatterns = [
    path("directory/", directory.directory, name="directory"),
    path("directory/signposts/", directory.signposts, name="signposts"),
    path("directory/practices/add/", directory.add_practice, name="add-practice"),
    path("directory/practices/import/", importing.practices, name="import-practices"),
    path("directory/practices/<int:practice>/", directory.practice, name="practice"),
    path("directory/practices/<int:practice>/change/", directory.edit_practice, name="edit-practice"),
    path("directory/practices/<int:practice>/join/", joining.choose, name="join-practice"),
    path("directory/practices/<int:practice>/join/<int:into>/", joining.confirm, name="confirm-join"),
    path("directory/practices/<int:practice>/staff/add/", practice_members.give, name="give-practice-account"),
    path(f"{_ACCOUNT}/end/", practice_members.end, name="end-practice-account"),
    path(f"{_ACCOUNT}/link/", practice_members.send_link, name="practice-account-link"),
    path("directory/practices/<int:practice>/contracts/add/", directory.add_contract, name="add-contract"),
    path("directory/practices/<int:practice>/contracts/<int:contract>/", directory.edit_contract, name="edit-contract"),
    path("directory/contracts/import/", importing.contracts, name="import-contracts"),
    path("directory/contracts/template.csv", importing.contracts_template, name="contracts-template"),
]
