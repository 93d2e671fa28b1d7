-- title: 按名称查找一切 | Find everything by name
-- about: 名称（区市、产业、赛道、机构、项目、园区等）相交之处的全部事实，按类别排列；不是名称的词在文字中查找。 | All facts where the names meet (districts, industries, tracks, organisations, projects, parks ...), by kind; words that are no names are looked up in the text.
-- about: ipcli 崂山 人工智能 是 ipcli find 崂山 人工智能 的简写。 | ipcli 崂山 人工智能 is short for ipcli find 崂山 人工智能.
-- param: district text[] values=districts.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: track text[] values=tracks.track | 细分赛道，可多次 | Sub-track, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: indicator text[] values=indicators.indicator | 指标，可多次 | Indicator, repeatable
-- param: organisation text[] values=organisations.name | 机构，可多次 | Organisation, repeatable
-- param: project text[] values=projects.name | 项目，可多次 | Project, repeatable
-- param: carrier text[] values=carriers.name | 园区等载体，可多次 | Park or other carrier, repeatable
-- param: search text[] | 文字包含，可多次，须全部包含 | Text contains, repeatable, all of them
-- param: section text[] choices=alignment,actual,target,forecast,plan,capacity,investment,project,party,progress,carrier,organisation,honour,milestone,mechanism,policy_document,system | 类别，可多次 | Section, repeatable
-- example: ipcli find 崂山 人工智能
-- example: ipcli find 鹏辉
-- example: ipcli find --district 即墨 --section milestone
-- show: section, item, detail, stated, dated, status, outcome, outcome_dated, district, industry, per, filter, outcome_basis
SELECT section, district, within, tier, industry, track, item, detail, stated, value, unit, comparator, dated, status, per, filter, outcome, outcome_dated, outcome_basis, names, fact_id, note, city,
       source_id, para_no, as_reported, evidence, grade, n_sources, cites
FROM facts
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($track IS NULL OR track = ANY($track))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($indicator IS NULL OR detail = ANY($indicator))
  AND (($organisation IS NULL AND $project IS NULL AND $carrier IS NULL)
       OR list_has_any(names, list_concat(coalesce($organisation, []), coalesce($project, []), coalesce($carrier, []))))
  AND ($search IS NULL OR len(list_filter($search, lambda word: NOT contains(
         lower(concat_ws(' ', district, industry, track, item, detail, filter, stated, dated, array_to_string(names, ' '), note, as_reported)), lower(word)))) = 0)
  AND ($section IS NULL OR section = ANY($section))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY place, fact_id, item, detail
