-- title: 目标 | Targets
-- about: 每个目标一行：基期、目标、结果、判定；相近而不可比的数在“相关”，不算结果。 | One row a target: base, target, result, verdict; a figure near it that cannot be compared is told as related, never as its result.
-- example: ipcli targets --district 崂山 --industry AI
-- example: ipcli targets --due 2025 -f csv
-- column: stated 目标：用符号写的目标数字 | Target: the figure in signs
-- show: district, subject, indicator, baseline_stated, stated, due_year, outcome_stated, state, per, filter, industry, outcome_basis, required_growth_pct
-- order: value = coalesce(lower, value)
-- order: stated = coalesce(lower, value)
FROM targets
SELECT * EXCLUDE (known_on)
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($organisation, organisation) AND one_of($indicator, indicator) AND one_of($subject, subject)
  AND of_year($due, due_year, $undated)
  AND ($min IS NULL OR coalesce(lower, value) >= $min) AND ($max IS NULL OR coalesce(lower, value) <= $max)
  AND says($search, concat_ws(' ', district, industry, track, subject, indicator, project, organisation, note,
                                   as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
