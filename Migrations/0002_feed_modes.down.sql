ALTER TABLE feed DROP COLUMN spec_version, DROP COLUMN is_refused;
