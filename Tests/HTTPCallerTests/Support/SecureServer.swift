internal import Foundation

/// A TLS server with a certificate for `localhost` that nobody knows. It answers every request with 200 and `hi`, over
/// HTTP/2 or HTTP/1.1 as negotiated, and the connection's number in the header `x-connection`.
final class SecureServer {
  let port: Int
  let certificate: String
  private let folder: URL
  private let process = Process()
  private let input = Pipe()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "secure-server-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    let make = Process()
    make.executableURL = URL(filePath: "/usr/bin/openssl")
    make.arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj",
      "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    make.standardError = FileHandle.nullDevice
    try make.run()
    make.waitUntilExit()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = ["-c", Self.program, certificate, key]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    port = Int(line.split(separator: "\n").first ?? "") ?? 0
  }

  /// The server ends with its input, and so does not outlive the test's process either.
  func stop() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  private static let program = """
    import os, socket, ssl, sys, threading
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listener.getsockname()[1], flush=True)

    def take(file, count):
        data = file.read(count)
        if len(data) < count: raise EOFError
        return data

    def frame(kind, flags, stream, payload):
        return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream + payload

    def http1(secure, file, number):
        while True:
            while (line := file.readline()) != b"\\r\\n":
                if not line: return
            secure.sendall(b"HTTP/1.1 200 OK\\r\\nx-connection: %d\\r\\nContent-Length: 2\\r\\n\\r\\nhi" % number)

    def http2(secure, file, number):
        take(file, 24)
        secure.sendall(frame(4, 0, bytes(4), b""))
        text = str(number).encode()
        # :status 200 by index, then x-connection as a literal (RFC 7541, sections 6.1 and 6.2.2).
        head = b"\\x88\\x00" + bytes([12]) + b"x-connection" + bytes([len(text)]) + text
        while True:
            top = take(file, 9)
            take(file, int.from_bytes(top[:3], "big"))
            kind, flags, stream = top[3], top[4], top[5:]
            if kind == 4 and not flags & 1: secure.sendall(frame(4, 1, bytes(4), b""))
            if kind in (0, 1) and flags & 1:
                secure.sendall(frame(1, 4, stream, head) + frame(0, 1, stream, b"hi"))

    def serve(plain, number):
        try:
            secure = context.wrap_socket(plain, server_side=True)
            file = secure.makefile("rb")
            (http2 if secure.selected_alpn_protocol() == "h2" else http1)(secure, file, number)
        except (OSError, EOFError):
            pass

    number = 0
    while True:
        plain, _ = listener.accept()
        number += 1
        threading.Thread(target=serve, args=(plain, number), daemon=True).start()
    """
}
