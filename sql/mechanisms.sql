-- title: 工作机制 | How the work is organised
-- about: 布局、体系、专班、行动、模式与措施，每项一行。 | One row a layout, working system, body, action, model or measure.
-- example: ipcli mechanisms --type 空间布局
-- show: name, district, industry, type, status, note
FROM mechanisms
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($tier, tier)
  AND one_of($type, type)
  AND one_of($status, status)
  AND of_year($year, year(date), $undated)
  AND says($search, concat_ws(' ', name, type, district, industry, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
