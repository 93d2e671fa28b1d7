-- title: 区市自有产业体系 | Systems the city and its districts declare
-- about: 每个构成部分一行；文件只印数字的照录。 | One row a part; where only a number is printed, it stays a number.
-- example: ipcli systems --district 崂山
-- show: district, name, part, named_of, part_items, note
FROM systems
SELECT * EXCLUDE (ordinal, system_id)
WHERE city = $city
  AND placed($district, district, within)
  AND says($search, concat_ws(' ', district, code, name, part, array_to_string(part_items, ' '), note, as_reported))
  AND one_of($grade, grade)
ORDER BY system_id, ordinal
