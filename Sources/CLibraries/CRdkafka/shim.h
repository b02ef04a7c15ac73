// librdkafka 2.0 (Debian 12).
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/// Hands one record over (rd_kafka_producev is variadic). librdkafka copies key and value; `headers` become its own when
/// it answers RD_KAFKA_RESP_ERR_NO_ERROR and stay the caller's otherwise. A NULL key or value is Kafka's null.
static inline rd_kafka_resp_err_t hl_kafka_produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, int32_t partition,
                                                   const void *key, size_t key_length, const void *value,
                                                   size_t value_length, rd_kafka_headers_t *headers, void *opaque) {
  return rd_kafka_producev(rk, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
                           RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_KEY(key, key_length),
                           RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_HEADERS(headers),
                           RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}
