-- title: 工作机制 | How the work is organised
-- about: 布局、体系、专班、行动、模式与措施，每项一行。 | One row a layout, working system, body, action, model or measure.
-- param: district text[] values=mechanisms.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: type text[] values=mechanisms.type | 类型，可多次 | Type, repeatable
-- param: status text[] values=mechanisms.status | 状态，可多次 | Status, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli mechanisms --type 空间布局
-- show: name, type, district, industry, status, note
SELECT fact_id, name, type, district, within, tier, industry, status, dated, date, date_precision, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM mechanisms
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($type IS NULL OR type = ANY($type))
  AND ($status IS NULL OR status = ANY($status))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', name, type, district, industry, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
