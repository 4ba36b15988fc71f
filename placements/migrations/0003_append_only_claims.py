from django.db import migrations


class Migration(migrations.Migration):
    """What a side said of an hour is never said differently afterwards; only where it counts may change (undo).

    Deleting stays possible: claims go with the entry that is erased, and credit rests on the evidence kept with it.
    """

    dependencies = [("placements", "0002_rule_sets"), ("core", "0002_append_only_log")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE TRIGGER placements_claim_append_only
                BEFORE UPDATE OF id, entry_id, side, minutes, reason, person_id, at
                ON placements_hourclaim FOR EACH ROW EXECUTE FUNCTION core_is_append_only();
            CREATE TRIGGER placements_claim_stays BEFORE TRUNCATE ON placements_hourclaim
                FOR EACH STATEMENT EXECUTE FUNCTION core_is_append_only();
            """,
            reverse_sql="""
            DROP TRIGGER placements_claim_append_only ON placements_hourclaim;
            DROP TRIGGER placements_claim_stays ON placements_hourclaim;
            """,
        )
    ]
