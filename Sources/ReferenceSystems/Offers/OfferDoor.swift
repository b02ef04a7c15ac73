internal import HTTPServer
internal import ItemModel
internal import JSONCodec
internal import Synchronization

/// Answers `GET /offers/{merchantId}/{gtin14}`.
final class OfferDoor: Sendable {
  private let name: String
  private let catalogue: OfferCatalogue
  private let behaviour: BehaviourSwitch
  private let delay: AnswerDelay
  private let requests = Atomic<Int>(0)
  private let faults = Atomic<Int>(0)

  init(name: String, catalogue: OfferCatalogue, behaviour: BehaviourSwitch, delay: AnswerDelay) {
    self.name = name
    self.catalogue = catalogue
    self.behaviour = behaviour
    self.delay = delay
  }

  var routes: [Route] {
    let options = Route.Options(body: .none, answerDeadline: FaultAnswer.hanging + .seconds(10))
    return [
      .callback(.get, "/offers/{merchantId}/{gtin14}", options) { [self] request, responder in
        let (response, wait) = answer(request)
        delay.call(after: wait) { responder.respond(response) }
      },
      .immediate(.get, "/stats") { [self] _ in statistics() },
    ]
  }

  private func answer(_ request: HTTPServerRequest) -> (HTTPServerResponse, Duration) {
    requests.add(1, ordering: .relaxed)
    let decision = behaviour.decide()
    if let rule = decision.fault {
      faults.add(1, ordering: .relaxed)
      if let (response, wait) = FaultAnswer.make(rule) { return (response, decision.delay + wait) }
    }
    let key = Array("\(request.parameter("merchantId"))/\(request.parameter("gtin14"))".utf8)
    guard let item = ItemKey(messageKey: key) else {
      return (.problem(status: 400, code: "bad_item", title: "Not merchant/gtin14"), decision.delay)
    }
    return (.json(catalogue.answer(item)), decision.delay)
  }

  private func statistics() -> HTTPServerResponse {
    var json = JSONWriter()
    json.beginObject()
    json.field("system", name)
    json.field("requests", Int64(requests.load(ordering: .relaxed)))
    json.field("faults", Int64(faults.load(ordering: .relaxed)))
    json.endObject()
    return .json(json.bytes)
  }
}
