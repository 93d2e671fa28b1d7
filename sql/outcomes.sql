-- title: 目标与结果 | Targets and what became of them
-- about: 每个目标与其后的结果一行；本版数据若无后续文件则为空。 | One row a target and its outcome; empty while no later document is in the release.
-- param: district text[] values=outcomes.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: indicator text[] values=outcomes.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=outcomes.subject | 对象，可多次 | Subject, repeatable
-- param: search text | 文字包含 | Text contains
-- param: verdict text[] choices=met,not_met,reached_early,reached_late,on_track,not_due,indeterminate | 判定，可多次 | Verdict, repeatable
-- example: ipcli outcomes --district 即墨
-- show: district, subject, indicator, target_value, outcome_value, unit, target_date, outcome_date, verdict, comparability
SELECT target_fact_id, outcome_fact_id, district, within, tier, industry, track, subject, indicator, target_value, target_comparator, outcome_value, outcome_comparator, unit, target_date, outcome_date, verdict, comparability, basis, formula, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM outcomes
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, subject, indicator, note, as_reported)), lower($search)))
  AND ($verdict IS NULL OR verdict = ANY($verdict))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY target_fact_id, outcome_fact_id
