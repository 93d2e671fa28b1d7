-- title: 说法不一 | Where documents differ
-- about: 一对不能同时成立的说法一行：有的数字不同，有的数字相同而所说的对象或业主不同；note 说明差在哪里。 | One row a pair of statements that cannot both hold: some differ in the figure, some in what or whose the same figure is; note says how.
-- example: ipcli conflicts
-- show: district, subject, indicator, stated, other_stated, other_subject, about, note
FROM conflicts
WHERE city = $city
  AND one_of($district, district)
  AND one_of($indicator, indicator) AND one_of($subject, subject)
  AND says($search, concat_ws(' ', district, subject, indicator, about, note, as_reported))
  AND one_of($grade, grade)
ORDER BY fact_id, other_id
