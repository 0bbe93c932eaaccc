"""Every table and first row as the replaced migrations left them, for a database that starts empty: made in far less
time."""

import django.db.models.deletion
import simple_history.models
import toolkit.one_line
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('units', '0001_initial'), ('units', '0002_one_line_names')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.unit', verbose_name='Induk')),
                ('path', models.CharField(editable=False, max_length=200, unique=True)),
                ('official_name', models.CharField(max_length=200, validators=[toolkit.one_line.one_line], verbose_name='Nama resmi')),
                ('short_name', models.CharField(max_length=100, validators=[toolkit.one_line.one_line], verbose_name='Nama singkat')),
                ('level', models.CharField(choices=[('ministry', 'Kementerian'), ('echelon1', 'Unit Eselon I'), ('bureau', 'Biro'), ('regional_office', 'Kantor Wilayah'), ('technical_unit', 'Unit Pelaksana Teknis')], max_length=20, verbose_name='Tingkat')),
                ('kind', models.CharField(choices=[('office', 'Kantor'), ('lapas', 'Lapas'), ('rutan', 'Rutan'), ('lpka', 'LPKA'), ('bapas', 'Bapas'), ('rupbasan', 'Rupbasan'), ('rs', 'Rumah Sakit Pengayoman'), ('kanim', 'Kantor Imigrasi'), ('rudenim', 'Rudenim'), ('bhp', 'Balai Harta Peninggalan'), ('balai_diklat', 'Balai Diklat'), ('poltek', 'Politeknik')], default='office', max_length=20, verbose_name='Jenis')),
                ('unit_class', models.CharField(blank=True, max_length=30, validators=[toolkit.one_line.one_line], verbose_name='Kelas')),
                ('province', models.CharField(blank=True, help_text='Boleh berbeda dari provinsi unit induk.', max_length=60, validators=[toolkit.one_line.one_line], verbose_name='Provinsi lokasi')),
                ('city', models.CharField(blank=True, max_length=60, validators=[toolkit.one_line.one_line], verbose_name='Kota/kabupaten')),
                ('tz', models.CharField(choices=[('Asia/Jakarta', 'WIB (Jakarta)'), ('Asia/Pontianak', 'WIB (Pontianak)'), ('Asia/Makassar', 'WITA (Makassar)'), ('Asia/Jayapura', 'WIT (Jayapura)')], default='Asia/Jakarta', max_length=20, verbose_name='Zona waktu')),
                ('iso_codes', models.CharField(blank=True, max_length=40, verbose_name='Kode ISO provinsi')),
                ('kemendagri_codes', models.CharField(blank=True, max_length=40, verbose_name='Kode Kemendagri')),
                ('tile_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Baris peta petak')),
                ('tile_col', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Kolom peta petak')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='Berlaku sejak')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='Berlaku sampai')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='units.unit', verbose_name='Pengganti')),
                ('letter_prefix', models.CharField(blank=True, max_length=20, validators=[toolkit.one_line.one_line], verbose_name='Awalan nomor surat')),
                ('letterhead', models.TextField(blank=True, help_text='Satu baris kop per baris.', verbose_name='Kop surat')),
                ('address', models.CharField(blank=True, max_length=250, validators=[toolkit.one_line.one_line], verbose_name='Alamat')),
                ('phone', models.CharField(blank=True, max_length=40, validators=[toolkit.one_line.one_line], verbose_name='Telepon kantor')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel kantor')),
                ('website', models.URLField(blank=True, verbose_name='Situs')),
            ],
            options={
                'verbose_name': 'satuan kerja',
                'verbose_name_plural': 'satuan kerja',
                'indexes': [models.Index(fields=['level', 'official_name'], name='units_unit_level_name'), models.Index(fields=['official_name', 'id'], name='units_unit_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='units_unit_validity_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('tile_col', None), ('tile_row', None)), models.Q(('tile_col__isnull', False), ('tile_row__isnull', False)), _connector='OR'), name='units_unit_tile_both_or_neither')],
            },
        ),
        migrations.CreateModel(
            name='UnitAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='units.unit')),
                ('name', models.CharField(max_length=200, verbose_name='Nama lain')),
                ('key', models.CharField(db_index=True, editable=False, max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'key'), name='units_unitalias_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='units.unit')),
                ('official_name', models.CharField(max_length=200)),
                ('short_name', models.CharField(max_length=100)),
                ('until', models.DateField(verbose_name='Dipakai sampai')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'until'), name='units_unitname_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='UnitGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, validators=[toolkit.one_line.one_line], verbose_name='Nama kelompok')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_groups', to='units.unit', verbose_name='Pemilik')),
                ('members', models.ManyToManyField(blank=True, related_name='unit_groups', to='units.unit', verbose_name='Anggota')),
            ],
            options={
                'verbose_name': 'kelompok unit',
                'verbose_name_plural': 'kelompok unit',
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='units_unitgroup_name_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='units.unit')),
                ('name', models.CharField(max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel')),
                ('whatsapp', models.CharField(blank=True, max_length=20, verbose_name='WhatsApp')),
                ('for_publicity', models.BooleanField(default=True, verbose_name='Narahubung kehumasan')),
                ('for_cooperation', models.BooleanField(default=False, verbose_name='Narahubung kerja sama')),
                ('is_active', models.BooleanField(default=True, verbose_name='Aktif')),
            ],
            options={
                'verbose_name': 'narahubung',
                'verbose_name_plural': 'narahubung',
                'indexes': [models.Index(fields=['unit', 'is_active'], name='units_contact_unit_active')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='Surel')),
                ('full_name', models.CharField(max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama lengkap')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='units.unit', verbose_name='Satuan kerja')),
                ('role', models.CharField(choices=[('bureau_admin', 'Admin biro'), ('bureau_staff', 'Staf biro'), ('regional_admin', 'Admin Kanwil'), ('unit_operator', 'Operator satuan kerja'), ('leader', 'Pimpinan')], default='unit_operator', max_length=20, verbose_name='Peran')),
                ('keeps_agreements', models.BooleanField(default=False, verbose_name='Petugas kerja sama')),
                ('language', models.CharField(choices=[('id', 'Bahasa Indonesia'), ('en', 'English')], default='id', max_length=5, verbose_name='Bahasa')),
                ('is_active', models.BooleanField(default=True, verbose_name='Aktif')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='Undangan akun')),
            ],
            options={
                'verbose_name': 'akun',
                'verbose_name_plural': 'akun',
                'constraints': [models.CheckConstraint(condition=models.Q(('unit__isnull', False), ('role__in', ['bureau_admin', 'bureau_staff', 'leader']), _connector='OR'), name='units_user_regional_has_unit')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalUnit',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('official_name', models.CharField(max_length=200, validators=[toolkit.one_line.one_line], verbose_name='Nama resmi')),
                ('short_name', models.CharField(max_length=100, validators=[toolkit.one_line.one_line], verbose_name='Nama singkat')),
                ('level', models.CharField(choices=[('ministry', 'Kementerian'), ('echelon1', 'Unit Eselon I'), ('bureau', 'Biro'), ('regional_office', 'Kantor Wilayah'), ('technical_unit', 'Unit Pelaksana Teknis')], max_length=20, verbose_name='Tingkat')),
                ('kind', models.CharField(choices=[('office', 'Kantor'), ('lapas', 'Lapas'), ('rutan', 'Rutan'), ('lpka', 'LPKA'), ('bapas', 'Bapas'), ('rupbasan', 'Rupbasan'), ('rs', 'Rumah Sakit Pengayoman'), ('kanim', 'Kantor Imigrasi'), ('rudenim', 'Rudenim'), ('bhp', 'Balai Harta Peninggalan'), ('balai_diklat', 'Balai Diklat'), ('poltek', 'Politeknik')], default='office', max_length=20, verbose_name='Jenis')),
                ('unit_class', models.CharField(blank=True, max_length=30, validators=[toolkit.one_line.one_line], verbose_name='Kelas')),
                ('province', models.CharField(blank=True, help_text='Boleh berbeda dari provinsi unit induk.', max_length=60, validators=[toolkit.one_line.one_line], verbose_name='Provinsi lokasi')),
                ('city', models.CharField(blank=True, max_length=60, validators=[toolkit.one_line.one_line], verbose_name='Kota/kabupaten')),
                ('tz', models.CharField(choices=[('Asia/Jakarta', 'WIB (Jakarta)'), ('Asia/Pontianak', 'WIB (Pontianak)'), ('Asia/Makassar', 'WITA (Makassar)'), ('Asia/Jayapura', 'WIT (Jayapura)')], default='Asia/Jakarta', max_length=20, verbose_name='Zona waktu')),
                ('iso_codes', models.CharField(blank=True, max_length=40, verbose_name='Kode ISO provinsi')),
                ('kemendagri_codes', models.CharField(blank=True, max_length=40, verbose_name='Kode Kemendagri')),
                ('tile_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Baris peta petak')),
                ('tile_col', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Kolom peta petak')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='Berlaku sejak')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='Berlaku sampai')),
                ('letter_prefix', models.CharField(blank=True, max_length=20, validators=[toolkit.one_line.one_line], verbose_name='Awalan nomor surat')),
                ('letterhead', models.TextField(blank=True, help_text='Satu baris kop per baris.', verbose_name='Kop surat')),
                ('address', models.CharField(blank=True, max_length=250, validators=[toolkit.one_line.one_line], verbose_name='Alamat')),
                ('phone', models.CharField(blank=True, max_length=40, validators=[toolkit.one_line.one_line], verbose_name='Telepon kantor')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel kantor')),
                ('website', models.URLField(blank=True, verbose_name='Situs')),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit', verbose_name='Induk')),
                ('successor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit', verbose_name='Pengganti')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical satuan kerja',
                'verbose_name_plural': 'historical satuan kerja',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUnitGroup',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=100, validators=[toolkit.one_line.one_line], verbose_name='Nama kelompok')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit', verbose_name='Pemilik')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical kelompok unit',
                'verbose_name_plural': 'historical kelompok unit',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUnitContact',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('name', models.CharField(max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='Surel')),
                ('whatsapp', models.CharField(blank=True, max_length=20, verbose_name='WhatsApp')),
                ('for_publicity', models.BooleanField(default=True, verbose_name='Narahubung kehumasan')),
                ('for_cooperation', models.BooleanField(default=False, verbose_name='Narahubung kerja sama')),
                ('is_active', models.BooleanField(default=True, verbose_name='Aktif')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical narahubung',
                'verbose_name_plural': 'historical narahubung',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('email', models.EmailField(db_index=True, max_length=254, verbose_name='Surel')),
                ('full_name', models.CharField(max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Nama lengkap')),
                ('position', models.CharField(blank=True, max_length=150, validators=[toolkit.one_line.one_line], verbose_name='Jabatan')),
                ('role', models.CharField(choices=[('bureau_admin', 'Admin biro'), ('bureau_staff', 'Staf biro'), ('regional_admin', 'Admin Kanwil'), ('unit_operator', 'Operator satuan kerja'), ('leader', 'Pimpinan')], default='unit_operator', max_length=20, verbose_name='Peran')),
                ('keeps_agreements', models.BooleanField(default=False, verbose_name='Petugas kerja sama')),
                ('language', models.CharField(choices=[('id', 'Bahasa Indonesia'), ('en', 'English')], default='id', max_length=5, verbose_name='Bahasa')),
                ('is_active', models.BooleanField(default=True, verbose_name='Aktif')),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('invited_at', models.DateTimeField(blank=True, null=True, verbose_name='Undangan akun')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='units.unit', verbose_name='Satuan kerja')),
                ('created_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical akun',
                'verbose_name_plural': 'historical akun',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
