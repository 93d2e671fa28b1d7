-- title: 项目 | Projects
-- about: 每个项目一行，状态取最后一条。 | One row a project, with its latest printed status.
-- param: district text[] values=projects.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: status text[] values=projects.status | 状态，可多次 | Status, repeatable
-- param: year integer[] | 状态所在年份，可多次 | Year of the status, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli projects --district 城阳
-- example: ipcli projects --status 竣工
-- show: name, district, industry, track, organisation, status, phase, dated, type
SELECT fact_id, name, district, within, tier, industry, track, type, is_umbrella, carrier, organisation, status, phase, dated, date, date_precision, statuses, note, city, cites, source_id, para_no, as_reported, evidence, grade, n_sources
FROM projects
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($organisation IS NULL OR list_has_any(string_split(organisation, '、'), $organisation))
  AND ($status IS NULL OR status = ANY($status))
  AND ($year IS NULL OR year(date) = ANY($year))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', name, district, industry, track, organisation, carrier, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
