-- title: 产业布局 | Bets of districts on industries and tracks
-- about: 每条布局一行：本地提法、动词、立场。 | One row a bet: local name, verb as printed, stance.
-- param: district text[] values=alignments.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: search text | 文字包含 | Text contains
-- param: stance text[] values=alignments.stance_class | 立场，可多次 | Stance class, repeatable
-- example: ipcli alignments --industry 低空经济
-- example: ipcli alignments --district 即墨 --stance focus
-- show: district, industry, track, local_name, stance, stance_class, strength
SELECT fact_id, district, within, tier, industry, track, local_name, stance, stance_class, strength, basis, modality, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM alignments
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, track, local_name, stance, note, as_reported)), lower($search)))
  AND ($stance IS NULL OR stance_class = ANY($stance))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
