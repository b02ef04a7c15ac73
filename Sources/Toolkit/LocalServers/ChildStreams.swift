internal import CLinux
internal import Glibc
internal import NativeThreads

/// The descriptors that become a child's standard streams, and our ends of its pipes.
struct ChildStreams {
  let input: Int32
  let output: Int32
  let error: Int32
  private var childEnds: [Int32] = []
  /// The pipe that a lifeline child reads. It stays open until this process ends: that is its meaning.
  private var lifeline: Int32?
  private var lines: (descriptor: Int32, handler: @Sendable (String?) -> Void)?

  init(input: ChildCommand.Input, output: ChildCommand.Output) throws(LocalServerError) {
    switch input {
    case .inherit: self.input = 0
    case .null:
      self.input = try openFile("/dev/null", O_RDONLY)
      childEnds.append(self.input)
    case .lifeline:
      let pipe = try openPipe()
      self.input = pipe.read
      lifeline = pipe.write
      childEnds.append(pipe.read)
    }
    switch output {
    case .inherit:
      self.output = 1
      error = 2
      return
    case .discard: self.output = try openFile("/dev/null", O_WRONLY)
    case .file(let path): self.output = try openFile(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
    case .lines(let handler):
      let pipe = try openPipe()
      self.output = pipe.write
      lines = (pipe.read, handler)
    }
    error = self.output
    childEnds.append(self.output)
  }

  func closeChildEnds() {
    for descriptor in childEnds { close(descriptor) }
  }

  func closeParentEnds() {
    if let lifeline { close(lifeline) }
    if let lines { close(lines.descriptor) }
  }

  /// Starts the thread that hands the child's lines on.
  func readLines() {
    guard let (descriptor, handler) = lines else { return }
    _ = NativeThread(name: "child-output") {
      var pending: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
      while true {
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        for byte in buffer[..<count] {
          let isEnd = byte == UInt8(ascii: "\n")
          if !isEnd { pending.append(byte) }
          if isEnd || pending.count >= 1 << 20 {
            handler(String(decoding: pending, as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
          }
        }
      }
      if !pending.isEmpty { handler(String(decoding: pending, as: UTF8.self)) }
      handler(nil)
      close(descriptor)
    }
  }
}

private func openFile(_ path: String, _ flags: Int32) throws(LocalServerError) -> Int32 {
  let descriptor = open(path, flags | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
  return descriptor
}

private func openPipe() throws(LocalServerError) -> (read: Int32, write: Int32) {
  var ends: [Int32] = [-1, -1]
  guard hl_pipe2(&ends, O_CLOEXEC) == 0 else { throw .file("pipe", reason: String(cString: strerror(errno))) }
  return (ends[0], ends[1])
}
