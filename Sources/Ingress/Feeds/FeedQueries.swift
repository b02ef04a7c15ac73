internal import FeedIngestor
internal import HTTPServer

/// What is asked about feeds: one feed's status, its rows, a merchant's feeds.
struct FeedQueries: Sendable {
  let reader: FeedReader

  func routes(_ endpoints: Endpoints) -> [Route] {
    [
      endpoints.get("/v1/feeds", parameters: ["cursor", "limit"]) { request, caller in
        let merchant = try caller.merchant(request.head)
        return .json(
          try await reader.list(
            of: merchant, cursor: request.head.pageCursor(), limit: request.head.pageLimit()))
      },
      endpoints.get("/v1/feeds/{id}", parameters: []) { request, caller in
        let merchant = try caller.merchant(request.head)
        guard let status = try await reader.status(request.parameter("id"), of: merchant) else {
          throw Problem.feedNotFound
        }
        return .json(status)
      },
      endpoints.get("/v1/feeds/{id}/items", parameters: ["status", "cursor", "limit"]) { request, caller in
        let merchant = try caller.merchant(request.head)
        let page = try await reader.items(
          request.parameter("id"), of: merchant, status: request.head.choice("status"),
          cursor: request.head.pageCursor(), limit: request.head.pageLimit())
        guard let page else { throw Problem.feedNotFound }
        return .json(page)
      },
    ]
  }
}
