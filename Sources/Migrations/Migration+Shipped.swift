extension Migration {
  /// The files of `Migrations/`, in order, as they are compiled into this program. A new pair of files gets a line
  /// here; the names are the files', with the first digit replaced.
  public static let shipped: [Migration] = [
    Migration(
      1, "items_and_feeds", up: PackageResources._001_items_and_feeds_up_sql,
      down: PackageResources._001_items_and_feeds_down_sql),
    Migration(
      2, "feed_modes", up: PackageResources._002_feed_modes_up_sql, down: PackageResources._002_feed_modes_down_sql),
  ]
}
