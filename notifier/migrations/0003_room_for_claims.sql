-- A batch claims whole pages of rows that lie together. With room for a second version of each, none moves to another page,
-- and no index is touched.
ALTER TABLE deliveries SET (fillfactor = 45);
