-- title: 产业载体 | Parks, bases, centres, platforms, clusters
-- about: 园区、基地、创新中心、平台、集群，每个一行。 | One row a park, base, centre, platform or cluster.
-- param: district text[] values=carriers.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: type text[] values=carriers.type | 类型，可多次 | Type, repeatable
-- param: status text[] values=carriers.status | 状态，可多次 | Status, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli carriers --type 集群
-- show: name, type, district, industry, track, status, dated, note
SELECT fact_id, name, type, district, within, tier, industry, track, status, dated, date, date_precision, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM carriers
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($type IS NULL OR type = ANY($type))
  AND ($status IS NULL OR status = ANY($status))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', name, type, district, industry, track, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
