import pytest

from partnerships.models import *
from tests.partnerships.scene import build_scene, party, posted

pytestmark = pytest.mark.django_db


def test_dbg(client):
    bureau, java, bali = build_scene()
    client.force_login(java.officer)
    body = Organization.objects.create(name="RSUD X", kind="other")
    r = client.post(
        "/admin/partnerships/agreement/add/",
        posted(owner_unit=java.unit.pk, **party(0, unit=java.unit.pk), **party(1, organization=body.pk)),
    )
    print(r.status_code)
    if r.status_code == 200:
        print(r.context["adminform"].form.errors)
        for i in r.context["inline_admin_formsets"]:
            print(i.formset.prefix, i.formset.errors, i.formset.non_form_errors())
    assert 0
