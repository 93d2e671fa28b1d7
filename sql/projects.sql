-- title: 项目 | Projects
-- about: 每个项目一行，状态取最后一条。 | One row a project, with its latest printed status.
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: year integer[] | 状态所在年份，可多次 | Year of the status, repeatable
-- example: ipcli projects --district 城阳
-- example: ipcli projects --status 竣工
-- show: name, district, industry, amount_stated, status, dated, phase, organisation, track, type
FROM projects
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier)
  AND ($organisation IS NULL OR list_has_any(string_split(organisation, '、'), $organisation))
  AND one_of($status, status)
  AND of_year($year, year(date), $undated)
  AND says($search, concat_ws(' ', name, district, industry, track, organisation, carrier, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id
