"""Every table and first row as the replaced migrations left them, for a database that starts empty: made in far less
time."""

from importlib import import_module

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def did(module, function):
    return getattr(import_module(f"outbox.migrations.{module}"), function)


class Migration(migrations.Migration):

    replaces = [('outbox', '0001_initial'), ('outbox', '0002_delivery'), ('outbox', '0003_fewer_indexes'), ('outbox', '0004_drop_template_version'), ('outbox', '0005_waiting_index')]

    initial = True

    dependencies = [
        ('units', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=200)),
                ('schedule_rev', models.PositiveIntegerField(default=1)),
                ('is_held', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True)),
                ('per_minute', models.PositiveIntegerField(default=60000, verbose_name='Pesan per menit')),
                ('per_day', models.PositiveIntegerField(blank=True, null=True, verbose_name='Pesan per hari')),
                ('max_connections', models.PositiveSmallIntegerField(default=4)),
                ('tokens', models.FloatField(default=0)),
                ('tokens_at', models.DateTimeField(null=True)),
                ('day', models.DateField(null=True)),
                ('sent_in_day', models.PositiveIntegerField(default=0)),
                ('is_held', models.BooleanField(default=False, verbose_name='Ditahan')),
                ('slowed_until', models.DateTimeField(null=True)),
                ('paused_until', models.DateTimeField(null=True)),
                ('pauses', models.PositiveSmallIntegerField(default=0)),
                ('last_fault', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='SuppressedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, unique=True)),
                ('reason', models.CharField(max_length=300)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('dedup_key', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=60)),
                ('rule', models.CharField(blank=True, max_length=20)),
                ('priority', models.SmallIntegerField(default=0)),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='outbox.channel')),
                ('topic', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='outbox.topic')),
                ('topic_rev', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='units.unit')),
                ('user', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to=settings.AUTH_USER_MODEL)),
                ('ref', models.BigIntegerField(blank=True, null=True)),
                ('recipient_name', models.CharField(max_length=200)),
                ('to_addr', models.EmailField(max_length=254)),
                ('context', models.JSONField(default=dict)),
                ('is_sensitive', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('pending', 'Dijadwalkan'), ('retry', 'Menunggu ulang'), ('claimed', 'Disiapkan'), ('sending', 'Sedang dikirim'), ('sent', 'Terkirim'), ('bounced', 'Terpental'), ('failed', 'Gagal'), ('uncertain', 'Perlu keputusan'), ('cancelled', 'Ditarik'), ('expired', 'Kedaluwarsa'), ('suppressed', 'Alamat diblokir')], default='pending', max_length=12)),
                ('not_before', models.DateTimeField()),
                ('not_after', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('max_attempts', models.PositiveSmallIntegerField(default=8)),
                ('last_code', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('in_doubt_at', models.DateTimeField(blank=True, null=True)),
                ('doubts', models.PositiveSmallIntegerField(default=0)),
                ('claim_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('message_id', models.CharField(max_length=120)),
                ('rendered', models.BinaryField(blank=True, null=True)),
                ('rendered_sha256', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('smtp_reply', models.CharField(blank=True, max_length=300)),
                ('bounced_at', models.DateTimeField(blank=True, null=True)),
                ('bounce_code', models.CharField(blank=True, max_length=12)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'surat',
                'verbose_name_plural': 'surat',
                'indexes': [models.Index(models.F('channel'), models.OrderBy(models.F('priority'), descending=True), models.F('not_after'), models.F('not_before'), models.F('id'), condition=models.Q(('state__in', ['pending', 'retry'])), name='outbox_message_due'), models.Index(condition=models.Q(('state__in', ['pending', 'retry'])), fields=['not_before', 'id'], name='outbox_message_waiting'), models.Index(condition=models.Q(('state__in', ['claimed', 'sending'])), fields=['lease_until'], name='outbox_message_leased'), models.Index(condition=models.Q(('claim_token__isnull', False)), fields=['claim_token'], name='outbox_message_claim'), models.Index(fields=['topic', 'state', 'id'], name='outbox_message_topic'), models.Index(fields=['unit', 'id'], name='outbox_message_unit'), models.Index(fields=['kind', 'ref'], name='outbox_message_ref'), models.Index(condition=models.Q(('settled_at', None), ('state__in', ['failed', 'uncertain', 'bounced', 'suppressed'])), fields=['state', 'id'], name='outbox_message_action'), models.Index(condition=models.Q(('user__isnull', False)), fields=['user', 'id'], name='outbox_message_user')],
                'constraints': [models.UniqueConstraint(fields=('dedup_key',), name='outbox_message_dedup_key'), models.UniqueConstraint(fields=('message_id',), name='outbox_message_message_id'), models.CheckConstraint(condition=models.Q(('not_after', None), ('not_after__gt', models.F('not_before')), _connector='OR'), name='outbox_message_window'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='outbox_message_sent_has_moment')],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='outbox.message')),
                ('n', models.PositiveSmallIntegerField()),
                ('phase', models.CharField(max_length=12)),
                ('outcome', models.CharField(max_length=12)),
                ('code', models.PositiveSmallIntegerField(null=True)),
                ('reply', models.CharField(blank=True, max_length=300)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
            ],
        ),
        migrations.RunPython(did('0002_delivery', 'make_channels'), migrations.RunPython.noop),
    ]
