"""The agreement officers' desk in the admin panel: importing the parts registers them."""

from partnerships.admin.agreements import AgreementAdmin
from partnerships.admin.checklist import ChecklistPointAdmin
from partnerships.admin.organizations import OrganizationAdmin

__all__ = ["AgreementAdmin", "ChecklistPointAdmin", "OrganizationAdmin"]
