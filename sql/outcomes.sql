-- title: 目标与结果 | Targets and what became of them
-- about: 每个目标与其后的结果一行，附判定与可比性；达不到可比的不判定。 | One row a target and its outcome, with verdict and comparability; what cannot be compared is not judged.
-- about: 出处兼及目标与结果；source_id、原文与等级（--grade）是结果的。 | Both the target and its outcome are cited; source_id, phrase and grade (--grade) are the outcome's.
-- about: --as-of 只用到那一天为止已知的文件。 | --as-of uses only documents known by that day.
-- param: district text[] values=outcomes.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: indicator text[] values=outcomes.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=outcomes.subject | 对象，可多次 | Subject, repeatable
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: search text | 文字包含 | Text contains
-- param: verdict text[] choices=met,not_met,reached_early,reached_late,on_track,not_due,indeterminate | 判定，可多次 | Verdict, repeatable
-- param: as_of date | 截至日期：只用那时已知的事实 | As of a date: only what was known then
-- notice: as_of SELECT count(*) FROM outcomes WHERE city = $city AND (known_on IS NULL OR target_known_on IS NULL) AND ($district IS NULL OR district = ANY($district) OR within = ANY($district)) AND ($industry IS NULL OR industry = ANY($industry)) | 另有 {n} 条的文件日期不详，--as-of 时不计入 | {n} more rest on documents of unknown date and are left out with --as-of
-- example: ipcli outcomes --district 即墨
-- example: ipcli outcomes --verdict not_met --as-of 2026-02-01
-- show: district, indicator, target, outcome, verdict, basis, outcome_subject, outcome_indicator, target_date, outcome_dated, comparability, subject, formula
SELECT target_fact_id, outcome_fact_id, district, within, tier, industry, track, subject, indicator, target, outcome, outcome_subject, outcome_indicator, target_value, target_comparator, outcome_value, outcome_comparator, unit, target_date, outcome_date, outcome_dated, verdict, comparability, basis, formula, target_known_on, known_on, note, city, source_id, para_no, as_reported, evidence, grade, n_sources, cites
FROM outcomes
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, industry, subject, indicator, outcome, note, as_reported)), lower($search)))
  AND ($verdict IS NULL OR verdict = ANY($verdict))
  AND ($due IS NULL OR year(target_date) = ANY($due))
  AND ($as_of IS NULL OR (known_on <= CAST($as_of AS DATE) AND target_known_on <= CAST($as_of AS DATE)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY target_fact_id, outcome_fact_id
