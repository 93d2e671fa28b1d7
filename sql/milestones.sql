-- title: 里程碑 | Milestones
-- about: 已完成（met）与待完成（due）的节点，每个一行；现况另说明过期的有无结果。 | One row an event, done (met) or to come (due); the state tells what became of those past due.
-- param: year integer[] | 节点所在年份，可多次 | Year of the event, repeatable
-- param: due integer[] | 期限所在年份，可多次 | Year it is due, repeatable
-- example: ipcli milestones --district 即墨 --due 2025
-- show: title, district, industry, dated, state, outcome_dated, cue
FROM milestones
SELECT * EXCLUDE (known_on)
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND one_of($organisation, organisation)
  AND one_of($status, status)
  AND of_year($year, year(date), $undated)
  AND one_of($due, year(due_date))
  AND says($search, concat_ws(' ', title, district, industry, track, project, organisation, carrier, note, as_reported))
  AND one_of($grade, grade)
ORDER BY date NULLS LAST, fact_id
