internal import FeedIngestor
internal import HTTPServer
internal import JSONCodec
internal import PostgresClient

/// `POST /v1/feeds`: takes a grid in, and answers once it is durable.
struct FeedUploads: Sendable {
  private let store: FeedStore
  private let maxBytes: Int
  private let deadline: Duration
  private let slots: Slots

  init(store: FeedStore, configuration: IngressConfiguration) {
    self.store = store
    maxBytes = configuration.maxFeedBytes
    deadline = configuration.uploadDeadline
    slots = Slots(configuration.maxUploads, share: configuration.maxUploadsPerMerchant)
  }

  func routes(_ endpoints: Endpoints) -> [Route] {
    // A form needs a little more than its file.
    let options = Route.Options(
      body: .streamed(maxBytes: maxBytes + 64 * 1_024), bodyDeadline: deadline,
      requestDeadline: deadline + .seconds(60))
    return [
      endpoints.route(.post, "/v1/feeds", parameters: ["spec", "mode", "policy"], options) { try await submit($0, $1) }
    ]
  }

  private func submit(_ request: HTTPServerRequest, _ caller: Caller) async throws -> HTTPServerResponse {
    let head = request.head
    let merchant = try caller.merchant(head)
    let submission = FeedSubmission(
      merchant: merchant, spec: head.query["spec"] ?? "", mode: try head.choice("mode") ?? .apply,
      policy: try head.choice("policy") ?? .eachRow, correlationID: caller.correlationID,
      idempotencyKey: try head.idempotencyKey())
    var body = try UploadBody(request)
    switch slots.take(merchant) {
    case .taken: break
    case .full:
      throw Problem(
        503, "too_many_uploads", "Too many files are being uploaded", "Send it again a little later.", retryAfter: 5)
    case .shareFull: throw Problem.ownShare("too_many_uploads", slots.share, "uploads", retryAfter: 5)
    }
    defer { slots.giveBack(merchant) }
    var upload = try await store.begin(submission)
    do {
      while let bytes = try await body.next() { try await upload.write(bytes) }
    } catch {
      await abandon(upload)
      throw error
    }
    return FeedUploads.accepted(try await finish(upload))
  }

  /// Makes the upload durable, whether the client still listens or not.
  private func finish(_ upload: FeedUpload) async throws -> FeedReceipt {
    let work = Task {
      var upload = upload
      return try await upload.finish()
    }
    do {
      return try await work.value
    } catch let error as PostgresError {
      // It may have become durable: what did not is removed by the regular clean-up.
      throw error
    } catch {
      await abandon(upload)
      throw error
    }
  }

  /// Removes an upload in a task of its own, since the request's may have been cancelled with the client's going away.
  private func abandon(_ upload: FeedUpload) async { await Task { await upload.abandon() }.value }

  private static func accepted(_ receipt: FeedReceipt) -> HTTPServerResponse {
    let href = "/v1/feeds/\(receipt.feedID)"
    var writer = JSONWriter()
    writer.beginObject()
    writer.field("feedId", receipt.feedID)
    writer.field("feedStatus", "RECEIVED")
    writer.field("href", href)
    writer.endObject()
    return .json(writer.bytes, status: 202).with("Location", href)
  }
}
