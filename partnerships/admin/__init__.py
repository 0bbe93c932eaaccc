"""The agreement officers' desk in the admin panel: importing the parts registers them."""

from partnerships.admin.agreements import AgreementAdmin
from partnerships.admin.lists import AgreementKindAdmin, ChecklistPointAdmin, ScopeTagAdmin, SigningAuthorityAdmin
from partnerships.admin.organizations import OrganizationAdmin

__all__ = [
    "AgreementAdmin",
    "AgreementKindAdmin",
    "ChecklistPointAdmin",
    "OrganizationAdmin",
    "ScopeTagAdmin",
    "SigningAuthorityAdmin",
]
