DROP FUNCTION keep_partitions(integer);
DROP TABLE api_key, idempotency, feed_issue, feed_system_count, feed_count, feed_item, feed_row, feed_chunk, feed,
  item_history, timer, published, outbox, position, item;
DROP SEQUENCE lease;
