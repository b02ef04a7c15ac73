import Testing

/// Tests of the whole service. One at a time, since each has the machine's processes, ports and time for itself.
///
/// The time limit, like every other one here, is for what hangs.
///
/// What Kafka has a part in is tried on each kind that is there; the rest on the embedded cluster alone.
@Suite(.serialized, .timeLimit(.minutes(30))) enum WholeService {}
