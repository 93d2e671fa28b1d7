-- title: 里程碑 | Milestones
-- about: 已完成（met）与待完成（due）的节点，每个一行；现况另说明过期的有无结果。 | One row an event, done (met) or to come (due); the state tells what became of those past due.
-- param: district text[] values=milestones.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: organisation text[] values=organisations.name | 机构或企业，可多次 | Organisation, repeatable
-- param: status text[] values=milestones.status | 状态，可多次 | Status, repeatable
-- param: year integer[] | 节点所在年份，可多次 | Year of the event, repeatable
-- param: due integer[] | 期限所在年份，可多次 | Year it is due, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli milestones --district 即墨 --due 2025
-- show: title, district, industry, state, dated, cue
SELECT fact_id, title, district, within, tier, industry, track, project, carrier, organisation, status, state, modality, cue, dated, date, date_precision, due_date, due_precision, met_date, met_precision, reported_by, year_basis, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM milestones
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($organisation IS NULL OR organisation = ANY($organisation))
  AND ($status IS NULL OR status = ANY($status))
  AND ($year IS NULL OR year(date) = ANY($year))
  AND ($due IS NULL OR year(due_date) = ANY($due))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', title, district, industry, track, project, organisation, carrier, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY date NULLS LAST, fact_id
