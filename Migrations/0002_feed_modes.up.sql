-- The version of the spec by which a feed was checked when it came, so that a newer one does not change how it is read
-- on; NULL for feeds from before: the newest is taken.
ALTER TABLE feed ADD COLUMN spec_version integer;
-- Of a feed that is applied as a whole or not at all: whether it is refused; NULL until that is decided. A decision
-- stands, or a crash could split the rows between two.
ALTER TABLE feed ADD COLUMN is_refused boolean;
