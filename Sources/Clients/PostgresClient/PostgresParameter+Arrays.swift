/// Columns of rows, for `unnest($1, $2, …)`: each is one buffer, whatever the number of elements.
extension PostgresParameter {
  /// An array that was built element by element.
  public static func array(_ value: PostgresArray) -> Self { Self(value.element.array, .bytes(value.finish())) }

  public static func boolArray(_ values: some Collection<Bool>) -> Self {
    fixed(.bool, values.count, 1, values) { $0.append(element: UInt8($1 ? 1 : 0)) }
  }
  public static func boolArray(_ values: some Collection<Bool?>) -> Self {
    nullable(.bool, values.count, 1, values) { $0.append(element: UInt8($1 ? 1 : 0)) }
  }
  public static func int2Array(_ values: some Collection<Int16>) -> Self {
    fixed(.int2, values.count, 2, values) { $0.append(element: $1) }
  }
  public static func int2Array(_ values: some Collection<Int16?>) -> Self {
    nullable(.int2, values.count, 2, values) { $0.append(element: $1) }
  }
  public static func int4Array(_ values: some Collection<Int32>) -> Self {
    fixed(.int4, values.count, 4, values) { $0.append(element: $1) }
  }
  public static func int4Array(_ values: some Collection<Int32?>) -> Self {
    nullable(.int4, values.count, 4, values) { $0.append(element: $1) }
  }
  public static func int8Array(_ values: some Collection<Int64>) -> Self {
    fixed(.int8, values.count, 8, values) { $0.append(element: $1) }
  }
  public static func int8Array(_ values: some Collection<Int64?>) -> Self {
    nullable(.int8, values.count, 8, values) { $0.append(element: $1) }
  }
  public static func float8Array(_ values: some Collection<Double>) -> Self {
    fixed(.float8, values.count, 8, values) { $0.append(element: $1.bitPattern) }
  }
  public static func float8Array(_ values: some Collection<Double?>) -> Self {
    nullable(.float8, values.count, 8, values) { $0.append(element: $1.bitPattern) }
  }
  /// Microseconds since 1970-01-01 00:00 UTC.
  public static func timestamptzArray(_ values: some Collection<Int64>) -> Self {
    fixed(.timestamptz, values.count, 8, values) { $0.append(element: PostgresEpoch.fromUnix(microseconds: $1)) }
  }
  /// Microseconds since 1970-01-01 00:00 UTC.
  public static func timestamptzArray(_ values: some Collection<Int64?>) -> Self {
    nullable(.timestamptz, values.count, 8, values) { $0.append(element: PostgresEpoch.fromUnix(microseconds: $1)) }
  }
  /// Days since 1970-01-01.
  public static func dateArray(_ values: some Collection<Int32>) -> Self {
    fixed(.date, values.count, 4, values) { $0.append(element: PostgresEpoch.fromUnix(days: $1)) }
  }
  /// Days since 1970-01-01.
  public static func dateArray(_ values: some Collection<Int32?>) -> Self {
    nullable(.date, values.count, 4, values) { $0.append(element: PostgresEpoch.fromUnix(days: $1)) }
  }

  public static func textArray(_ values: some Collection<String>) -> Self {
    fixed(.text, values.count, 16, values) { $0.append($1) }
  }
  public static func textArray(_ values: some Collection<String?>) -> Self {
    nullable(.text, values.count, 16, values) { $0.append($1) }
  }
  /// Texts that are UTF-8 bytes already.
  public static func textArray(bytes values: some Collection<[UInt8]>) -> Self {
    fixed(.text, values.count, size(of: values), values) { $0.append(bytes: $1) }
  }
  public static func textArray(bytes values: some Collection<[UInt8]?>) -> Self {
    nullable(.text, values.count, size(of: values), values) { $0.append(bytes: $1) }
  }
  public static func byteaArray(_ values: some Collection<[UInt8]>) -> Self {
    fixed(.bytea, values.count, size(of: values), values) { $0.append(bytes: $1) }
  }
  public static func byteaArray(_ values: some Collection<[UInt8]?>) -> Self {
    nullable(.bytea, values.count, size(of: values), values) { $0.append(bytes: $1) }
  }
  /// JSON texts, in UTF-8.
  public static func jsonbArray(_ values: some Collection<[UInt8]>) -> Self {
    fixed(.jsonb, values.count, size(of: values) + 1, values) { $0.append(jsonb: $1) }
  }
  public static func jsonbArray(_ values: some Collection<[UInt8]?>) -> Self {
    nullable(.jsonb, values.count, size(of: values) + 1, values) { $0.append(jsonb: $1) }
  }

  // MARK: Building

  /// `size`: about how many bytes an element takes.
  private static func fixed<Element>(
    _ type: PostgresType, _ count: Int, _ size: Int, _ values: some Sequence<Element>,
    _ append: (inout PostgresArray, Element) -> Void
  ) -> Self {
    var array = PostgresArray(of: type, capacity: count * (size + 4))
    for value in values { append(&array, value) }
    return .array(array)
  }

  private static func nullable<Element>(
    _ type: PostgresType, _ count: Int, _ size: Int, _ values: some Sequence<Element?>,
    _ append: (inout PostgresArray, Element) -> Void
  ) -> Self {
    fixed(type, count, size, values) { array, value in
      if let value { append(&array, value) } else { array.appendNull() }
    }
  }

  private static func size(of values: some Collection<[UInt8]>) -> Int {
    values.isEmpty ? 0 : values.reduce(0) { $0 + $1.count } / values.count + 1
  }

  private static func size(of values: some Collection<[UInt8]?>) -> Int {
    values.isEmpty ? 0 : values.reduce(0) { $0 + ($1?.count ?? 0) } / values.count + 1
  }
}
