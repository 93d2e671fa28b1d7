-- title: 区市自有产业体系 | Systems the city and its districts declare
-- about: 每个构成部分一行；文件只印数字的照录。 | One row a part; where only a number is printed, it stays a number.
-- param: district text[] values=systems.district | 区市，含其功能区，可多次 | District with its zones, repeatable
-- param: search text | 文字包含 | Text contains
-- example: ipcli systems --district 崂山
-- show: district, code, name, part, n, part_items, note
SELECT fact_id, district, within, code, name, part, n, part_items, complete, valid_from, valid_to, note, city, source_id, para_no, as_reported, evidence, grade, n_sources
FROM systems
WHERE city = $city
  AND ($district IS NULL OR district = ANY($district) OR within = ANY($district))
  AND ($search IS NULL OR contains(lower(concat_ws(' ', district, code, name, part, array_to_string(part_items, ' '), note, as_reported)), lower($search)))
  AND ($grade IS NULL OR grade = ANY($grade))
ORDER BY system_id, ordinal
