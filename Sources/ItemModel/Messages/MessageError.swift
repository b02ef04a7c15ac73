internal import JSONCodec

/// Why a message cannot be read.
public struct MessageError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }

  init(_ error: JSONError) { description = "no JSON: \(error.message) at byte \(error.offset)" }
}

extension JSONValue {
  func requiredText(_ name: String) throws(MessageError) -> String {
    guard let text = self[name]?.string else { throw MessageError("“\(name)” is missing, or no text") }
    return text
  }

  func requiredInteger(_ name: String) throws(MessageError) -> Int64 {
    guard let number = self[name]?.int64 else { throw MessageError("“\(name)” is missing, or no whole number") }
    return number
  }

  /// `correlationId`, made fit to be handed on.
  var correlationID: String? { self["correlationId"]?.string.map { CorrelationID.fit($0) } }

  /// The item that `merchantId` and `gtin` name, and the GTIN as submitted.
  func itemIdentity() throws(MessageError) -> (key: ItemKey, gtin: String) {
    let (merchant, gtin) = (try requiredText("merchantId"), try requiredText("gtin"))
    guard let merchant = MerchantID(merchant) else { throw MessageError("“merchantId” is not a merchant's id") }
    do {
      return (ItemKey(merchant: merchant, gtin: try GTIN(submitted: gtin)), gtin)
    } catch {
      throw MessageError("“gtin”: \(error)")
    }
  }

  static func document(_ bytes: [UInt8]) throws(MessageError) -> JSONValue {
    do {
      let root = try JSONDocument(bytes).root
      guard root.kind == .object else { throw MessageError("not a JSON object") }
      return root
    } catch let error as JSONError {
      throw MessageError(error)
    } catch let error as MessageError {
      throw error
    } catch {
      throw MessageError("unreadable")
    }
  }
}
