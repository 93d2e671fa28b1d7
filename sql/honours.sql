-- title: 荣誉与认定 | Recognitions held and sought
-- about: 已获（held）与争创（sought）的认定，每项一行。 | One row a recognition, held or sought.
-- param: district text[] values=honours.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: status text[] values=honours.status | 状态，可多次 | Status, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli honours --status 争创
-- show: title, holder, district, industry, level, status, dated
SELECT fact_id, title, holder, district, within, tier, industry, track, level, status, dated, date, date_precision, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM honours
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($status IS NULL OR status = ANY($status))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', title, holder, district, industry, track, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
