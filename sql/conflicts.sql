-- title: 说法不一 | Where documents differ
-- about: 一对不能同时成立的说法一行：有的数字不同，有的数字相同而所说的对象或业主不同；note 说明差在哪里。 | One row a pair of statements that cannot both hold: some differ in the figure, some in what or whose the same figure is; note says how.
-- param: district text[] values=conflicts.district | 区市，可多次 | District, repeatable
-- param: indicator text[] values=conflicts.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=conflicts.subject | 对象，可多次 | Subject, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli conflicts
-- show: district, subject, indicator, stated, other_stated, note, other_subject, about
SELECT fact_id, other_id, district, subject, indicator, stated, other_stated, other_subject, value, other_value, unit, about, note, other_source_id, other_para_no, other_as_reported, other_grade, city, source_id, para_no, as_reported, evidence, grade, n_sources, cites
FROM conflicts
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, subject, indicator, about, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id, other_id
