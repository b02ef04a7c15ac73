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

CREATE INDEX ON outbox USING brin (created);

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
  status        smallint         NOT NULL DEFAULT 0,
  bytes         bigint           NOT NULL DEFAULT 0,
  sha256        bytea,
  correlation   text             NOT NULL,
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

-- Makes the partitions of the days to come, and drops those whose time is over. Safe to call at any time, from any
-- number of processes.
CREATE FUNCTION keep_partitions(history_days integer) RETURNS void LANGUAGE plpgsql
  SET client_min_messages = warning AS $$
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
  FOR ahead IN 0..2 LOOP
    first := (newest / width + ahead) * width;
    EXECUTE format('CREATE TABLE IF NOT EXISTS outbox_%s PARTITION OF outbox FOR VALUES FROM (%s) TO (%s)',
      first / width, first, first + width);
    EXECUTE format('CREATE TABLE IF NOT EXISTS published_%s PARTITION OF published FOR VALUES FROM (%s) TO (%s)',
      first / width, first, first + width);
  END LOOP;
  FOR ahead IN -1..20 LOOP
    start := date_bin('6 hours', now(), '2000-01-01 00:00:00+00') + ahead * interval '6 hours';
    EXECUTE format('CREATE TABLE IF NOT EXISTS timer_%s PARTITION OF timer FOR VALUES FROM (%L) TO (%L)',
      to_char(start AT TIME ZONE 'UTC', 'YYYYMMDDHH24'), start, start + interval '6 hours');
  END LOOP;
  FOR ahead IN -1..7 LOOP
    start := date_bin('1 day', now(), '2000-01-01 00:00:00+00') + ahead * interval '1 day';
    EXECUTE format('CREATE TABLE IF NOT EXISTS item_history_%s PARTITION OF item_history FOR VALUES FROM (%L) TO (%L)',
      to_char(start AT TIME ZONE 'UTC', 'YYYYMMDD'), start, start + interval '1 day');
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
        EXECUTE format('DROP TABLE IF EXISTS %I', replace(part.name, 'outbox', 'published'));
    END CASE;
    EXECUTE format('DROP TABLE %I', part.name);
  END LOOP;
END $$;

SELECT keep_partitions(30);
