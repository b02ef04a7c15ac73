DROP FUNCTION remove_feeds(interval, integer), keep_partitions(integer), add_partition(text, text, text, text);
DROP TABLE api_key, idempotency, feed_issue, feed_system_count, feed_count, feed_item, feed_row, feed_chunk, feed,
  item_history, timer, published, outbox, position, item;
DROP SEQUENCE lease;
