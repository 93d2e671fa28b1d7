-- title: 目标与结果 | Targets and what became of them
-- about: 每个目标与其后的结果一行，附判定与可比性；达不到可比的不判定。 | One row a target and its outcome, with verdict and comparability; what cannot be compared is not judged.
-- about: 出处兼及目标与结果；source_id、原文与等级（--grade）是结果的。 | Both the target and its outcome are cited; source_id, phrase and grade (--grade) are the outcome's.
-- about: --as-of 只用到那一天为止已知的文件。 | --as-of uses only documents known by that day.
-- param: due integer[] | 目标年，可多次 | Target year, repeatable
-- param: verdict text[] choices=met,not_met,reached_early,reached_late,on_track,not_due,indeterminate | 判定，可多次 | Verdict, repeatable
-- param: as_of date | 截至日期：只用那时已知的事实 | As of a date: only what was known then
-- notice: as_of SELECT count(*) FROM outcomes WHERE city = $city AND (known_on IS NULL OR target_known_on IS NULL) AND placed($district, district, within) AND one_of($industry, industry) | 另有 {n} 条的文件日期不详，--as-of 时不计入 | {n} more rest on documents of unknown date and are left out with --as-of
-- example: ipcli outcomes --district 即墨
-- example: ipcli outcomes --verdict not_met --as-of 2026-02-01
-- show: district, indicator, target, outcome, verdict, subject, basis, target_date, outcome_dated, formula
FROM outcomes
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier) AND one_of($indicator, indicator)
  AND one_of($subject, subject)
  AND says($search, concat_ws(' ', district, industry, subject, indicator, outcome, note, as_reported))
  AND one_of($verdict, verdict)
  AND of_year($due, year(target_date), $undated)
  AND ($as_of IS NULL OR (known_on <= CAST($as_of AS DATE) AND target_known_on <= CAST($as_of AS DATE)))
  AND one_of($grade, grade)
ORDER BY target_fact_id, outcome_fact_id
