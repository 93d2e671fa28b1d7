-- title: 预计、规划与产能 | Forecasts, plans and capacities
-- about: 预计、规划数与设计产能，每个一行。 | One row a forecast, plan or capacity.
-- param: kind text[] choices=forecast,plan,capacity | 类别，可多次 | Kind, repeatable
-- example: ipcli forecasts --kind capacity
-- show: district, subject, indicator, stated, due_year, after_event, kind, per, filter, industry
-- order: value = coalesce(lower, value)
-- order: stated = coalesce(lower, value)
FROM forecasts
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($organisation, organisation) AND one_of($indicator, indicator) AND one_of($subject, subject)
  AND of_year($due, due_year, $undated)
  AND ($min IS NULL OR coalesce(lower, value) >= $min) AND ($max IS NULL OR coalesce(lower, value) <= $max)
  AND says($search, concat_ws(' ', district, industry, track, subject, indicator, after_event, project, organisation,
                                   note, as_reported))
  AND one_of($kind, kind)
  AND one_of($grade, grade)
ORDER BY fact_id
