public import YAMLReader

/// The specs that come with the service.
public enum ShippedSpecs {
  /// File name and contents, by the spec's name.
  public static let files: [String: (file: String, bytes: [UInt8])] = [
    "cost": ("cost.yaml", PackageResources.cost_yaml),
    "item": ("item.yaml", PackageResources.item_yaml),
    "price": ("price.yaml", PackageResources.price_yaml),
  ]

  /// The shipped spec of this name; nil when there is none.
  public static func spec(named name: String) throws(YAMLError) -> Spec? {
    guard let shipped = files[name] else { return nil }
    return try SpecFile.read(shipped.bytes, file: shipped.file)
  }
}
