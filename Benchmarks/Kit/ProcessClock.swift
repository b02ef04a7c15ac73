internal import Foundation

/// The processor time that this process has used, in all of its threads.
public enum ProcessClock {
  public static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Double {
  /// With two decimals, for people.
  public var hundredths: Double { (self * 100).rounded() / 100 }
}
