import Testing

/// Tests of the whole service. One at a time, since each has the machine's processes, ports and time for itself.
@Suite(.serialized) enum WholeService {}
