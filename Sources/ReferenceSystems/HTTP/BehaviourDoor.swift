internal import HTTPServer
internal import JSONCodec

/// Shows and changes how a system behaves: `/behaviour`.
struct BehaviourDoor: Sendable {
  let behaviour: BehaviourSwitch

  var routes: [Route] {
    [
      .immediate(.get, "/behaviour") { _ in rules() },
      .immediate(.post, "/behaviour", Route.Options(body: .buffered(maxBytes: 65_536))) { set($0.bytes) },
      .immediate(.delete, "/behaviour") { _ in set(Array("[]".utf8)) },
    ]
  }

  private func set(_ bytes: [UInt8]) -> HTTPServerResponse {
    do throws(BehaviourError) {
      try behaviour.set(try BehaviourRule.read(bytes))
    } catch {
      return .problem(status: 400, code: "bad_behaviour", title: "Not a behaviour", detail: error.description)
    }
    return rules()
  }

  private func rules() -> HTTPServerResponse {
    var json = JSONWriter()
    json.beginArray()
    for rule in behaviour.rules { rule.write(to: &json) }
    json.endArray()
    return .json(json.bytes)
  }
}
