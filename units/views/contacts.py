"""Contacts of a unit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from units.actions import contacts
from units.forms.contacts import ContactForm
from units.models import Unit, UnitContact


def contact_create(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    unit = get_object_or_404(Unit.objects.editable_by(by), pk=pk)
    form = ContactForm(request.POST or None, instance=UnitContact(unit=unit))
    if request.method == "POST" and form.is_valid():
        contact = contacts.save_contact(form.instance, by=by, now=timezone.now())
        messages.success(request, _("%(name)s dicatat sebagai narahubung.") % {"name": contact.name})
        return redirect("unit_detail", unit.pk)
    return render(request, "units/contact_create.html", {"form": form, "unit": unit})


def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    contact = get_object_or_404(UnitContact.objects.editable_by(by).select_related("unit"), pk=pk)
    name = contact.name
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        contacts.save_contact(form.instance, by=by, now=timezone.now())
        messages.success(request, _("Narahubung %(name)s sudah disimpan.") % {"name": contact.name})
        return redirect("unit_detail", contact.unit_id)
    return render(request, "units/contact_edit.html", {"form": form, "contact": contact, "name": name})


def contact_remove(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    contact = get_object_or_404(UnitContact.objects.editable_by(by).filter(is_active=True), pk=pk)
    contacts.remove_contact(contact, by=by, now=timezone.now())
    messages.success(request, _("%(name)s tidak lagi menerima surat untuk unit ini.") % {"name": contact.name})
    return redirect("unit_detail", contact.unit_id)
