-- Items: one packed row each. No index on a column that changes, so that updates stay heap-only.
CREATE TABLE item (
  merchant   text COLLATE "C" NOT NULL,
  gtin       bigint           NOT NULL,
  version    bigint           NOT NULL DEFAULT 0,
  timeline   integer          NOT NULL DEFAULT 0,
  -- The next moment at which something has to be looked at; the newest row in `timer` for it carries the same moment.
  due        timestamptz,
  attributes bytea            NOT NULL DEFAULT '{}',
  state      bytea            NOT NULL DEFAULT '',
  PRIMARY KEY (merchant, gtin)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- How far each topic's partition has been applied: advanced in the transaction that applies.
CREATE TABLE position (
  cluster   text    NOT NULL,
  topic     text    NOT NULL,
  partition integer NOT NULL,
  next      bigint  NOT NULL,
  PRIMARY KEY (cluster, topic, partition)
) WITH (fillfactor = 50);

-- Numbers of dispatches, handed out in blocks: a process takes 1,000 at a time.
CREATE SEQUENCE lease INCREMENT BY 1000;

-- Dispatches that were decided, and the place in the topic of those that were published. Both are only added to, and
-- dropped by partition.
CREATE TABLE outbox (
  lease    bigint           NOT NULL PRIMARY KEY,
  merchant text COLLATE "C" NOT NULL,
  gtin     bigint           NOT NULL,
  lane     smallint         NOT NULL,
  created  timestamptz      NOT NULL DEFAULT now()
) PARTITION BY RANGE (lease);

CREATE TABLE published (
  lease     bigint  NOT NULL PRIMARY KEY,
  partition integer NOT NULL,
  at_offset bigint  NOT NULL
) PARTITION BY RANGE (lease);

-- Moments at which an item wants to be looked at. A row counts only while the item's `due` equals it.
CREATE TABLE timer (
  due      timestamptz      NOT NULL,
  merchant text COLLATE "C" NOT NULL,
  gtin     bigint           NOT NULL
) PARTITION BY RANGE (due);
CREATE INDEX ON timer (due);

CREATE TABLE item_history (
  at       timestamptz      NOT NULL DEFAULT now(),
  merchant text COLLATE "C" NOT NULL,
  gtin     bigint           NOT NULL,
  version  bigint           NOT NULL,
  event    text             NOT NULL,
  detail   text             NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX ON item_history (merchant, gtin, at);

-- Feeds: the file's bytes in chunks, its rows, its items, and counts that are added up when they are read.
CREATE TABLE feed (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id     text             NOT NULL UNIQUE,
  merchant      text COLLATE "C" NOT NULL,
  spec          text             NOT NULL,
  -- -1: its bytes still arrive. -2: it is being removed. Neither is shown to anybody.
  status        smallint         NOT NULL DEFAULT 0,
  bytes         bigint           NOT NULL DEFAULT 0,
  sha256        bytea,
  correlation   text             NOT NULL,
  -- Whether the rows are applied or only checked, and whether a bad row holds back itself alone or all of them.
  mode          text             NOT NULL DEFAULT 'apply' CHECK (mode IN ('apply', 'validate')),
  policy        text             NOT NULL DEFAULT 'each-row' CHECK (policy IN ('each-row', 'all-or-nothing')),
  submitted_at  timestamptz      NOT NULL DEFAULT now(),
  completed_at  timestamptz,
  deadline      timestamptz      NOT NULL,
  -- The next row to apply, and whether all have been.
  next_row      bigint           NOT NULL DEFAULT 0,
  is_read       boolean          NOT NULL DEFAULT false,
  sends_avoided bigint           NOT NULL DEFAULT 0,
  error_code    text,
  error_text    text,
  -- The process that reads the feed, and until when no other may.
  runner        text,
  claimed_until timestamptz
) WITH (fillfactor = 50);
CREATE INDEX ON feed (merchant, id);
CREATE INDEX ON feed (id) WHERE completed_at IS NULL;
CREATE INDEX ON feed (completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE feed_chunk (
  feed  bigint  NOT NULL REFERENCES feed ON DELETE CASCADE,
  part  integer NOT NULL,
  bytes bytea   NOT NULL,
  PRIMARY KEY (feed, part)
);
ALTER TABLE feed_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE feed_row (
  feed   bigint  NOT NULL,
  index  bigint  NOT NULL,
  line   bigint  NOT NULL,
  gtin   bigint,
  text   text    NOT NULL,
  failed boolean NOT NULL,
  issues bytea,
  PRIMARY KEY (feed, index)
);

CREATE TABLE feed_item (
  feed    bigint   NOT NULL,
  gtin    bigint   NOT NULL,
  result  smallint NOT NULL DEFAULT 0,
  watcher bytea    NOT NULL,
  PRIMARY KEY (feed, gtin)
) WITH (fillfactor = 60);

-- A row for each worker that counts, so that none waits for another.
CREATE TABLE feed_count (
  feed      bigint   NOT NULL,
  slot      smallint NOT NULL,
  received  bigint   NOT NULL DEFAULT 0,
  succeeded bigint   NOT NULL DEFAULT 0,
  failed    bigint   NOT NULL DEFAULT 0,
  items     bigint   NOT NULL DEFAULT 0,
  PRIMARY KEY (feed, slot)
) WITH (fillfactor = 50);

CREATE TABLE feed_system_count (
  feed      bigint   NOT NULL,
  slot      smallint NOT NULL,
  system    text     NOT NULL,
  pending   bigint   NOT NULL DEFAULT 0,
  delivered bigint   NOT NULL DEFAULT 0,
  avoided   bigint   NOT NULL DEFAULT 0,
  failed    bigint   NOT NULL DEFAULT 0,
  PRIMARY KEY (feed, slot, system)
) WITH (fillfactor = 50);

CREATE TABLE feed_issue (
  feed     bigint NOT NULL,
  code     text   NOT NULL,
  severity text   NOT NULL,
  count    bigint NOT NULL,
  examples bytea  NOT NULL,
  PRIMARY KEY (feed, code, severity)
) WITH (fillfactor = 50);

CREATE TABLE idempotency (
  merchant text COLLATE "C" NOT NULL,
  key      text             NOT NULL,
  feed     bigint REFERENCES feed ON DELETE CASCADE,
  created  timestamptz      NOT NULL DEFAULT now(),
  PRIMARY KEY (merchant, key)
);
CREATE INDEX ON idempotency (feed);

-- Keys: only their hashes.
CREATE TABLE api_key (
  hash     bytea       NOT NULL PRIMARY KEY,
  id       text        NOT NULL UNIQUE,
  role     text        NOT NULL CHECK (role IN ('merchant', 'operator')),
  merchant text COLLATE "C",
  label    text        NOT NULL DEFAULT '',
  created  timestamptz NOT NULL DEFAULT now(),
  revoked  timestamptz,
  CHECK ((role = 'merchant') = (merchant IS NOT NULL))
);

-- Made beside its parent and then attached: unlike CREATE TABLE … PARTITION OF, that waits for no reader or writer.
CREATE FUNCTION add_partition(parent text, name text, low text, high text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, low, high);
  END IF;
END $$;

-- Makes the partitions of what is to come, and drops those whose time is over. Safe to call at any time, from any
-- number of processes. Leases run ahead by 35 million: at 10,000 a second, nearly an hour.
CREATE FUNCTION keep_partitions(history_days integer) RETURNS void LANGUAGE plpgsql
  SET lock_timeout = '2s' AS $$
DECLARE
  width CONSTANT bigint := 5000000;
  newest bigint := (SELECT last_value FROM lease);
  first bigint;
  start timestamptz;
  part record;
  -- Up to when timers have fired, in UTC.
  fired timestamp := (SELECT to_timestamp(next / 1000000) AT TIME ZONE 'UTC' FROM position
    WHERE cluster = '' AND topic = 'timers' AND partition = 0);
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('hyperloop.partitions'));
  FOR ahead IN 0..7 LOOP
    first := (newest / width + ahead) * width;
    PERFORM add_partition('outbox', 'outbox_' || first / width, first::text, (first + width)::text);
    PERFORM add_partition('published', 'published_' || first / width, first::text, (first + width)::text);
  END LOOP;
  FOR ahead IN -1..20 LOOP
    start := date_bin('6 hours', now(), '2000-01-01 00:00:00+00') + ahead * interval '6 hours';
    PERFORM add_partition('timer', 'timer_' || to_char(start AT TIME ZONE 'UTC', 'YYYYMMDDHH24'), start::text,
      (start + interval '6 hours')::text);
  END LOOP;
  FOR ahead IN -1..7 LOOP
    start := date_bin('1 day', now(), '2000-01-01 00:00:00+00') + ahead * interval '1 day';
    PERFORM add_partition('item_history', 'item_history_' || to_char(start AT TIME ZONE 'UTC', 'YYYYMMDD'), start::text,
      (start + interval '1 day')::text);
  END LOOP;
  FOR part IN SELECT parent.relname AS parent, child.relname AS name FROM pg_inherits
      JOIN pg_class parent ON parent.oid = inhparent JOIN pg_class child ON child.oid = inhrelid
      WHERE parent.relname IN ('item_history', 'timer', 'outbox') AND child.relkind = 'r'
  LOOP
    -- History by age. Timers once they have all fired: a service that slept must not lose what it slept through.
    -- Dispatches when the longest time for which anything is retried is over.
    CASE part.parent
      WHEN 'item_history' THEN
        CONTINUE WHEN part.name >= 'item_history_'
          || to_char((now() - history_days * interval '1 day') AT TIME ZONE 'UTC', 'YYYYMMDD');
      WHEN 'timer' THEN
        CONTINUE WHEN part.name >= 'timer_' || to_char(fired - interval '12 hours', 'YYYYMMDDHH24') OR fired IS NULL;
      ELSE
        EXECUTE format('SELECT created FROM %I ORDER BY lease DESC LIMIT 1', part.name) INTO start;
        CONTINUE WHEN start IS NULL OR start > now() - interval '4 days';
    END CASE;
    BEGIN
      EXECUTE format('DROP TABLE %I', part.name);
      IF part.parent = 'outbox' THEN
        EXECUTE format('DROP TABLE IF EXISTS %I', replace(part.name, 'outbox', 'published'));
      END IF;
    EXCEPTION WHEN lock_not_available THEN
      -- Somebody reads it, and others would soon wait behind this: the next turn drops it.
      NULL;
    END;
  END LOOP;
END $$;

-- Removes a part of the feed that ended first of those that ended longer than `kept` ago: at most `size` of its rows,
-- or of its items, and so on to the feed itself. False when there is no such feed: to be called until then. Safe to call
-- from any number of processes.
CREATE FUNCTION remove_feeds(kept interval, size integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  old bigint;
  removed bigint;
BEGIN
  SELECT id INTO old FROM feed WHERE completed_at < now() - kept ORDER BY completed_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF old IS NULL THEN
    RETURN false;
  END IF;
  UPDATE feed SET status = -2 WHERE id = old AND status <> -2;
  DELETE FROM feed_row WHERE ctid = ANY (ARRAY(SELECT ctid FROM feed_row WHERE feed = old LIMIT size));
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF removed > 0 THEN
    RETURN true;
  END IF;
  DELETE FROM feed_item WHERE ctid = ANY (ARRAY(SELECT ctid FROM feed_item WHERE feed = old LIMIT size));
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF removed > 0 THEN
    RETURN true;
  END IF;
  DELETE FROM feed_count WHERE feed = old;
  DELETE FROM feed_system_count WHERE feed = old;
  DELETE FROM feed_issue WHERE feed = old;
  -- With its bytes, which are at most a gigabyte in some thousand rows, and its idempotency key.
  DELETE FROM feed WHERE id = old;
  RETURN true;
END $$;

SELECT keep_partitions(30);
