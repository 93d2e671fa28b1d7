-- title: 实际值 | Actual figures
-- about: 已经实现的数字，每个一行。 | One row an actual figure.
-- example: ipcli indicators --district 即墨 --year 2024
-- column: dated 时间：数字所属的年份或期间（2025Q1 为一季度），或截至之日 | When: year or period of the figure (2025Q1 is a quarter), or the day up to which it counts
-- show: district, subject, indicator, stated, dated, per, filter, industry
-- order: value = coalesce(lower, value)
-- order: stated = coalesce(lower, value)
FROM indicators
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($organisation, organisation) AND one_of($indicator, indicator) AND one_of($subject, subject)
  AND of_year($year, year, $undated)
  AND ($min IS NULL OR coalesce(lower, value) >= $min) AND ($max IS NULL OR coalesce(lower, value) <= $max)
  AND says($search, concat_ws(' ', district, industry, track, subject, indicator, project, organisation, note,
                                   as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
