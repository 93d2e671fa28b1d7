-- title: 重点产业 | Industries of the system
-- about: 每个产业一行：层级与方针、点名的赛道、布局的区市、投资下限、2027 年目标。 | One row an industry: tier and policy, named tracks, districts that bet on it, investment floor, 2027 target.
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli industries --tier 新兴产业
-- show: tier, tier_policy, industry, named_tracks, districts, investment_floor_yi, target_2027
SELECT tier, tier_policy, industry, industry_en, named_tracks, districts, investment_floor_yi, target_2027, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM industries
WHERE city = $city
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', tier, industry, industry_en, note)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY rowid
