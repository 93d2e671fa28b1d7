-- title: 说法不一 | Same claim, different figures
-- about: 同一说法、不同数字的一对事实一行。 | One row a pair of facts that make the same claim with different figures.
-- param: district text[] values=conflicts.district | 区市，可多次 | District, repeatable
-- param: indicator text[] values=conflicts.indicator | 指标，可多次 | Indicator, repeatable
-- param: subject text[] values=conflicts.subject | 对象，可多次 | Subject, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli conflicts
-- show: district, subject, indicator, stated, other_stated, other_subject, about
SELECT fact_id, other_id, district, subject, indicator, stated, other_stated, other_subject, value, other_value, unit, about, note, other_source_id, other_para_no, other_as_reported, other_grade, city, source_id, para_no, as_reported, evidence, grade, n_sources, cites
FROM conflicts
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district))
  AND ($indicator IS NULL OR indicator = ANY($indicator))
  AND ($subject IS NULL OR subject = ANY($subject))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, subject, indicator, about, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id, other_id
