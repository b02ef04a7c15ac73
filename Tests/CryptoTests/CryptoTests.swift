import Crypto
import Testing

@Suite struct CryptoTests {
  /// FIPS 180-4's examples, and a million times "a".
  @Test func sha256KnownAnswers() {
    func hash(_ text: String) -> String { Hex.encode(SHA256.digest(text.utf8)) }
    #expect(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hash(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func sha256InPiecesIsTheSame() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var hash = SHA256()
    for start in stride(from: 0, to: 1000, by: 37) { hash.update(Array(bytes[start..<min(start + 37, 1000)])) }
    #expect(hash.finalized() == SHA256.digest(bytes))
    #expect(hash.finalized() == SHA256.digest(bytes[...]))
    hash.update([1])
    #expect(hash.finalized() == SHA256.digest(bytes + [1]))
  }

  @Test func digestIsTheFirstHalf() throws {
    let digest = Digest(sha256: Array("abc".utf8))
    #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223")
    #expect(digest.bytes == Array(SHA256.digest("abc".utf8)[..<16]))
    #expect(digest.high == 0xba78_16bf_8f01_cfea && digest.low == 0x4141_40de_5dae_2223)
    #expect(Array("abc".utf8).withUnsafeBytes { Digest(sha256: $0) } == digest)
    #expect(Digest(hex: digest.hex) == digest && Digest(hex: digest.hex.uppercased()) == digest)
    #expect(Digest(bytes: digest.bytes) == digest)
    #expect(Digest(hex: "ba78") == nil && Digest(hex: String(repeating: "g", count: 32)) == nil)
    #expect(Digest(bytes: [1, 2]) == nil)
    #expect(Digest(sha256: []).hex == "e3b0c44298fc1c149afbf4c8996fb924")
    let sorted = [Digest(high: 0, low: 1), Digest(high: 1, low: 0), Digest(high: 1, low: 2)]
    #expect(sorted.reversed().sorted() == sorted)
  }

  @Test func comparesSecrets() {
    #expect(constantTimeEquals([], []))
    #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
    #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
    #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
  }

  @Test func drawsRandomBytes() throws {
    let one = try randomBytes(32)
    #expect(one.count == 32)
    #expect(try one != randomBytes(32))
    #expect(try randomBytes(0) == [])
    #expect(throws: CryptoError.self) { try randomBytes(-1) }
  }

  @Test func encodesHex() {
    #expect(Hex.encode([0x00, 0x9F, 0xFF] as [UInt8]) == "009fff")
    #expect(Hex.decode("009FfF") == [0x00, 0x9F, 0xFF])
    #expect(Hex.decode("") == [])
    #expect(Hex.decode("0") == nil && Hex.decode("0g") == nil && Hex.decode("é") == nil)
  }

  /// RFC 4648's examples, and the two characters that differ from plain base64.
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
    ("foobar", "Zm9vYmFy"), ("?~>?~>", "P34-P34-"), ("\u{3ff}", "z78"), ("???", "Pz8_"),
  ])
  func encodesBase64URL(text: String, encoded: String) {
    #expect(Base64URL.encode(text.utf8) == encoded)
    #expect(Base64URL.decode(encoded) == Array(text.utf8))
  }

  @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Z g", "Zm+v", "Zm/v", "Zm9vé"])
  func refusesOtherBase64(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }
}
