-- title: 按名称查找一切 | Find everything by name
-- about: 名称（区市、产业、赛道、机构、项目、园区等）相交之处的全部事实，按类别排列；不是名称的词在文字中查找。 | All facts where the names meet (districts, industries, tracks, organisations, projects, parks ...), by kind; words that are no names are looked up in the text.
-- about: ipcli 崂山 人工智能 是 ipcli find 崂山 人工智能 的简写。 | ipcli 崂山 人工智能 is short for ipcli find 崂山 人工智能.
-- param: indicator text[] values=indicators.indicator | 指标，可多次 | Indicator, repeatable
-- param: organisation text[] values=organisations.name | 机构，可多次 | Organisation, repeatable
-- param: project text[] values=projects.name | 项目，可多次 | Project, repeatable
-- param: carrier text[] values=carriers.name | 园区等载体，可多次 | Park or other carrier, repeatable
-- param: search text[] | 文字包含，可多次，须全部包含 | Text contains, repeatable, all of them
-- example: ipcli find 崂山 人工智能
-- example: ipcli find 鹏辉
-- example: ipcli find --district 即墨 --section milestone
-- show: section, item, detail, baseline_stated, stated, dated, status, outcome, outcome_dated, district, industry, per, filter, outcome_basis
FROM facts
SELECT * EXCLUDE (place, lower, upper, is_umbrella, addable_yi, stated_yi)
WHERE city = $city
  AND placed($district, district, within)
  AND one_of($industry, industry) AND one_of($track, track) AND one_of($tier, tier) AND one_of($indicator, detail)
  AND (($organisation IS NULL AND $project IS NULL AND $carrier IS NULL)
       OR list_has_any(names, list_concat(coalesce($organisation, []), coalesce($project, []), coalesce($carrier, []))))
  AND ($search IS NULL OR len(list_filter($search, lambda word: NOT says(word, concat_ws(
         ' ', district, industry, track, item, detail, filter, stated, dated, array_to_string(names, ' '), note,
         as_reported)))) = 0)
  AND of_year($year, TRY_CAST(regexp_extract(dated, '[0-9]{4}') AS INTEGER), $undated)
  AND one_of($section, section)
  AND one_of($grade, grade)
-- What is known to have come of a target goes first, the most money, sums and shares before counts, the latest figure;
-- all else as the facts stand, states of a project in the order of time.
ORDER BY place, is_umbrella, outcome IS NULL, baseline_stated IS NULL,
  CASE section WHEN 'investment' THEN coalesce(lower, value) END DESC NULLS LAST,
  industry IS NULL, CASE section WHEN 'actual' THEN unit NOT SIMILAR TO '.*(元|%)' END,
  CASE section WHEN 'actual' THEN dated END DESC NULLS LAST, rowid
