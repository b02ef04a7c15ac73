import TrialRun

/// How long a test waits for what must come. That is for what hangs, and says nothing of how fast it is: on a machine that
/// is busy, or stands still for seconds, everything comes late.
let patience = TrialStand.patience

extension TrialStand.Options {
  /// For tests that count deliveries. A session, a lease or a call that expires is made up for by one more delivery
  /// under the same key, and expire they do where the machine stands still for seconds: here they last longer than that.
  mutating func outlastStandstills() throws {
    settings["kafka.properties.session.timeout.ms"] = "15000"
    settings["kafka.properties.max.poll.interval.ms"] = "30000"
    settings["lease.timeout"] = "10m"
    systemsArguments += ["--session-timeout", "30s"]
    let file = directory + "/patient-systems.yaml"
    let lines = try text(of: Built.systemsFile).split(separator: "\n", omittingEmptySubsequences: false)
    let patient = lines.filter { !$0.hasPrefix("    timeout:") }.map { line in
      line.hasPrefix("    url:") ? "\(line)\n    timeout: 5m" : String(line)
    }
    try write(patient.joined(separator: "\n"), to: file)
    systemsFile = file
  }
}
