internal import Glibc

/// What Prometheus expects to know of any process, read from `/proc` when the metrics are read.
public enum ProcessMetrics {
  public static func register(in registry: MetricsRegistry) {
    registry.counter("process_cpu_seconds_total", help: "User and system time spent, in seconds.") { cpuSeconds() }
    registry.gauge("process_resident_memory_bytes", help: "Resident memory, in bytes.") { residentBytes() }
    registry.gauge("process_open_fds", help: "Open file descriptors.") { openDescriptors() }
    registry.gauge("process_max_fds", help: "The limit of open file descriptors.") {
      var limit = rlimit()
      return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Double(limit.rlim_cur) : nil
    }
    let start = startTime()
    registry.gauge("process_start_time_seconds", help: "When the process began, in seconds since 1970.") { start }
  }

  private static func cpuSeconds() -> Double? {
    var time = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return nil }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func residentBytes() -> Double? {
    // The second number counts pages.
    let fields = read("/proc/self/statm").split(separator: " ")
    guard fields.count > 1, let pages = Double(fields[1]) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static func openDescriptors() -> Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Without `.`, `..`, and the descriptor of this very reading.
    return Double(count - 3)
  }

  private static func startTime() -> Double? {
    // The program's name, in parentheses, may hold anything; after it, the 20th field is the start in clock ticks.
    let stat = read("/proc/self/stat")
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[end...].split(separator: " ")
    let boot = read("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
    guard fields.count > 20, let ticks = Double(fields[20]), let boot, let booted = Double(boot.dropFirst(6)) else {
      return nil
    }
    return booted + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func read(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
