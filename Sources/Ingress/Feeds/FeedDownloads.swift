internal import FeedIngestor
internal import HTTPServer

/// `GET /v1/feeds/{id}/errors` and `GET /v1/specs/{name}/template.csv|.xlsx`: files for merchants.
struct FeedDownloads: Sendable {
  private let files: FeedFiles
  private let slots: Slots

  init(files: FeedFiles, configuration: IngressConfiguration) {
    self.files = files
    slots = Slots(configuration.maxDownloads, share: configuration.maxDownloadsPerMerchant)
  }

  private static let csv = "text/csv"
  private static let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  func routes(_ endpoints: Endpoints) -> [Route] {
    [
      endpoints.get("/v1/feeds/{id}/errors", parameters: ["rows"]) { request, caller in
        let merchant = try caller.merchant(request.head)
        let id = request.parameter("id")
        let onlyFailed = try FeedDownloads.onlyFailed(request.head)
        guard let file = try await files.errors(id, of: merchant, onlyFailed: onlyFailed) else {
          throw Problem.feedNotFound
        }
        switch slots.ask(merchant) {
        case .taken: break
        case .full:
          throw Problem(
            503, "too_many_downloads", "Too many files are being fetched", "Ask again a little later.", retryAfter: 5)
        case .shareFull: throw Problem.ownShare("too_many_downloads", slots.share, "downloads", retryAfter: 5)
        }
        let name = "feed-\(id)-errors.\(file.isWorkbook ? "xlsx" : "csv")"
        return .stream(contentType: file.isWorkbook ? FeedDownloads.workbook : FeedDownloads.csv) { body in
          // Of those that come at the same moment, one too many sees its file cut off.
          guard case .taken = slots.take(merchant) else { throw Problem.unavailable }
          defer { slots.giveBack(merchant) }
          try await file.write { try await body.write($0) }
        }.with("Content-Disposition", "attachment; filename=\"\(name)\"")
      },
      endpoints.get("/v1/specs/{name}/{file}") { request, _ in
        let (name, file) = (request.parameter("name"), request.parameter("file"))
        guard let format = FeedFiles.TemplateFormat.allCases.first(where: { file == "template.\($0.rawValue)" }) else {
          throw Problem(404, "not_found", "There is nothing at this path", "Ask for template.csv or template.xlsx.")
        }
        let bytes: [UInt8]
        do {
          bytes = try await files.template(name, format)
        } catch FeedRefusal.unknownSpec(_, let known) {
          throw Problem(
            404, "unknown_spec", "There is no spec “\(name)”", "Known are: \(known.joined(separator: ", ")).")
        }
        return .bytes(bytes, contentType: format == .csv ? FeedDownloads.csv : FeedDownloads.workbook)
          .with("Content-Disposition", "attachment; filename=\"template.\(format.rawValue)\"")
      },
    ]
  }

  private static func onlyFailed(_ head: HTTPRequestHead) throws(Problem) -> Bool {
    switch head.query["rows"] {
    case nil, "", "all": return false
    case "failed": return true
    default: throw .badParameter("rows", "Write all or failed, or leave it out.")
    }
  }
}
