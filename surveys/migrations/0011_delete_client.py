"""All that was kept for a client goes at once, by a function of the tables' owner: the worker itself may delete no report,
no event and no certificate. It refuses a client that nobody asked to delete, and finds every table by its foreign keys."""

from django.db import migrations

CREATE = """
CREATE FUNCTION surveys_delete_rows(target regclass, condition text, seen regclass[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE child record; gone bigint := 0; here bigint;
BEGIN
    FOR child IN
        SELECT k.conrelid::regclass AS relation, a.attname AS reference, b.attname AS referenced
        FROM pg_constraint AS k
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
        JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
        WHERE k.contype = 'f' AND k.confrelid = target AND NOT k.conrelid = ANY (seen || target)
    LOOP
        gone := gone + surveys_delete_rows(
            child.relation,
            format('%I IN (SELECT %I FROM %s WHERE %s)', child.reference, child.referenced, target, condition),
            seen || target
        );
    END LOOP;
    EXECUTE format('DELETE FROM %s WHERE %s', target, condition);
    GET DIAGNOSTICS here = ROW_COUNT;
    RETURN gone + here;
END $$;
REVOKE ALL ON FUNCTION surveys_delete_rows(regclass, text, regclass[]) FROM PUBLIC;

CREATE FUNCTION surveys_delete_client(client uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM surveys_organization WHERE id = client AND doomed_at IS NOT NULL FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'Nobody asked to delete this client.'; END IF;
    RETURN surveys_delete_rows('surveys_organization', format('id = %L', client), '{}');
END $$;
REVOKE ALL ON FUNCTION surveys_delete_client(uuid) FROM PUBLIC;
"""
DROP = """
DROP FUNCTION surveys_delete_client(uuid);
DROP FUNCTION surveys_delete_rows(regclass, text, regclass[]);
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0010_clients_and_access")]
    operations = [migrations.RunSQL(CREATE, DROP)]
