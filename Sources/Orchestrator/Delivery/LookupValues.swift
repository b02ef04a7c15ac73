internal import JSONCodec

/// Look-ups' answers by the look-ups' places in the systems file, as templates take them.
typealias LookupValues = [Int: JSONValue]
