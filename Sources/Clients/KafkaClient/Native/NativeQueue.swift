internal import CRdkafka

/// A queue of librdkafka's with a descriptor that becomes readable when something comes into the empty queue.
/// Used on one thread; `close` must come before the handle is destroyed.
final class NativeQueue {
  let pointer: OpaquePointer
  let descriptor: Int32

  /// Takes the queue reference over.
  init(taking queue: OpaquePointer) {
    pointer = queue
    descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    precondition(descriptor >= 0, "eventfd failed: the process is out of file descriptors")
    var one: UInt64 = 1
    rd_kafka_queue_io_event_enable(queue, descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Makes the descriptor unreadable again; call it before the queue is emptied.
  func clear() {
    var value: UInt64 = 0
    eventfd_read(descriptor, &value)
  }

  func close() {
    rd_kafka_queue_io_event_enable(pointer, -1, nil, 0)
    rd_kafka_queue_destroy(pointer)
    _ = CRdkafka.close(descriptor)
  }
}
