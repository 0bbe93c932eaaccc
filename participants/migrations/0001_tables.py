"""Every table and first row as the replaced migrations left them, for a database that starts empty: made in far less
time."""

import django.db.models.deletion
import simple_history.models
import toolkit.one_line
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('participants', '0001_initial'), ('participants', '0002_form_token_and_deadline'), ('participants', '0003_constraint_names')]

    initial = True

    dependencies = [
        ('units', '0001_tables'),
        ('workshops', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalParticipant',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('employee_number', models.CharField(blank=True, db_index=True, max_length=18, null=True, verbose_name='NIP')),
                ('full_name', models.CharField(help_text='Seperti pada sertifikat, dengan gelar.', max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama lengkap')),
                ('employment_status', models.CharField(choices=[('pns', 'PNS'), ('cpns', 'CPNS'), ('pppk', 'PPPK'), ('non_asn', 'Non-ASN'), ('public', 'Masyarakat/mahasiswa')], default='pns', max_length=10, verbose_name='Status kepegawaian')),
                ('institution', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Instansi/kampus')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('grade', models.CharField(blank=True, max_length=6, verbose_name='Golongan')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='WhatsApp/HP')),
                ('created_at', models.DateTimeField(editable=False)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit', verbose_name='Satuan kerja')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical peserta',
                'verbose_name_plural': 'historical peserta',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee_number', models.CharField(blank=True, max_length=18, null=True, unique=True, verbose_name='NIP')),
                ('full_name', models.CharField(help_text='Seperti pada sertifikat, dengan gelar.', max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama lengkap')),
                ('employment_status', models.CharField(choices=[('pns', 'PNS'), ('cpns', 'CPNS'), ('pppk', 'PPPK'), ('non_asn', 'Non-ASN'), ('public', 'Masyarakat/mahasiswa')], default='pns', max_length=10, verbose_name='Status kepegawaian')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='units.unit', verbose_name='Satuan kerja')),
                ('institution', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Instansi/kampus')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('grade', models.CharField(blank=True, max_length=6, verbose_name='Golongan')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='WhatsApp/HP')),
                ('created_at', models.DateTimeField(editable=False)),
            ],
            options={
                'verbose_name': 'peserta',
                'verbose_name_plural': 'peserta',
                'indexes': [models.Index(fields=['full_name', 'id'], name='participants_person_name'), models.Index(fields=['unit', 'full_name'], name='participants_person_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('employee_number', None), ('employee_number__regex', '^[0-9]{18}$'), _connector='OR'), name='participants_participant_nip_18_digits'), models.CheckConstraint(condition=models.Q(('unit__isnull', False), models.Q(('institution', ''), _negated=True), _connector='OR'), name='participants_participant_comes_from')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalInvitation',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('seats_onsite', models.PositiveIntegerField(default=0, verbose_name='Kursi tatap muka')),
                ('seats_online', models.PositiveIntegerField(default=0, verbose_name='Kursi daring')),
                ('reply_deadline', models.DateTimeField(verbose_name='Batas jawaban')),
                ('response', models.CharField(choices=[('none', 'Belum menjawab'), ('accepted', 'Bersedia'), ('declined', 'Menolak')], default='none', max_length=10, verbose_name='Jawaban')),
                ('decline_reason', models.CharField(blank=True, max_length=300, validators=[toolkit.one_line.one_line], verbose_name='Alasan')),
                ('responded_at', models.DateTimeField(blank=True, null=True)),
                ('link_version', models.PositiveSmallIntegerField(default=1)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('n_reminders', models.PositiveSmallIntegerField(default=0)),
                ('invited_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('deadline_set_at', models.DateTimeField(blank=True, help_text='Bila batas jawaban pernah diubah.', null=True)),
                ('workshop', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workshops.workshop')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
                ('responded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('responded_contact', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unitcontact')),
                ('invited_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical undangan',
                'verbose_name_plural': 'historical undangan',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='workshops.workshop')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='units.unit')),
                ('seats_onsite', models.PositiveIntegerField(default=0, verbose_name='Kursi tatap muka')),
                ('seats_online', models.PositiveIntegerField(default=0, verbose_name='Kursi daring')),
                ('reply_deadline', models.DateTimeField(verbose_name='Batas jawaban')),
                ('response', models.CharField(choices=[('none', 'Belum menjawab'), ('accepted', 'Bersedia'), ('declined', 'Menolak')], default='none', max_length=10, verbose_name='Jawaban')),
                ('decline_reason', models.CharField(blank=True, max_length=300, validators=[toolkit.one_line.one_line], verbose_name='Alasan')),
                ('responded_at', models.DateTimeField(blank=True, null=True)),
                ('responded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('responded_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='units.unitcontact')),
                ('link_version', models.PositiveSmallIntegerField(default=1)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('n_reminders', models.PositiveSmallIntegerField(default=0)),
                ('invited_at', models.DateTimeField()),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('deadline_set_at', models.DateTimeField(blank=True, help_text='Bila batas jawaban pernah diubah.', null=True)),
            ],
            options={
                'verbose_name': 'undangan',
                'verbose_name_plural': 'undangan',
                'indexes': [models.Index(fields=['unit', 'reply_deadline'], name='participants_inv_unit_deadline'), models.Index(fields=['workshop', 'response'], name='participants_inv_response')],
                'constraints': [models.UniqueConstraint(fields=('workshop', 'unit'), name='participants_invitation_once'), models.CheckConstraint(condition=models.Q(models.Q(('responded_at', None), ('response', 'none')), models.Q(models.Q(('response', 'none'), _negated=True), ('responded_at__isnull', False)), _connector='OR'), name='participants_invitation_answer_has_moment'), models.CheckConstraint(condition=models.Q(models.Q(('response', 'declined'), _negated=True), models.Q(('decline_reason', ''), _negated=True), _connector='OR'), name='participants_invitation_decline_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='allocations', to='participants.invitation')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='units.unit')),
                ('seats_onsite', models.PositiveIntegerField(default=0, verbose_name='Kursi tatap muka')),
                ('seats_online', models.PositiveIntegerField(default=0, verbose_name='Kursi daring')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('invitation', 'unit'), name='participants_allocation_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonalDataRead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('what', models.CharField(max_length=60)),
                ('workshop', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='workshops.workshop')),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='participants.participant')),
                ('n_people', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workshop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='workshops.workshop')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='participants.participant')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='units.unit')),
                ('allocation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='participants.allocation')),
                ('segment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='registrations', to='workshops.audiencesegment')),
                ('mode', models.CharField(choices=[('onsite', 'Tatap muka'), ('online', 'Daring')], max_length=10, verbose_name='Bentuk')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('represents', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Mewakili')),
                ('state', models.CharField(choices=[('registered', 'Terdaftar'), ('cancelled', 'Dibatalkan'), ('replaced', 'Diganti')], default='registered', max_length=12, verbose_name='Keadaan')),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registered_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='units.unitcontact')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300, validators=[toolkit.one_line.one_line], verbose_name='Alasan')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='participants.registration')),
                ('form_token', models.UUIDField(editable=False, null=True, unique=True)),
            ],
            options={
                'verbose_name': 'pendaftaran',
                'verbose_name_plural': 'pendaftaran',
                'indexes': [models.Index(fields=['workshop', 'state', 'id'], name='participants_reg_workshop'), models.Index(condition=models.Q(('state', 'registered')), fields=['allocation', 'mode'], name='participants_reg_seat'), models.Index(fields=['unit', 'workshop'], name='participants_reg_unit')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'registered')), fields=('workshop', 'participant'), name='participants_registration_one_seat'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'registered')), models.Q(models.Q(('state', 'registered'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='participants_registration_end_has_moment'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('registered_at')), _connector='OR'), name='participants_registration_ends_later')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalRegistration',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('mode', models.CharField(choices=[('onsite', 'Tatap muka'), ('online', 'Daring')], max_length=10, verbose_name='Bentuk')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('represents', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Mewakili')),
                ('state', models.CharField(choices=[('registered', 'Terdaftar'), ('cancelled', 'Dibatalkan'), ('replaced', 'Diganti')], default='registered', max_length=12, verbose_name='Keadaan')),
                ('registered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300, validators=[toolkit.one_line.one_line], verbose_name='Alasan')),
                ('workshop', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workshops.workshop')),
                ('participant', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='participants.participant')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
                ('allocation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='participants.allocation')),
                ('segment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workshops.audiencesegment')),
                ('registered_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('registered_contact', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unitcontact')),
                ('replaced_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='participants.registration')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical pendaftaran',
                'verbose_name_plural': 'historical pendaftaran',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
