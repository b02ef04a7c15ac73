/// Writes rows of a batch as JSON. What holds no value is left out.
struct RowWriter {
  private let program: RowProgram
  private let columns: Int

  init(_ program: RowProgram, columns: Int) {
    self.program = program
    self.columns = columns
  }

  /// The most bytes that a row takes whose texts have `text` bytes.
  func limit(text: Int) -> Int { program.literals.count + program.steps.count + columns * 80 + text * 2 }

  /// Writes one object for the rows: an entry of the list for each, and of other attributes the last value.
  /// - Parameters:
  ///   - output: room for the rows' limits together.
  /// - Returns: the bytes that were written.
  @inline(__always)
  func write(
    _ rows: some RandomAccessCollection<Int>, values: UnsafeBufferPointer<TypedValue>,
    text: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>
  ) -> Int {
    program.steps.withUnsafeBufferPointer { steps in
      program.literals.withUnsafeBufferPointer { literals in
        withUnsafeTemporaryAllocation(of: JSONSink.Level.self, capacity: program.depth + 1) { levels in
          var sink = JSONSink(output: output, text: text, literals: literals, levels: levels)
          var step = 0
          while step < steps.count {
            if step == program.entry.lowerBound, !program.entry.isEmpty {
              for row in rows {
                for inner in program.entry { take(steps[inner], CollectionOfOne(row), values, &sink) }
              }
              step = program.entry.upperBound
            } else {
              take(steps[step], rows, values, &sink)
              step += 1
            }
          }
          return sink.count
        }
      }
    }
  }

  @inline(__always)
  private func take(
    _ step: RowProgram.Step, _ rows: some RandomAccessCollection<Int>, _ values: UnsafeBufferPointer<TypedValue>,
    _ sink: inout JSONSink
  ) {
    switch step.kind {
    case .open: sink.open(step)
    case .close: sink.close(step)
    case .member:
      for row in rows.reversed() {
        let value = values[row * columns + step.column]
        guard value.kind != .nothing else { continue }
        sink.name(step)
        sink.append(value)
        break
      }
    }
  }
}
