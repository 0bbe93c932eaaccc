"""Partners, agreements and their signed copies."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile

from partnerships.actions import record_file
from partnerships.actions.records import keep_focal_points, keep_tags, level_of, start_amendment
from partnerships.models import (
    Agreement,
    AgreementLink,
    AgreementParty,
    Classification,
    KindCode,
    LinkKind,
    Organization,
    OrganizationAlias,
    OrganizationKind,
    RegulationReference,
    ScopeTag,
)
from toolkit.history import save_by
from units.models import Level, Unit, User


def make_organizations(*, by: User, now: datetime) -> dict[str, Organization]:
    """By key; contacts are invented."""
    kinds = OrganizationKind
    rows = {
        "fns": ("Friedrich Naumann Stiftung", "FNS", kinds.FOUNDATION, "Jerman"),
        "kemendagri": ("Kementerian Dalam Negeri", "Kemendagri", kinds.MINISTRY, "Indonesia"),
        "kemendikbud": (
            "Kementerian Pendidikan, Kebudayaan, Riset, dan Teknologi", "Kemendikbudristek", kinds.MINISTRY, "Indonesia"
        ),
        "kemenlu": ("Kementerian Luar Negeri", "Kemenlu", kinds.MINISTRY, "Indonesia"),
        "dki": ("Pemerintah Provinsi DKI Jakarta", "Pemprov DKI", kinds.PROVINCE, "Indonesia"),
        "alazhar": ("Universitas Al-Azhar Indonesia", "UAI", kinds.UNIVERSITY, "Indonesia"),
        "grid": ("Grid Story Factory", "", kinds.MEDIA, "Indonesia"),
        "joglo": ("Joglo Jawa Tengah", "", kinds.MEDIA, "Indonesia"),
        "rsud": ("RSUD Contoh Jepara", "", kinds.OTHER, "Indonesia"),
        "kampus": ("Universitas Contoh Semarang", "", kinds.UNIVERSITY, "Indonesia"),
        "media": ("Suara Maluku Contoh", "", kinds.MEDIA, "Indonesia"),
    }  # fmt: skip
    made = {}
    for key, (name, short_name, kind, country) in rows.items():
        made[key] = Organization(
            name=name,
            short_name=short_name,
            kind=kind,
            country=country,
            contact_name=f"Narahubung {short_name or name}"[:150],
            contact_email=f"kerjasama@{key}.invalid",
        )
        save_by(made[key], by=by, now=now)
    aliases = {"fns": ("Friedrich Naumann Foundation", "FNF"), "dki": ("Pemda DKI Jakarta",)}
    for key, names in aliases.items():
        for name in names:
            save_by(OrganizationAlias(organization=made[key], name=name), by=by, now=now)
    return made


# Who signs on our side where it is not simply the head of the unit.
SIGNS: dict[tuple[str, str], str] = {
    (Level.BUREAU, KindCode.MUTUAL_UNDERSTANDING): "Sekretaris Jenderal",
    (Level.BUREAU, KindCode.YEARLY_PLAN): "Kepala Biro Hubungan Masyarakat",
    (Level.REGIONAL_OFFICE, KindCode.MEMORANDUM): "Kepala Kantor Wilayah",
}


@dataclass(frozen=True)
class Deed:
    """An agreement to be made. `copy_name` empty: no signed text was handed in yet."""

    agreement_type: str
    title: str
    number: str
    owner: Unit
    partner: Organization
    first: date
    last: date | None
    copy_name: str = ""
    is_foreign: bool = False
    scope: str = ""


def make_deed(deed: Deed, *, by: User, now: datetime) -> Agreement:
    agreement = Agreement(
        agreement_type_id=deed.agreement_type,
        title=deed.title,
        number=deed.number,
        is_foreign=deed.is_foreign,
        owner_unit=deed.owner,
        level=level_of(deed.owner),
        signed_on=deed.first,
        signed_at_place=deed.owner.city or "Jakarta",
        effective_from=deed.first,
        effective_until=deed.last,
        scope=deed.scope,
    )
    save_by(agreement, by=by, now=now)
    ours = AgreementParty(
        agreement=agreement,
        position=1,
        unit=deed.owner,
        party_number=deed.number,
        signatory_name="Bima Contoh",
        signatory_position=SIGNS.get((deed.owner.level, deed.agreement_type), f"Kepala {deed.owner.short_name}"),
        signed_on=deed.first,
        rights="Menerima laporan pelaksanaan setiap semester.",
        duties="Menyediakan tempat dan petugas penghubung.",
    )
    theirs = AgreementParty(
        agreement=agreement,
        position=2,
        organization=deed.partner,
        party_number=f"{deed.first:%Y}/{deed.partner.pk:03}",
        signatory_name="Ratna Contoh",
        signatory_position="Direktur",
        signed_on=deed.first,
        rights="Mencantumkan kerja sama ini dalam publikasinya.",
        duties="Menyediakan narasumber dan bahan pelatihan.",
    )
    for party in (ours, theirs):
        save_by(party, by=by, now=now)
    people = {
        ours: ("Sari Contoh", "Subbagian Humas", "humas@kerjasama.invalid"),
        theirs: ("Yoga Contoh", "Manajer program", "mitra@kerjasama.invalid"),
    }
    for party, (name, job_title, email) in people.items():
        person = {"name": name, "job_title": job_title, "email": email, "whatsapp": ""}
        keep_focal_points(party, people=[person], by=by, now=now)
    if deed.copy_name:
        lines = [deed.number, deed.title, f"{deed.owner.official_name} - {deed.partner.name}", "Salinan contoh"]
        record_file(agreement, file=ContentFile(one_page_pdf(lines), name=deed.copy_name), by=by, now=now)
    return agreement


def make_agreements(
    units: dict[str, Unit], partners: dict[str, Organization], *, by: User, now: datetime
) -> dict[str, Agreement]:
    """By key. The memorandum with the foundation is in force now; an older one was when the first workshop was
    planned; one ends within six weeks, one ended, two have no signed copy."""
    today = now.date()
    bureau, kanwil, jepara = units["Biro Humas"], units["Kanwil Jawa Tengah"], units["Rutan Kelas IIB Jepara"]
    maluku = units["Kanwil Maluku"]
    year = today.year
    kinds = KindCode
    fns = "Penguatan kehumasan dan demokrasi digital"
    deeds = {
        "fns-2019": Deed(
            kinds.MUTUAL_UNDERSTANDING, fns, "HH-12.HM.05.04", bureau, partners["fns"],
            date(2019, 1, 2), date(2021, 12, 31), "msp-2019.pdf", True, "Pelatihan, penelitian, pertukaran pengalaman.",
        ),
        "fns": Deed(
            kinds.MUTUAL_UNDERSTANDING, fns, f"HH-07.HM.05.04-{year - 1}", bureau, partners["fns"],
            date(year - 1, 1, 2), date(year + 1, 12, 31), f"msp-{year - 1}.pdf", True,
            "Pelatihan, penelitian, pertukaran pengalaman.",
        ),
        "rkt": Deed(
            kinds.YEARLY_PLAN, f"Rencana kerja {year}: workshop media sosial", f"HH-07.HM.05.04-{year}", bureau,
            partners["fns"], date(year, 1, 2), date(year, 12, 31), "", True,
        ),
        "rsud": Deed(
            kinds.COOPERATION, "Layanan kesehatan warga binaan", "W.13-HH.04.02-118", jepara, partners["rsud"],
            today - timedelta(days=324), today + timedelta(days=41), "pks-rsud.pdf",
        ),
        "kampus": Deed(
            kinds.MEMORANDUM, "Pendidikan, penelitian, dan pengabdian masyarakat", "W.13-HH.04.02-201", kanwil,
            partners["kampus"], today - timedelta(days=700), today + timedelta(days=1126), "mou-kampus.pdf",
        ),
        "media": Deed(
            kinds.COOPERATION, "Publikasi layanan dan capaian kinerja", "W.28-HH.04.02-077", maluku, partners["media"],
            today - timedelta(days=400), today - timedelta(days=35), "",
        ),
    }  # fmt: skip
    made = {key: make_deed(deed, by=by, now=now) for key, deed in deeds.items()}
    _connect(made, by=by, now=now)
    return made


def _connect(made: dict[str, Agreement], *, by: User, now: datetime) -> None:
    """Links, fields of cooperation, regulations, an addendum in the making, one limited and one exempt text."""
    for later, earlier, kind in (("fns", "fns-2019", LinkKind.RENEWS), ("rkt", "fns", LinkKind.IMPLEMENTS)):
        save_by(AgreementLink(later=made[later], earlier=made[earlier], kind=kind), by=by, now=now)
    tags = {
        "fns": ("Pelatihan", "Penelitian"),
        "rkt": ("Pelatihan",),
        "rsud": ("Layanan kesehatan",),
        "kampus": ("Penelitian", "Pengabdian masyarakat"),
        "media": ("Publikasi",),
    }
    for key, names in tags.items():
        keep_tags(made[key], tags=[ScopeTag.objects.get_or_create(name=name)[0] for name in names], by=by, now=now)
    rule = "Permenkumham 65 Tahun 2016 tentang Penataan Kerja Sama"
    for key in ("fns", "rsud", "kampus"):
        save_by(RegulationReference(agreement=made[key], title=rule), by=by, now=now)
    closed = {
        "rsud": (Classification.EXEMPT, "Memuat data kesehatan warga binaan (UU 14/2008 Pasal 17 huruf h)."),
        "media": (Classification.LIMITED, "Nilai kontrak media belum diumumkan."),
    }
    for key, (level, reason) in closed.items():
        made[key].classification, made[key].classification_reason = level, reason
        save_by(made[key], by=by, now=now, reason="Klasifikasi ditetapkan")
    start_amendment(made["kampus"], by=by, now=now)


def one_page_pdf(lines: list[str]) -> bytes:
    """A plain PDF of one page with these lines; always the same bytes for the same lines."""
    shown = b"\n".join(b"(%s) '" % _escaped(line) for line in lines)
    stream = b"BT /F1 14 Tf 72 760 Td 24 TL\n" + shown + b"\nET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return content + tail % (len(objects) + 1, table, len(objects) + 1, len(content))


def _escaped(line: str) -> bytes:
    return line.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
