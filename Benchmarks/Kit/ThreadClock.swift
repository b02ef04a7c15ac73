internal import Foundation

/// The time that this thread has run, which other programs on the machine do not use up.
public enum ThreadClock {
  public static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
