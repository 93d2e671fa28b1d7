-- title: 细分赛道 | Sub-tracks
-- about: 文件点到的赛道与领域，不是官方完整名单。 | Tracks and fields that documents name; not the complete official list.
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli tracks --industry 绿色能源
-- show: industry, track, named_as, basis, districts, note
SELECT fact_id, tier, industry, track, track_en, named_as, basis, districts, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM tracks
WHERE city = $city
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', industry, track, track_en, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY rowid
