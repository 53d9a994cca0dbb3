-- When the register of licences and the list of prices were asked about a report's rows.
ALTER TABLE mining_submissions ADD COLUMN licences_at timestamptz, ADD COLUMN prices_at timestamptz;
