-- title: 政策文件 | Plans and policies
-- about: 已发布与制定中的文件，每份一行。 | One row a document, issued or being drawn up.
-- param: district text[] values=policy_documents.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: industry text[] values=industries.industry | 产业，可多次 | Industry, repeatable
-- param: tier text[] values=industries.tier | 层级，可多次 | Tier, repeatable
-- param: type text[] values=policy_documents.type | 类型，可多次 | Type, repeatable
-- param: status text[] values=policy_documents.status | 状态，可多次 | Status, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli policy_documents --status 制定中
-- show: title, type, district, industry, status, dated
SELECT fact_id, title, type, district, within, tier, industry, status, dated, date, date_precision, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM policy_documents
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($industry IS NULL OR industry = ANY($industry))
  AND ($tier IS NULL OR tier = ANY($tier))
  AND ($type IS NULL OR type = ANY($type))
  AND ($status IS NULL OR status = ANY($status))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', title, type, district, industry, note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY fact_id
