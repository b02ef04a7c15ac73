import Testing

/// Tests of the whole service. One at a time, since each has the machine's processes, ports and time for itself.
///
/// What Kafka has a part in is tried on each kind that is there; the rest on the embedded cluster alone.
@Suite(.serialized) enum WholeService {}
